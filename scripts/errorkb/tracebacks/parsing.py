"""What Python printed when it failed → parsed tracebacks, in the formats of Python 3.8 to 3.13.

A print cannot tell everything. A message is taken to go on to the end of its block, so notes (PEP 678) and, after the
last traceback, whatever else was printed are part of it; so are suggestions (``Did you mean: 'x'?``). The print of a
SyntaxError lacks the ``(file, line 1)`` that ends its ``str``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from errorkb.tracebacks.groups import Item, Members, fold_groups

Link = Literal["cause", "context"]
Origin = Literal["thread", "ignored"]

_HEADERS = ("Traceback (most recent call last):", "Exception Group Traceback (most recent call last):")
_LINKS: dict[str, Link] = {
    "The above exception was the direct cause of the following exception:": "cause",
    "During handling of the above exception, another exception occurred:": "context",
}
_HEADING = re.compile(
    r"(?P<thread>Exception in thread .*:)|(?P<ignored>Exception ignored .*)|Process \S.*:"
    r"|Task exception was never retrieved|--- Logging error ---|Error in sys\.excepthook:|Original exception was:"
)
_FRAME = re.compile(r'  File "(.*)", line ([0-9]{1,9})(?:, in (.*))?')
_REPEATED = re.compile(r"  \[Previous line repeated ([0-9]{1,9}) more times?\]")
_MARKER = re.compile(r" *[~^][~^ ]*")
_EXCEPTION = re.compile(r"([^\W\d][\w.<>]*)(?:: (.*)|:)?")


@dataclass(frozen=True)
class Frame:
    """One call. ``code`` is its printed source without indentation and markers, maybe empty.

    ``function`` is None for the place of a SyntaxError. ``repeated`` is how often the call was repeated beyond what
    is printed, in a recursion.
    """

    file: str
    line: int
    function: str | None
    code: str = ""
    repeated: int = 0


@dataclass(frozen=True)
class Traceback:
    """One exception: its frames, outermost first, its class as printed, its message.

    A class is printed as module and qualified name, without ``builtins.``. Python before 3.11 keeps ``__main__.``;
    3.8 prints the bare name instead of the qualified one.
    ``link`` tells what this one is to the next one printed. ``members`` holds, for each member of a group, the chain
    that ends with it. ``origin`` is ``thread`` or ``ignored`` if ``heading``, the line above, says so.
    """

    frames: tuple[Frame, ...]
    exception: str
    message: str
    link: Link | None = None
    members: tuple[tuple[Traceback, ...], ...] = ()
    origin: Origin | None = None
    heading: str = ""


def parse_tracebacks(text: str) -> list[Traceback]:
    """Return all tracebacks in a text, in the order printed; of a chain, each. Never raises."""
    lines = [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]
    return _parse_items(list(fold_groups(lines)), bare=False)


def final_traceback(text: str) -> Traceback | None:
    """Return the one that was printed last; one that was ignored only if there is no other."""
    tracebacks = parse_tracebacks(text)
    uncaught = [traceback for traceback in tracebacks if traceback.origin != "ignored"] or tracebacks
    return uncaught[-1] if uncaught else None


def normalise_text(text: str) -> str:
    """Replace what differs from run to run, and no more: addresses in memory, numbers of threads, the prefix of the
    standard library.

    Of 50 records run five times each, 46 printed the same every time; most others varied in addresses only.
    """
    text = re.sub(r"\b0x[0-9a-f]{6,}", "0x…", text)
    text = re.sub(r"\b(thread id )[0-9]{6,}", r"\1…", text)
    return re.sub(r"(?<![\w/.-])/usr/lib/(python3\.[0-9]+)/", r"/usr/local/lib/\1/", text)


def _parse_items(items: Sequence[Item], *, bare: bool) -> list[Traceback]:
    """Parse a text; ``bare`` if it may begin with the line of an exception that was never raised, as a member's may."""
    found: list[Traceback] = []
    index = free = 0
    while index < len(items):
        item = items[index]
        if isinstance(item, str) and item in _LINKS:
            found += _parse_bare(items[free:index])
            found[-1:] = [replace(traceback, link=_LINKS[item]) for traceback in found[-1:]]
            index += 1
            free, bare = index, True
            continue
        traceback, end = _parse_one(items, index, bare=bare)
        if traceback is not None:
            found.append(_put_under(traceback, items[max(index - 1, 0)], found[-1:]))
            free = end
        bare = bare and item == ""
        index = end
    return found


