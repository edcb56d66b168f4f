"""The table of releases × outcome, and the wordings where they differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

from errorkb.catalog import Entry
from errorkb.site.standing import Stand, render_instead
from errorkb.site.views import EvidenceLine, Mark
from errorkb.wording import changed_words


@dataclass(frozen=True)
class Cell:
    """A cell of the table of releases. ``name`` is the class that was seen instead, if one was."""

    mark: Mark | None
    text: str
    name: str | None = None


@dataclass(frozen=True)
class ReleaseRow:
    """One release, newest first, with a cell for each column."""

    release: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Wording:
    """One wording of the message: its letter, the releases that print it, its text with changed words in ``<mark>``."""

    letter: str
    releases: str
    html: Markup


@dataclass(frozen=True)
class Releases:
    """The table of releases. Without rows only ``note`` is printed.

    ``columns`` are the headings after the first, which is ``package``. ``wordings`` is empty unless they differ.
    """

    package: str
    columns: tuple[Markup, ...] = ()
    rows: tuple[ReleaseRow, ...] = ()
    note: EvidenceLine | None = None
    wordings: tuple[Wording, ...] = ()


def render_releases(entry: Entry, package: str, stands: Mapping[str, Stand]) -> Releases | None:
    """The table of releases × outcome, and the wordings if they differ."""
    columns = [("Broken", stands.get("broken")), ("Fixed", stands.get("fixed"))]
    for number, cause in enumerate(entry.record.causes, 1):
        columns.append((f"{number} {cause.id.replace('-', ' ')}", stands.get(f"cause/{cause.id}/broken")))
    used = [(title, stand) for title, stand in columns if stand is not None]
    if not used:
        return None
    if not any(stand.dates for _, stand in used):
        return Releases(
            package, note=EvidenceLine("none", Markup("No runs yet. The table of releases is made from runs"))
        )
    versions = dict.fromkeys(item.release.version for _, stand in used for item in stand.standings)
    rows = [ReleaseRow(version, tuple(_cell(stand, version, title) for title, stand in used)) for version in versions]
    titles = tuple(Markup(escape(title)) for title, _ in used)
    return Releases(package, titles, tuple(rows), None, _wordings(stands["broken"]) if "broken" in stands else ())


def _cell(stand: Stand, version: str, title: str) -> Cell:
    item = next((item for item in stand.standings if item.release.version == version), None)
    if item is None:
        return Cell(None, "not claimed")
    if item.observation is None:
        return Cell("none", "not run")
    if not item.current:
        return Cell("edited", "edited since")
    if item not in stand.inside:
        return Cell("differs", render_instead(item))
    if not item.observation.holds:
        return Cell("fail", "not as claimed")
    return Cell("ok", "no error" if title == "Fixed" else "reproduced")


def _wordings(broken: Stand) -> tuple[Wording, ...]:
    """Each wording that was seen in the claim's scope, oldest first, with the words that changed marked."""
    seen: dict[str, list[str]] = {}
    for item in reversed(broken.inside):
        observation = item.observation
        if observation is not None and observation.exceptions:
            text = (observation.exception or observation.exceptions[0]).message
            seen.setdefault(text, []).append(item.release.version)
    if len(seen) < 2:
        return ()
    texts = list(seen)
    marked = [Markup(escape(texts[0])), *(_mark_changes(before, after) for before, after in pairwise(texts))]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return tuple(
        Wording(letter, ", ".join(versions), html)
        for letter, versions, html in zip(letters, seen.values(), marked, strict=False)
    )


def _mark_changes(before: str, after: str) -> Markup:
    pieces = (
        Markup("<mark>{}</mark>").format(text) if new else escape(text) for text, new in changed_words(before, after)
    )
    return Markup("").join(pieces)
