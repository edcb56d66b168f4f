"""The home page and the indexes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from http import HTTPStatus

from markupsafe import Markup

from errorkb.catalog import Catalog, Entry
from errorkb.site import index_views as page
from errorkb.site.foot import Settings
from errorkb.site.message import name_of, shown_message
from errorkb.site.record_page import severity_fact
from errorkb.site.sections import prose
from errorkb.site.standing import Stand, render_edited, render_time, stand_of
from errorkb.site.text import cut, relative
from errorkb.site.views import EvidenceLine, Link

Keyed = Mapping[str, list[Entry]]
RECENT = 6
# Bytes that the name of a folder may have on the usual file systems.
LONGEST_NAME = 255


def group_by(entries: Iterable[Entry], key: str) -> Keyed:
    """Records by the value of one of their fields, as text; those without it are left out."""
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        value = getattr(entry.record, key)
        if value is not None:
            groups[str(value)].append(entry)
    return dict(sorted(groups.items()))


def group_by_class(entries: Iterable[Entry]) -> Keyed:
    """Records by the public name of the class that they raise or warn with."""
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        name = entry.record.raises or entry.record.warns
        if name is not None:
            groups[name].append(entry)
    return dict(sorted(groups.items(), key=lambda item: item[0].lower()))


def former_names(catalog: Catalog) -> dict[str, str]:
    """Real names of the classes, where they differ from the public ones, to the public name that has a page.

    Only names that can be imported and can name a folder: they become paths, and evidence may say anything.
    """
    found: dict[str, str] = {}
    public = group_by_class(catalog.entries.values())
    for entry in catalog.entries.values():
        for runs in (entry.evidence.claims if entry.evidence else {}).values():
            for seen in runs.values():
                for name, resolved in seen.names.items():
                    real = resolved.real
                    if name in public and real not in public and real is not None and _is_path(real):
                        found[real] = name
    return dict(sorted(found.items()))


def _is_path(name: str) -> bool:
    return len(name.encode()) <= LONGEST_NAME and all(part.isidentifier() for part in name.split("."))


def render_list(
    here: str, heading: str, entries: list[Entry], above: Link | None, intro: str | None, mono: bool = False
) -> page.ListView:
    """The errors of one value."""
    rows = tuple(
        page.Entry(
            Link(
                entry.record.raises or entry.record.warns or name_of(entry.record),
                relative(here, f"{entry.id}/"),
                mono=True,
            ),
            prose(entry.record.symptom),
            entry.package + (f" · HTTP {entry.record.http}" if entry.record.http else ""),
        )
        for entry in sorted(entries, key=lambda entry: (name_of(entry.record).lower(), entry.id))
    )
    groups = (page.Group(rows),) if rows else ()
    return page.ListView((above,) if above else (), heading, groups, prose(intro) if intro else None, mono)


def render_values(
    here: str, heading: str, values: Iterable[tuple[str, str, int, str | None]], intro: str | None, mono: bool = False
) -> page.ListView:
    """All values of one kind: text, address, number of errors, meaning."""
    rows = tuple(
        page.Entry(Link(text, relative(here, target), mono), prose(meaning) if meaning else None, None, count)
        for text, target, count, meaning in values
    )
    return page.ListView((), heading, (page.Group(rows),) if rows else (), prose(intro) if intro else None)


def render_package(catalog: Catalog, name: str) -> page.PackageView:
    """The index of a package."""
    home, here = catalog.packages[name], f"{name}/"
    entries = sorted(
        (entry for entry in catalog.entries.values() if entry.package == name),
        key=lambda entry: (name_of(entry.record).lower(), entry.id),
    )
    stands = {entry.id: stand_of(catalog, entry) for entry in entries}
    dates = [date for entry in entries if (date := _date(stands[entry.id]))]
    usual = max(set(dates), key=lambda date: (dates.count(date), date)) if dates else None
    releases = ", ".join(release.version for release in home.package.releases)
    count = f"{len(entries)} error{'s' * (len(entries) != 1)}"
    return page.PackageView(
        breadcrumb=(Link("Packages", relative(here, "packages/")),),
        name=home.package.name,
        lead=f"{count}. Run on {releases}",
        rows=tuple(_row(catalog, entry, stands[entry.id], usual, here) for entry in entries),
        intro=prose(home.package.about)
        + (Markup(" Verified {}, unless a row names another date.").format(render_time(usual)) if usual else ""),
        home=Link(f"Home page of {home.package.name}", home.package.home),
    )


def _row(catalog: Catalog, entry: Entry, stands: dict[str, Stand], usual: str | None, here: str) -> page.ErrorRow:
    record, broken = entry.record, stands.get("broken")
    message = shown_message(record, broken) or (record.message[0].text if record.message else "")
    cause = record.caused_by[0] if record.caused_by else None
    return page.ErrorRow(
        link=Link(name_of(record), relative(here, f"{entry.id}/"), mono=True),
        symptom=prose(record.symptom),
        message=cut(message, 60),
        severity=severity_fact(catalog, record, here),
        status=_status(broken, stands, usual),
        http=Link(str(record.http), relative(here, f"http/{record.http}/")) if record.http else None,
        caused_by=f"{cause.raises.rpartition('.')[2]}: {cause.message[0].text}" if cause else None,
    )


def _status(broken: Stand | None, stands: dict[str, Stand], usual: str | None) -> EvidenceLine:
    date = _date(stands)
    if broken is None or date is None:
        return EvidenceLine("none", Markup("never verified"))
    if any(stand.edited for stand in stands.values()):
        return render_edited(date)
    total = len(broken.inside)
    text = Markup("{} of {} release{}").format(broken.proven, total, "s" * (total != 1))
    return EvidenceLine("ok", text if date == usual else Markup("{}, {}").format(render_time(date), text))


def _date(stands: dict[str, Stand]) -> str | None:
    return min((stand.dates[0] for stand in stands.values() if stand.dates), default=None)


def status_text(status: str) -> str:
    """``401 Unauthorized``; the number alone where the standard has no name for it."""
    try:
        return f"{status} {HTTPStatus(int(status)).phrase}"
    except ValueError:
        return status


def render_home(catalog: Catalog, settings: Settings) -> page.HomeView:
    """The home page: ways in, how to contribute, what was verified lately."""
    entries = list(catalog.entries.values())
    assert catalog.vocabulary is not None, "lint refuses a catalog without its vocabulary"
    counts = {name: sum(entry.package == name for entry in entries) for name in catalog.packages}
    packages = tuple(
        page.Count(Link(catalog.packages[name].package.name, f"{name}/"), count)
        for name, count in counts.items()
        if count
    )
    statuses = tuple(
        page.Count(Link(status_text(key), f"http/{key}/"), len(found))
        for key, found in group_by(entries, "http").items()
    )
    by_severity = group_by(entries, "severity")
    severities = tuple(
        page.Count(Link(word.capitalize(), f"severity/{word}/"), len(by_severity.get(word, [])), meaning)
        for word, meaning in catalog.vocabulary.severities.items()
    )
    classes = sorted(group_by_class(entries).items(), key=lambda item: (-len(item[1]), item[0]))[:8]
    named = tuple(page.Count(Link(name, f"e/{name}/", mono=True), len(found)) for name, found in classes)
    return page.HomeView(
        summary=f"{len(entries)} errors in {len(packages)} packages",
        find=Link("Find an error by name", "e/"),
        packages=page.Way("packages", "Packages", Link("All packages", "packages/"), packages),
        ways=(
            page.Way("http", "HTTP status", Link("All statuses", "http/"), statuses),
            page.Way("severity", "Severity", Link("All severities", "severity/"), severities),
            page.Way("classes", "Exception class", Link("All classes", "e/"), named),
        ),
        contribute=Link("Add a page", "contribute/"),
        how=Link("More", "how-verification-works/"),
        recent=_recent(catalog, entries),
        repository=Link("The repository", settings.repository) if settings.repository else None,
    )


def _recent(catalog: Catalog, entries: list[Entry]) -> tuple[page.Recent, ...]:
    dated = [(date, entry) for entry in entries if (date := _date(stand_of(catalog, entry)))]
    newest = sorted(dated, key=lambda item: item[1].id)
    newest = sorted(newest, key=lambda item: item[0], reverse=True)[:RECENT]
    return tuple(
        page.Recent(
            date,
            Link(e.record.raises or e.record.warns or f"{e.package}: {name_of(e.record)}", f"{e.id}/"),
            prose(e.record.symptom),
        )
        for date, e in newest
    )
