"""Programs and what they printed, as views."""

from __future__ import annotations

import difflib
import keyword
import re
import shlex
from collections.abc import Sequence
from typing import ClassVar, Literal

from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer, inherit, words
from pygments.lexers import BashLexer, PowerShellLexer, PythonLexer
from pygments.token import Name, Operator, Punctuation, Text

from errorkb.claims import SNIPPET, Program
from errorkb.evidence import Observation
from errorkb.model.service import KINDS
from errorkb.site.text import show_controls
from errorkb.site.views import Change, Code, CodeLine, Output, OutputPart


def _match_names() -> words:
    """Match names that Pygments gives no meaning of their own; a quote after one makes it a string's prefix."""
    rules = (rule for state in PythonLexer.tokens.values() for rule in state if isinstance(rule, tuple))
    special = {word for rule in rules if isinstance(rule[0], words) for word in rule[0].words}
    special |= {*keyword.kwlist, *keyword.softkwlist, "lazy", "self", "cls", "Ellipsis", "NotImplemented"}
    return words(special, prefix="(?!", suffix=r"\b)[A-Za-z_][A-Za-z0-9_]*(?![\w\"'])")


class _Python(PythonLexer):  # type: ignore[misc]
    """Finds the same tokens as its parent, but the most frequent ones first: there they stand behind fifty patterns.

    White space before a quote, its prefix, or ``match`` and ``case`` is left to the parent.
    """

    tokens: ClassVar = {
        "root": [
            (r"(?<=\S)[^\S\n]+|^[ \t]+(?![\s\"'rRuUbBmc])", Text),
            (r"[]{}(),;[]", Punctuation),
            (r"!=|==|<<|>>|[-~+/*%=<>&^|]|\.(?=[^\W\d])", Operator),
            (_match_names(), Name),
            inherit,
        ]
    }


FORMATTER = HtmlFormatter(nowrap=True)
LEXERS: dict[str, Lexer] = {
    "python": _Python(stripnl=False, ensurenl=False),
    "posix": BashLexer(stripnl=False, ensurenl=False),
    "powershell": PowerShellLexer(stripnl=False, ensurenl=False),
}
Block = tuple[str, str]
"""A label and the text under it."""


def list_blocks(program: Program) -> list[Block]:
    """What a reader needs to run the program: its code, environment, files, packages, servers, command."""
    files = [(name, text) for name, text in program.files if name != SNIPPET]
    blocks = [(SNIPPET, program.code)] if program.code else []
    blocks += (
        [("Environment", "\n".join(f"{name}={_quote(value)}" for name, value in program.env))] if program.env else []
    )
    blocks += [(name, text) for name, text in files if text]
    if program.packages:
        blocks.append(("Packages", "pip install " + " ".join(program.packages)))
    if program.services:
        blocks.append(("Servers", "\n".join(KINDS[name].description for name in program.services)))
    if program.arguments != (SNIPPET,):
        blocks.append(("Command", "python " + " ".join(shlex.quote(item) for item in program.arguments)))
    return blocks


def render_code(label: str | None, text: str, changes: Sequence[Change] = (), language: str | None = None) -> Code:
    """Highlight a text, line by line; ``changes`` marks the lines in order."""
    text = show_controls(text).rstrip("\n")  # Pygments would take a lone carriage return for a line end
    language = language or ("python" if label is None or label.endswith(".py") else None)
    html = highlight(text, LEXERS[language], FORMATTER) if language else str(escape(text))
    lines = html.split("\n")[: text.count("\n") + 1]
    unmarked: list[Change] = ["same"] * (len(lines) - len(changes))
    marks = [*changes, *unmarked]
    return Code(tuple(CodeLine(Markup(line), mark) for line, mark in zip(lines, marks, strict=False)), text, label)


