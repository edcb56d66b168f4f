"""What ``templates/pages/record.html`` prints, section by section. See ``views`` for the rules and the shared parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from markupsafe import Markup

from errorkb.site.release_table import Releases
from errorkb.site.views import Advice, Banner, Code, EvidenceLine, Fact, Link, More, Output, Pair, Run


@dataclass(frozen=True)
class QuickFix:
    """The raised block.

    ``evidence`` stands beside the heading, "run: works on 5 of 5 releases", and is None when nothing was run as shown.
    ``still`` is the question "Still 401?" and ``still_link`` leads to the other causes.
    """

    advice: Advice
    evidence: EvidenceLine | None = None
    still: str | None = None
    still_link: Link | None = None


@dataclass(frozen=True)
class Message:
    """The message as last captured.

    ``html`` is its text, the parts that vary in ``<var>``; ``copy`` the text alone. ``long`` folds it to three lines
    on a phone. ``caption`` is the line below: "Underlined parts vary.", or "As the author wrote it."
    """

    html: Markup
    copy: str
    long: bool
    caption: Markup


@dataclass(frozen=True)
class Cause:
    """A numbered cause: how to know that it is this one, its fix. ``says`` is its message, if of another wording."""

    id: str
    number: int
    title: Markup
    check: Advice
    fix: Advice
    evidence: EvidenceLine
    pair: Pair | None = None
    says: Markup | None = None


@dataclass(frozen=True)
class LookAlike:
    """Another page that looks like this one. ``link`` is its name, in mono; ``difference`` tells the two apart."""

    link: Link
    symptom: Markup
    difference: Markup


@dataclass(frozen=True)
class OtherSystem:
    """How another operating system words the message. Nothing is run there: ``link`` is the page where it was seen."""

    system: str
    html: Markup
    link: Link


@dataclass(frozen=True)
class DeadEnd:
    """What people try that does not help. ``run`` is None when the program adds nothing to the title."""

    id: str
    title: Markup
    why: Markup | None
    evidence: EvidenceLine
    run: Run | None = None


@dataclass(frozen=True)
class Example:
    """Prose with a program: detection, workaround."""

    text: Markup
    run: Run | None = None


@dataclass(frozen=True)
class Trace:
    """The captured stack trace. ``output`` is None when there is none yet. ``caption`` says on what it was captured."""

    output: Output | None
    caption: str


@dataclass(frozen=True)
class Evidence:
    """What was run, where its data is, and the command that repeats it."""

    line: EvidenceLine
    data: Link | None
    invitation: str
    command: Code


@dataclass(frozen=True)
class Note:
    """A note by a reader. ``date`` is ISO. ``scope`` is "applies to anthropic ≥ 1.17", or None for all releases."""

    by: str
    date: str
    scope: str | None
    text: Markup
    run: Run | None = None


@dataclass(frozen=True)
class Contribution:
    """Addresses in the repository: to add a note, to report, to edit, to view the YAML."""

    add_note: str
    report: str
    edit: str
    view: str


@dataclass(frozen=True)
class Foot:
    """The end of a page. ``contribution`` is None when no repository is set."""

    contribution: Contribution | None
    more: tuple[More, ...]
    authors: tuple[str, ...] = ()


TITLES: Mapping[str, str] = MappingProxyType(
    {
        "quick-fix": "Quick fix",
        "causes": "Causes & fixes",
        "broken-and-fixed": "Broken and fixed",
        "stack-trace": "Stack trace",
        "why": "Why it happens",
        "other-systems": "Other systems",
        "look-alikes": "Look-alikes",
        "dead-ends": "What does not help",
        "detection": "Detection",
        "workaround": "Workaround",
        "prevention": "Prevention",
        "releases": "Releases",
        "evidence": "Evidence",
        "references": "References",
        "notes": "Community notes",
    }
)
"""The sections of a record page: anchor and heading, in the order of the page."""


@dataclass(frozen=True)
class RecordView:
    """One record page.

    ``name`` is the heading in mono (the class, else the logger, the signal, "exit code 2"); ``symptom`` is below it in
    plain words; ``qualified`` and ``base`` are the public name and the nearest base class, ``kind`` says what the
    symptom is when it is no ordinary exception ("a warning", "raised in a thread"). ``verified`` is the line under
    the facts; it is None where ``banner`` says that nothing was run. ``not_reproduced`` is the reason, in place of
    ``pair``. ``causes`` are shown in the order of the record.
    """

    breadcrumb: tuple[Link, ...]
    name: str
    symptom: Markup
    facts: tuple[Fact, ...]
    message: Message
    meaning: Markup
    quick_fix: QuickFix
    causes: tuple[Cause, ...]
    trace: Trace | None
    why: Markup
    evidence: Evidence
    references: tuple[Link, ...]
    foot: Foot
    qualified: str | None = None
    base: str | None = None
    kind: str | None = None
    verified: EvidenceLine | None = None
    banner: Banner | None = None
    pair: Pair | None = None
    not_reproduced: EvidenceLine | None = None
    other_systems: tuple[OtherSystem, ...] = ()
    look_alikes: tuple[LookAlike, ...] = ()
    dead_ends: tuple[DeadEnd, ...] = ()
    detection: Example | None = None
    workaround: Example | None = None
    prevention: Markup | None = None
    releases: Releases | None = None
    notes: tuple[Note, ...] = ()

    @property
    def titles(self) -> Mapping[str, str]:
        """Heading by anchor."""
        return TITLES

    @property
    def toc(self) -> tuple[tuple[str, str], ...]:
        """Anchor and heading of every section that this page has."""
        optional = {
            "broken-and-fixed": self.pair or self.not_reproduced,
            "stack-trace": self.trace,
            "other-systems": self.other_systems,
            "look-alikes": self.look_alikes,
            "dead-ends": self.dead_ends,
            "detection": self.detection,
            "workaround": self.workaround,
            "prevention": self.prevention,
            "releases": self.releases,
        }
        return tuple((anchor, title) for anchor, title in TITLES.items() if optional.get(anchor, True))
