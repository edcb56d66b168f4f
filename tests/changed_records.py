"""Which records' evidence the tests make again: those that differ from the base branch, else a fixed sample."""

import os
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from errorkb.catalog import load
from errorkb.paths import ERRORS, ROOT

# A record without an installed package, and one that talks to a server.
SAMPLE = ("python/dict-changed-size", "anthropic/authentication-error")
BASES = ("origin/HEAD", "origin/main", "main")


@dataclass(frozen=True)
class Choice:
    """The records to run again, and the reason in words."""

    records: tuple[str, ...]
    reason: str


def choose() -> Choice:
    """Choose among the project's records; BASE in the environment names the branch to compare with."""
    return choose_records(load(ERRORS).entries, os.environ.get("BASE"))


def choose_records(known: Iterable[str], base: str | None) -> Choice:
    """Choose among the known records; ``base`` is the branch to compare with, None for the usual ones."""
    found = next((name for name in ([base] if base else BASES) if run_git("rev-parse", "--verify", name)), None)
    if found is None:
        return Choice(SAMPLE, f"a fixed sample, since there is no {base or 'base branch'} to compare with")
    start = run_git("merge-base", found, "HEAD") or found
    changed = [*run_git("diff", "--name-only", start).split(), *run_git("ls-files", "-o", "--exclude-standard").split()]
    records = records_of(changed, sorted(known))
    if not records:
        return Choice(SAMPLE, f"a fixed sample, since no record differs from {found}")
    return Choice(records, f"what differs from {found}")


def records_of(changed: Iterable[str], known: Sequence[str]) -> tuple[str, ...]:
    """The known records that the changed files speak of: by their YAML or evidence, or through their package."""
    touched: set[str] = set()
    for path in changed:
        top, _, place = path.partition("/")
        package, _, name = place.partition("/")
        if top != "errors" or not name:
            continue
        if name in ("package.yaml", "server.yaml") or name.startswith("locks/"):
            touched.update(record for record in known if record.startswith(f"{package}/"))
        touched.add(f"{package}/{name.partition('.')[0]}")
    return tuple(record for record in known if record in touched)


def run_git(*arguments: str) -> str:
    """What git prints; nothing where it fails, as it does outside a repository."""
    result = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=False)
    return result.stdout.strip() if result.returncode == 0 else ""


if __name__ == "__main__":
    choice = choose()
    print(f"Evidence made again: {', '.join(choice.records)} ({choice.reason}).")
