"""The margins in which Python prints exception groups: lines → lines and members, one inside the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

_GROUP_START = re.compile(r"  \+ Exception Group Traceback \(most recent call last\):")
_GROUP_CLOSE = re.compile(r" +\+-{36}")
_GROUP_LINE = re.compile(r"  (\||\+-\+| +[|+])")
_MARGIN = re.compile(r" +\| ")
_MAX_DEPTH = 50


@dataclass(frozen=True)
class Members:
    """Where the print of a group goes on with its members: the items of each."""

    chunks: tuple[tuple[Item, ...], ...]


Item: TypeAlias = str | Members


def fold_groups(lines: Sequence[str]) -> Iterator[Item]:
    """Yield the lines of a text; those of an exception group without their margins, the members of one in one item.

    Members more than fifty levels deep are left out.
    """
    index = 0
    while index < len(lines):
        if not _GROUP_START.fullmatch(lines[index]):
            yield lines[index]
            index += 1
            continue
        end = _group_end(lines, index + 1)
        block = [lines[index].replace("+", "|"), *lines[index + 1 : end]]
        yield from _fold_members([line[2:] for line in _complete_margins(block)], _MAX_DEPTH)
        index = end


def _group_end(lines: Sequence[str], start: int) -> int:
    """Return where a group ends: after its closing line, or if that is cut off, after the last line with a margin."""
    for index in range(start, len(lines)):
        if _GROUP_CLOSE.fullmatch(lines[index]) and not _has_margin(lines, index + 1):
            return index + 1
        if _GROUP_START.fullmatch(lines[index]):
            break
    while _has_margin(lines, start):
        start += 1
    return start


def _has_margin(lines: Sequence[str], index: int) -> bool:
    return index < len(lines) and _GROUP_LINE.match(lines[index]) is not None


def _complete_margins(lines: Sequence[str]) -> Iterator[str]:
    """Python 3.11 prints a margin before the first line of a message only; give the others theirs."""
    margin = ""
    for line in lines:
        if _GROUP_LINE.match(line):
            match = _MARGIN.match(line)
            margin = match.group() if match else margin
            yield line
        else:
            yield margin + line


def _fold_members(lines: Sequence[str], depth: int) -> Iterator[Item]:
    """Yield lines that stand after ``| ``; the indented ones below a line ``+-+--- 1 ---`` are members."""
    index = 0
    while index < len(lines):
        if not lines[index].startswith("+-+-"):
            if lines[index].startswith("|"):
                yield lines[index][2:]
            index += 1
            continue
        chunks: list[list[str]] = [[]]
        index += 1
        while index < len(lines) and lines[index].startswith("  "):
            line = lines[index][2:]
            if line.startswith("+--"):
                chunks.append([])
            else:
                chunks[-1].append(line)
            index += 1
        if depth:
            yield Members(tuple(tuple(_fold_members(chunk, depth - 1)) for chunk in chunks))
