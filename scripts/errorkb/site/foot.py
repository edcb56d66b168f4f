"""The end of a record's page."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from errorkb.catalog import Catalog, Entry
from errorkb.prose import render_prose_text
from errorkb.site import record_view as page
from errorkb.site.message import name_of
from errorkb.site.text import relative
from errorkb.site.views import Link, More

MORE = 6


@dataclass(frozen=True)
class Settings:
    """What ``mkdocs.yml`` says of the site: the repository's address, empty for none, and the branch to edit."""

    repository: str = ""
    branch: str = "main"


def render_foot(catalog: Catalog, entry: Entry, settings: Settings, here: str) -> page.Foot:
    """What to do next: contribute, or look at more errors of this package and of this status."""
    contribution = None
    if settings.repository:
        file = f"{settings.branch}/errors/{entry.id}.yaml"
        edit, view = f"{settings.repository}/edit/{file}", f"{settings.repository}/blob/{file}"
        contribution = page.Contribution(
            _form(settings, "note.yml", "Note", entry.id), _form(settings, "wrong.yml", "Wrong", entry.id), edit, view
        )
    groups = [
        (
            f"More errors of {catalog.packages[entry.package].package.name}",
            f"{entry.package}/",
            catalog.by_package[entry.package],
        )
    ]
    if entry.record.http:
        same = catalog.by_status[entry.record.http]
        groups.append((f"More errors with HTTP {entry.record.http}", f"http/{entry.record.http}/", same))
    more = []
    for title, target, entries in groups:
        others = [e for e in entries[: MORE + 1] if e.id != entry.id][:MORE]
        links = tuple(
            Link(f"{name_of(e.record)}: {render_prose_text(e.record.symptom)}", relative(here, f"{e.id}/"))
            for e in others
        )
        if links:
            more.append(More(title, links, Link("All", relative(here, target))))
    return page.Foot(contribution, tuple(more), entry.record.authors)


def _form(settings: Settings, template: str, title: str, name: str) -> str:
    """The address of an issue form of .github/ISSUE_TEMPLATE, with its title and its field ``page`` filled in."""
    fields = urlencode({"template": template, "title": f"{title}: {name}", "page": name}, quote_via=quote, safe="/")
    return f"{settings.repository}/issues/new?{fields}"
