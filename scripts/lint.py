"""Print every problem of the records."""

import environment

environment.enter()

import gc
import json
import sys
from collections.abc import Collection
from pathlib import Path

import click

from errorkb.catalog import load
from errorkb.lint import check_catalog
from errorkb.lint.documentation import render_page
from errorkb.model import reference
from errorkb.paths import ERRORS, ROOT, TEMPLATES
from errorkb.problems import Problem, render_problem, render_problems

RULES_PAGE = TEMPLATES / "docs" / "contribute.md"
FIELDS_PAGE = TEMPLATES / "docs" / "contribute" / "fields.md"


@click.command(help="Print every problem of all records, or of those at PATH (or of that id).")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
@click.option("--document", is_flag=True, help="Write the rules and the fields into templates/docs; check nothing.")
def main(paths: tuple[str, ...], form: str, document: bool) -> None:
    """Exit with 0 if there is none, with 1 if there is, with 2 if that could not be asked."""
    if document:
        document_all()
        return
    wanted = [find_place(path) for path in paths]
    gc.disable()  # all that is loaded stays, and none of it is in a cycle: looking for cycles took a third of the time
    catalog = load(ERRORS)
    problems = [problem for problem in check_catalog(catalog, ERRORS) if is_below(problem.path, wanted)]
    if form == "json":
        click.echo(json.dumps([vars(problem) for problem in problems], indent=1))
    for problem in problems if form != "json" else []:
        click.echo(render_problem(problem) if form == "text" else render_annotation(problem))
    records = [entry for entry in catalog.entries.values() if is_below(entry.source.path, wanted)]
    click.echo(f"{count(records, 'record')}, {count(problems, 'problem')}", err=form == "json")
    sys.exit(1 if problems else 0)


def document_all() -> None:
    """Write the rules and the fields into the contributors' pages. Exits with 1 if the vocabulary cannot be read."""
    RULES_PAGE.write_text(render_page(RULES_PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    catalog = load(ERRORS)
    if catalog.vocabulary is None:
        sys.exit(render_problems(catalog.problems))
    page = reference.render_page(FIELDS_PAGE.read_text(encoding="utf-8"), catalog.vocabulary)
    FIELDS_PAGE.write_text(page, encoding="utf-8")


def find_place(path: str) -> str:
    """The place in the project that a path names, seen from the working directory, or from the project's root.

    The id of a record or of a package names its place as well, as it does for ``verify``.

    Exits with 2 and one line if nothing is there, or if it is not a place of records.
    """
    places = (Path(path), ROOT / path, ERRORS / path, ERRORS / f"{path}.yaml")
    place = next((found for found in places if found.exists()), None)
    if place is None:
        click.echo(f"{path}: there is no such file, folder, record or package", err=True)
        sys.exit(2)
    if place.resolve() in (ROOT, ERRORS):
        return "errors"
    if ERRORS not in place.resolve().parents:
        click.echo(f"{path}: the records lie in {ERRORS.name}/, and this is not there", err=True)
        sys.exit(2)
    return place.resolve().relative_to(ROOT).as_posix()


def is_below(path: str, places: Collection[str]) -> bool:
    """Whether a problem's path is one of these, or below one."""
    return not places or any(path == place or path.startswith(f"{place}/") for place in places)


def count(things: Collection[object], name: str) -> str:
    """Render a number of things: ``1 record``, ``2 records``."""
    return f"{len(things)} {name}{'s' * (len(things) != 1)}"


def render_annotation(problem: Problem) -> str:
    """Render a problem as GitHub shows it on the line.

    Characters are written as its own tools do: https://github.com/actions/toolkit, packages/core/src/command.ts.
    """
    text = escape(f"{problem.message} {problem.mend}")
    path = escape(problem.path).replace(":", "%3A").replace(",", "%2C")
    return f"::error file={path},line={problem.line},col={problem.column},title={problem.code}::{text}"


def escape(text: str) -> str:
    """Write what would end the line, and the mark of that."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


if __name__ == "__main__":
    main()