def split_blocks(broken: Program, fixed: Program) -> tuple[list[Code], list[Code], list[Code], list[str]]:
    """What is the same in both, what only each of them has, and the labels that differ."""
    before, after = dict(list_blocks(broken)), dict(list_blocks(fixed))
    shared, left, right, changed = [], [], [], []
    for label in dict.fromkeys([*before, *after]):
        if before.get(label) == after.get(label):
            shared.append(render_code(f"{label}, the same in both", before[label], language=language_of(label)))
            continue
        changed.append(label)
        removed, added = _mark(before.get(label, ""), after.get(label, ""))
        if label in before:
            left.append(render_code(label, before[label], removed, language_of(label)))
        if label in after:
            right.append(render_code(label, after[label], added, language_of(label)))
    return shared, left, right, changed


def render_output(seen: Observation, label: str | None = None, elide: str | None = None) -> Output:
    """What the terminal showed: standard output, then the traceback or the rest of standard error.

    ``elide`` stands in place of all frames, where the page shows them elsewhere.
    """
    texts = [text.rstrip("\n") for text in (seen.stdout, seen.traceback or _last_line(seen), seen.stderr)]
    copy = "\n".join(text for text in texts if text)
    parts = [OutputPart("text", texts[0])] if texts[0] else []
    if texts[1]:
        parts += _split_traceback(texts[1], elide)
    if texts[2]:
        parts.append(OutputPart("text", texts[2]))
    return Output(tuple(parts) or (OutputPart("elided", note="nothing"),), copy, label)


def _last_line(seen: Observation) -> str:
    """The line that names the exception, where the traceback is kept at another release with the same wording."""
    exception = seen.exception
    return f"{exception.name}: {exception.message}" if exception is not None else ""


def _split_traceback(text: str, elide: str | None) -> list[OutputPart]:
    parts: list[OutputPart] = []
    lines = text.split("\n")
    last = max((number for number, line in enumerate(lines) if line.startswith("  ")), default=-1)
    for frame in _group_lines(lines[: last + 1]):
        kind = _kind(frame[0])
        if elide is not None and kind in ("own", "library"):
            if not parts or parts[-1].kind != "elided":
                parts.append(OutputPart("elided", note=elide))
        elif parts and parts[-1].kind == kind:
            parts[-1] = OutputPart(kind, parts[-1].text + "\n" + "\n".join(frame))
        else:
            parts.append(OutputPart(kind, "\n".join(frame)))
    parts = [_with_note(part) for part in parts]
    return [*parts, OutputPart("last", "\n".join(lines[last + 1 :]))] if lines[last + 1 :] else parts


def _group_lines(lines: Sequence[str]) -> list[list[str]]:
    """Cut the lines into frames, and lines that are no part of one."""
    groups: list[list[str]] = []
    for line in lines:
        if _bare(line).startswith("    ") and groups and _bare(groups[-1][0]).startswith("  File "):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _bare(line: str) -> str:
    """A line without the bar that stands before it in the print of an exception group."""
    return re.sub(r"^ *\| ", "", line)


def _kind(line: str) -> Literal["text", "own", "library"]:
    line = _bare(line)
    if not line.startswith('  File "'):
        return "text"
    return "own" if line.startswith('  File "/app/') else "library"


def _with_note(part: OutputPart) -> OutputPart:
    if part.kind != "library":
        return part
    heads = [line for line in part.text.split("\n") if _bare(line).startswith('  File "')]
    inside = dict.fromkeys(line.partition("site-packages/")[2].partition("/")[0] or "Python" for line in heads)
    count = f"{len(heads)} frame{'s' * (len(heads) != 1)}"
    return OutputPart("library", part.text, f"  … {count} inside {', '.join(inside)}")


def _mark(before: str, after: str) -> tuple[list[Change], list[Change]]:
    old, new = before.rstrip("\n").split("\n"), after.rstrip("\n").split("\n")
    removed: list[Change] = ["removed"] * len(old)
    added: list[Change] = ["added"] * len(new)
    for block in difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        removed[block.a : block.a + block.size] = ["same"] * block.size
        added[block.b : block.b + block.size] = ["same"] * block.size
    return removed, added


def language_of(label: str) -> str | None:
    """The language of a block, by its label; None for plain text."""
    return "python" if label.endswith(".py") else "posix" if label in ("Packages", "Command") else None


def _quote(value: str) -> str:
    """The value as it is, in single quotes where white space would be lost on the page."""
    return f"'{value}'" if value != value.strip() or not value else value
