"""Locks and environments of the claims: made where they are missing, found where they are not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from errorkb.catalog import Catalog, lock_name
from errorkb.model.package import Release
from errorkb.verify.environments import CannotInstall, make_lock, prepare_environment
from errorkb.verify.interpreters import find_interpreter
from errorkb.verify.plan import World
from errorkb.verify.runs import Interpreter
from errorkb.verify.writing import write_whole

Say = Callable[[str], None]


@dataclass(frozen=True)
class Prepared:
    """An environment, by name; or why there is none."""

    environment: str | None
    reason: str | None = None


def find_interpreters(catalog: Catalog) -> dict[str, Interpreter]:
    """Find the interpreters that the packages name, by minor version. Those that this machine lacks are left out."""
    minors = {release.python for home in catalog.packages.values() for release in home.package.releases}
    found = {minor: find_interpreter(minor) for minor in sorted(minors)}
    return {minor: interpreter for minor, interpreter in found.items() if interpreter is not None}


def write_missing_locks(
    catalog: Catalog, worlds: Iterable[World], interpreters: Mapping[str, Interpreter], errors: Path, say: Say
) -> list[str]:
    """Make and write each lock that is not there yet; return why some could not be made."""
    failures = []
    for world in sorted(set(worlds), key=str):
        home = catalog.packages[world.package]
        release = find_release(catalog, world)
        name = lock_name(release, world.packages)
        if name in home.locks or not requirements(catalog, world):
            continue
        say(f"locking {world.package} {name}")
        lock = make_lock(requirements(catalog, world), release.python, release.as_of, interpreters.get(release.python))
        if isinstance(lock, CannotInstall):
            failures.append(f"{world.package} {name}: {lock.reason}")
            continue
        path = errors / world.package / "locks" / f"{name}.txt"
        path.parent.mkdir(exist_ok=True)
        write_whole(path, lock)
    return failures


def prepare_worlds(
    catalog: Catalog, worlds: Iterable[World], interpreters: Mapping[str, Interpreter], folder: Path, say: Say
) -> dict[World, Prepared]:
    """Make or find the environment of each world. A world whose interpreter is missing is left out."""
    prepared = {}
    for world in sorted(set(worlds), key=str):
        release = find_release(catalog, world)
        interpreter = interpreters.get(release.python)
        if interpreter is None:
            continue
        lock = catalog.packages[world.package].locks.get(lock_name(release, world.packages), "")
        say(f"environment {world.package} {lock_name(release, world.packages)}")
        made = prepare_environment(lock, interpreter, release.as_of, folder)
        prepared[world] = Prepared(None, made.reason) if isinstance(made, CannotInstall) else Prepared(made)
    return prepared


def requirements(catalog: Catalog, world: World) -> list[str]:
    """What is installed: the release, and the packages beside it."""
    distribution = catalog.packages[world.package].package.distribution
    return [*([f"{distribution}=={world.release}"] if distribution else []), *world.packages]


def find_release(catalog: Catalog, world: World) -> Release:
    """The release that a world is made from."""
    releases = catalog.packages[world.package].package.releases
    return next(release for release in releases if release.version == world.release)
