"""Move a package's newest release to the newest there is today: its version, its date, its locks."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from packaging.version import Version

from errorkb.catalog import Catalog, PackageEntry
from errorkb.verify.environments import CannotInstall, make_lock
from errorkb.verify.writing import write_whole


def relock(catalog: Catalog, packages: Collection[str], today: str, errors: Path) -> Iterator[str]:
    """Move the newest release of these packages, or of all; yield what changed, in words.

    The locks of the release that was moved away from are removed; ``verify`` makes the new ones. ``today`` is a date.
    """
    for home in catalog.packages.values():
        if home.package.distribution is not None and (not packages or home.id in packages):
            yield from _relock_package(home, today, errors)


def _relock_package(home: PackageEntry, today: str, errors: Path) -> Iterator[str]:
    release = home.package.releases[0]
    wanted = f"{home.package.distribution}>={release.version}"
    lock = make_lock([wanted], release.python, today)
    if isinstance(lock, CannotInstall):
        yield f"{home.id}: cannot be moved: {lock.reason}"
        return
    before, after = _pins(home.locks.get(release.version, "")), _pins(lock)
    name = (home.package.distribution or "").partition("[")[0]
    newest = after.get(name, release.version)
    if before == after:
        yield f"{home.id}: {release.version} is the newest, and nothing that it needs has changed"
        return
    _write_release(home, newest, today, errors)
    for path in sorted((errors / home.id / "locks").glob("*.txt")):
        if path.stem.partition("+")[0] == release.version:
            path.unlink()
    changes = [
        f"{item} {before.get(item, 'new')} → {after.get(item, 'gone')}"
        for item in sorted({*before, *after})
        if before.get(item) != after.get(item)
    ]
    moved = (
        f"{release.version} → {newest}" if Version(newest) != Version(release.version) else f"{newest} as of {today}"
    )
    yield f"{home.id}: {moved}: {', '.join(changes)}"


def _write_release(home: PackageEntry, version: str, as_of: str, errors: Path) -> None:
    """Put a version and a date into the first release of ``package.yaml``, and leave every other character alone."""
    path = errors / home.id / "package.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    release = home.package.releases[0]
    for key, old, new in (("version", release.version, version), ("as_of", release.as_of, as_of)):
        place = home.source.position(("releases", 0, key))
        line = lines[place.line - 1]
        lines[place.line - 1] = line[: place.column - 1] + line[place.column - 1 :].replace(old, new, 1)
    write_whole(path, "".join(lines))


def _pins(lock: str) -> dict[str, str]:
    pairs = (line.split(" ")[0].split("==") for line in lock.splitlines() if line[:1].isalnum() and "==" in line)
    return {name: version for name, version, *_ in pairs}
