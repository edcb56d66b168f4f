"""What the templates under ``templates/pages`` print: pure data, one class per thing on a page.

Every ``href`` is ready to print: relative to the page that it stands on, or absolute with https. ``Markup`` fields are
prose or code that this project's own renderers made; ``str`` fields are plain text and are escaped by the template.
Nothing here decides anything: what is empty or None is not printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

Mark = Literal["ok", "none", "edited", "fail", "differs"]
"""The sign before a line of evidence: seen as claimed, not run, edited since it was verified, seen to fail,
something else seen. The words beside it say the same."""

Change = Literal["same", "removed", "added"]


@dataclass(frozen=True)
class Link:
    """A link. ``text`` is plain; ``mono`` sets it as code."""

    text: str
    href: str
    mono: bool = False


@dataclass(frozen=True)
class EvidenceLine:
    """The grey line under what it proves.

    ``text`` is one or two short sentences without a full stop. ``link`` follows it after a dot, such as "Verify".
    """

    mark: Mark
    text: Markup
    link: Link | None = None


@dataclass(frozen=True)
class Fact:
    """One part of the facts line, linked to the index page that says what the value means.

    ``bars`` is 1 to 4 for a severity, which is the only fact with a mark; else None.
    """

    text: str
    href: str
    bars: int | None = None


@dataclass(frozen=True)
class Banner:
    """A box over the message. ``kind`` chooses its look: never run, or obsolete.

    ``lead`` is its first, bold sentence.
    """

    kind: Literal["never", "obsolete"]
    lead: str
    text: Markup
    link: Link | None = None


@dataclass(frozen=True)
class CodeLine:
    """One line of highlighted code (Pygments spans, none of them open at its end), and whether it changed."""

    html: Markup
    change: Change = "same"


@dataclass(frozen=True)
class Code:
    """Code that one types, on a grey ground.

    ``copy`` is what the copy button gives; empty: no button. ``label`` stands above it: a file's name, "Environment",
    "Command".
    """

    lines: tuple[CodeLine, ...]
    copy: str
    label: str | None = None

    @property
    def changed(self) -> bool:
        """Whether any line is marked, so that all need room for the marks."""
        return any(line.change != "same" for line in self.lines)


@dataclass(frozen=True)
class OutputPart:
    """A run of lines of terminal output, without its last line end.

    ``kind``: ``text`` as printed; ``own`` a frame of the reader's own file, bold; ``library`` frames that are folded
    until asked for, in place of which ``note`` stands ("… 5 frames inside anthropic"); ``elided`` lines that are not
    there at all, only ``note``; ``last`` the line that names the exception, which wraps and stays in view.
    """

    kind: Literal["text", "own", "library", "elided", "last"]
    text: str = ""
    note: str = ""


@dataclass(frozen=True)
class Output:
    """What a terminal printed, on a plain ground. ``copy`` is all of it. ``label`` stands above it: "Prints"."""

    parts: tuple[OutputPart, ...]
    copy: str
    label: str | None = None

    @property
    def folds(self) -> bool:
        """Whether there are library frames to unfold."""
        return any(part.kind == "library" for part in self.parts)


@dataclass(frozen=True)
class Row:
    """A term and its value in a list of details: "Request", "POST /v1/messages"."""

    term: str
    value: Markup


@dataclass(frozen=True)
class Details:
    """A line that opens: ``exit code 1 · 1 request, answered 401 · same in 5 of 5 releases``, then its rows.

    Without rows it is a plain line.
    """

    summary: str
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Run:
    """A program that was run, or is to be run: its files and settings, then what it printed.

    ``output`` is None when it has not been run; the words "not run yet" then stand in its place. ``evidence`` is the
    line under it.
    """

    code: tuple[Code, ...]
    output: Output | None
    evidence: EvidenceLine
    details: Details | None = None


@dataclass(frozen=True)
class Pane:
    """One side of broken beside fixed.

    ``verdict`` follows the heading: "raises this error", "prints Hello!", or "should raise this error". ``code`` holds
    what differs from the other side. ``edited`` is set when this claim was edited since it was verified.
    """

    mark: Mark
    verdict: str
    code: tuple[Code, ...]
    output: Output | None
    details: Details | None = None
    edited: EvidenceLine | None = None


@dataclass(frozen=True)
class Pair:
    """Broken beside fixed.

    ``change`` is the sentence that comes first, "The change is in the environment."; ``shared`` is what is the same in
    both, shown once above; ``explanation`` says what changed and why that is enough; ``crossed`` tells of the
    cross-runs.
    """

    change: Markup
    shared: tuple[Code, ...]
    broken: Pane
    fixed: Pane
    explanation: Markup | None = None
    crossed: str | None = None


@dataclass(frozen=True)
class Command:
    """A shell command. ``powershell`` is None when both shells take the same words.

    ``switch`` is True for the first command of the page with two forms: it holds the inputs that choose the shell, for
    all commands of the page.
    """

    posix: Code
    powershell: Code | None = None
    switch: bool = False


@dataclass(frozen=True)
class Advice:
    """Prose, with a command where one helps."""

    text: Markup
    command: Command | None = None


@dataclass(frozen=True)
class More:
    """Other pages under one heading: "More errors of anthropic". ``all`` leads to the whole list."""

    title: str
    links: tuple[Link, ...]
    all: Link
