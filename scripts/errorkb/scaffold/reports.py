"""What a reader says of a page that exists: which record it is, and the runs that a doubt asks to repeat."""

from __future__ import annotations

import difflib
import textwrap
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from packaging.version import InvalidVersion, Version

from errorkb.catalog import Catalog, Entry, PackageEntry
from errorkb.scaffold.dialogue import Person
from errorkb.scaffold.drafts import split
from errorkb.scaffold.forms import Issue
from errorkb.scaffold.interview import Draft
from errorkb.scaffold.notes import build_note, put_note
from errorkb.scaffold.paste import Facts, add_said, clean_paste, find_version

NEAREST = 3


@dataclass(frozen=True)
class Noted:
    """A note that was added: to which record, and whether it has a program that is run."""

    record: str
    runs: bool


def settle(person: Person, catalog: Catalog, errors: Path, issue: Issue, by: str | None, today: str) -> Noted | None:
    """Do what an issue about a page asks for: add the note to its record, or say what repeats the runs in doubt.

    ``by`` is the GitHub name of who wrote the note: None to ask for it, "" if nobody may be asked.
    """
    answers = {name: clean_paste(text) for name, text in issue.answers.items() if name != "code"}
    entry, wrong = find_page(catalog, answers["page"])
    if entry is None:
        person.stop(wrong)
    if issue.form.name == "wrong":
        said = add_said(Facts(), answers["version"])
        person.say(render_report(catalog, entry, answers["wrong"], answers["version"], said))
        return None
    by = person.ask("The GitHub name of who wrote the note", None) if by is None else by
    if not by:
        person.stop("--yes needs --by: the GitHub name of who wrote the note")
    note = build_note({**answers, "code": issue.answers["code"]}, by, today)
    path = errors / f"{entry.id}.yaml"
    try:
        found = put_note(path, note)
    except OSError as error:
        person.stop(f"{path}: {error.strerror}")
    if found:
        person.stop("\n       ".join(f"the note: {line}" for line in found))
    person.say(f"Added the note of {by} to errors/{entry.id}.yaml")
    return Noted(entry.id, "code" in note)


def render_facts(catalog: Catalog, facts: Facts) -> list[str]:
    """Render what was read from a paste as lines."""
    lines = [f"{facts.kind}: {facts.name}"] if facts.kind is not None else []
    home = next((home for home in catalog.packages.values() if facts.module in home.modules), None)
    distribution = (home.package.distribution if home else None) or facts.module
    version = find_version(facts, distribution) if distribution else ""
    if version:
        lines.append(f"installed: {distribution} {version}")
    known = [release.version for release in home.package.releases] if home else []
    if home and version and version not in known:
        lines.append(f"    Its pages are run on {', '.join(known)}; add {version} to {home.source.path} if it matters.")
    return lines


def render_new_package(draft: Draft, owners: str) -> list[str]:
    """Render what a new package needs beside its file as lines. ``owners`` is the text of CODEOWNERS."""
    answers = draft.package_answers or {}
    open_ones = [version for version in split(answers["releases"]) if version != answers["met"]]
    why = f"In errors/{draft.package}/package.yaml say why it is run on {', '.join(open_ones)}."
    everywhere = (line.removeprefix("* ") for line in owners.splitlines() if line.startswith("* "))
    owner = next(everywhere, "@OWNER")
    line = f".github/CODEOWNERS needs a line for it, in order: /errors/{draft.package}/ {owner}"
    return [f"{draft.package} is a new package. {line}", *([why] if open_ones else [])]


def find_page(catalog: Catalog, text: str) -> tuple[Entry | None, str]:
    """Return the record whose page a text names, and, if there is none, what to say of it.

    The text is ``package/record``, a former id, the page's address, or the path of its file.
    """
    path = urlsplit(text.strip(" `<>\n")).path.rstrip("/").removesuffix("/index.html").removesuffix(".yaml")
    name = "/".join(path.split("/")[-2:])
    former = {alias: entry for entry in catalog.entries.values() for alias in entry.record.aliases}
    entry = catalog.entries.get(name) or former.get(name)
    if entry is not None:
        return entry, ""
    unread = next((problem.path for problem in catalog.problems if problem.path == f"errors/{name}.yaml"), None)
    if unread is not None:
        return None, f"{unread} cannot be read as a record: python scripts/lint.py {unread} says why"
    near = difflib.get_close_matches(name, [*catalog.entries, *former], n=NEAREST, cutoff=0.4)
    said = f"there is no page {name!r}" if name else "it names no page"
    return None, f"{said}; {'near it: ' + ', '.join(near) if near else 'write package/record'}"


def render_report(catalog: Catalog, entry: Entry, wrong: str, releases: str, facts: Facts) -> str:
    """Render what is said to be wrong with a page, where it can be mended, and the command that repeats its runs.

    ``facts`` are what the releases say, as they were written in ``releases``.
    """
    where = f" ({' '.join(releases.split())})" if releases else ""
    said = textwrap.indent(wrong, "    ", lambda line: bool(line.strip()))
    return "\n".join(
        [
            f"The page is errors/{entry.id}.yaml; no draft can be made of what is said to be wrong{where}:",
            said,
            *_render_repeat(entry.id, catalog.packages[entry.package], facts),
        ]
    )


def _render_repeat(name: str, home: PackageEntry, facts: Facts) -> list[str]:
    command = f"python scripts/verify.py {name}"
    wanted = find_version(facts, home.package.distribution) if home.package.distribution else facts.python
    known = [release.version for release in home.package.releases]
    if not wanted:
        return [f"Repeat its runs: {command} --check"]
    release = next((version for version in known if _is_same(version, wanted)), None)
    if release is not None:
        return [f"Repeat its runs: {command} --release {release} --check"]
    return [
        f"It is run on {', '.join(known)}, and not on {wanted}. To have it run there, add {wanted} to `releases` in",
        f"{home.source.path}, then: {command} --release {wanted}",
    ]


def _is_same(version: str, other: str) -> bool:
    try:
        return Version(version) == Version(other)
    except InvalidVersion:
        return version == other
