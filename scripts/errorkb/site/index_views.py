"""What the templates of the home page, the indexes and the lists print. See ``views`` for the rules."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from errorkb.site.views import EvidenceLine, Fact, Link


@dataclass(frozen=True)
class Count:
    """A link with the number of errors behind it. ``text`` says what the value means, where that is not plain."""

    link: Link
    count: int
    text: str | None = None


@dataclass(frozen=True)
class ErrorRow:
    """One error in the index of its package.

    ``message`` is the message, shortened, in mono; ``caused_by`` the class or text of the exception behind it.
    ``http`` and ``severity`` are linked to their indexes. ``status`` has a date only if it differs from the rest.
    """

    link: Link
    symptom: Markup
    message: str
    severity: Fact
    status: EvidenceLine
    http: Link | None = None
    caused_by: str | None = None


@dataclass(frozen=True)
class PackageView:
    """The index of a package. ``lead`` is "12 errors. Run on 0.20.0, …"; ``intro`` says the date of most rows."""

    breadcrumb: tuple[Link, ...]
    name: str
    lead: str
    rows: tuple[ErrorRow, ...]
    intro: Markup | None = None
    home: Link | None = None


@dataclass(frozen=True)
class Entry:
    """One line of a list: a value with its ``count``, or an error with its ``symptom`` and ``aside``
    ("anthropic · HTTP 401").
    """

    link: Link
    symptom: Markup | None = None
    aside: str | None = None
    count: int | None = None


@dataclass(frozen=True)
class Group:
    """Entries under one heading. ``title`` is None when the list has one group."""

    entries: tuple[Entry, ...]
    id: str | None = None
    title: str | None = None


@dataclass(frozen=True)
class ListView:
    """Any other index: all packages, statuses, severities, levels, classes, or the errors of one value.

    ``intro`` says what the value means. ``mono`` sets the heading as code. ``empty`` stands where there are no entries.
    """

    breadcrumb: tuple[Link, ...]
    heading: str
    groups: tuple[Group, ...]
    intro: Markup | None = None
    mono: bool = False
    empty: str = "No errors here yet."


@dataclass(frozen=True)
class Way:
    """A way in: its heading, the index of all its values, and the values themselves."""

    id: str
    title: str
    all: Link
    items: tuple[Count, ...]


@dataclass(frozen=True)
class Recent:
    """A page that was verified lately. ``date`` is ISO."""

    date: str
    link: Link
    text: Markup


@dataclass(frozen=True)
class HomeView:
    """The home page. ``summary`` is "116 errors in 27 packages". ``repository`` is None when none is set.

    ``find`` leads to the index of exception classes, ``how`` and ``contribute`` to the hand-written pages.
    """

    summary: str
    find: Link
    packages: Way
    ways: tuple[Way, ...]
    contribute: Link
    how: Link
    recent: tuple[Recent, ...] = ()
    repository: Link | None = None