def _parse_bare(items: Sequence[Item]) -> list[Traceback]:
    """Parse what stands before a link and belongs to no traceback: a cause that was never raised has none."""
    lines: list[str] = []
    for item in reversed(items[:-1]):
        if not isinstance(item, str) or item == "":
            break
        lines.append(item)
        if match := _EXCEPTION.fullmatch(item):
            return [Traceback((), match[1], "\n".join([match[2] or "", *reversed(lines[:-1])]))]
    return []


def _parse_one(items: Sequence[Item], index: int, *, bare: bool) -> tuple[Traceback | None, int]:
    """Parse the traceback that begins at ``index``, if one does. Returns it, and where to go on."""
    begin = items[index]
    headed = begin in _HEADERS
    frame = _FRAME.fullmatch(begin) if isinstance(begin, str) else None
    in_file = frame is not None and frame[3] is None  # a SyntaxError in the program itself has no header
    if not (headed or in_file or bare or _quotes(items, index)):
        return None, index + 1
    start = index + headed
    lines = _indented_lines(items, start)
    start += len(lines)
    match = _match(_EXCEPTION, items[start : start + 1])
    if match is None or (in_file and not match[1].endswith("Error")):
        return None, max(start, index + 1)
    end = _message_end(items, start)
    message = "\n".join([match[2] or "", *map(str, items[start + 1 : end])])
    traceback = Traceback(_parse_frames(lines), match[1], message)
    members = items[end] if end < len(items) else None
    if isinstance(members, Members):
        chains = (tuple(_parse_items(chunk, bare=True)) for chunk in members.chunks)
        return replace(traceback, members=tuple(chain for chain in chains if chain)), end + 1
    return traceback, end


def _quotes(items: Sequence[Item], index: int) -> bool:
    """Whether a message that quotes a traceback begins: the cause that worker processes send home, never raised."""
    match = _match(_EXCEPTION, items[index : index + 1])
    return (
        match is not None and match[2] == "" and items[index + 1 : index + 2] == ['"""'] and '"""' in items[index + 2 :]
    )


def _indented_lines(items: Sequence[Item], index: int) -> list[str]:
    lines: list[str] = []
    while index < len(items):
        item = items[index]
        if not isinstance(item, str) or not item.startswith("  "):
            break
        lines.append(item)
        index += 1
    return lines


def _match(pattern: re.Pattern[str], items: Sequence[Item]) -> re.Match[str] | None:
    """Match the first of the items whole, if there is one and it is a line."""
    return pattern.fullmatch(items[0]) if items and isinstance(items[0], str) else None


def _message_end(items: Sequence[Item], start: int) -> int:
    """Return where the message that begins at ``start`` ends. A traceback that it quotes in triple quotes is in it."""
    index = start + 1
    if items[index : index + 1] == ['"""']:
        index = next((at + 1 for at in range(index + 1, len(items)) if items[at] == '"""'), index)
    while index < len(items):
        item = items[index]
        if isinstance(item, Members) or item in _HEADERS or _HEADING.fullmatch(item):
            return index
        if item in _LINKS and items[index - 1] == "":
            return max(index - 1, start + 1)
        index += 1
    return index


def _parse_frames(lines: Iterable[str]) -> tuple[Frame, ...]:
    frames: list[Frame] = []
    for line in lines:
        if match := _FRAME.fullmatch(line):
            frames.append(Frame(match[1], int(match[2]), match[3]))
        elif frames and (match := _REPEATED.fullmatch(line)):
            frames[-1] = replace(frames[-1], repeated=int(match[1]))
        elif frames and not _MARKER.fullmatch(line):
            code = f"{frames[-1].code}\n{line[4:]}" if frames[-1].code else line[4:]
            frames[-1] = replace(frames[-1], code=code)
    return tuple(frames)


def _put_under(traceback: Traceback, heading: Item, before: Sequence[Traceback]) -> Traceback:
    """Note the line above; what follows in a chain stands under the same."""
    if before and before[-1].link:
        return replace(traceback, origin=before[-1].origin, heading=before[-1].heading)
    match = _match(_HEADING, [heading])
    if match is None:
        return traceback
    origin: Origin | None = "thread" if match["thread"] else "ignored" if match["ignored"] else None
    return replace(traceback, origin=origin, heading=match.string)
