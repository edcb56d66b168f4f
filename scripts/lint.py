"""Print every problem of the records."""

import environment

environment.enter()

import json
import sys

import click

from errorkb.catalog import load
from errorkb.lint import check_catalog
from errorkb.paths import ERRORS
from errorkb.problems import Problem, render_problem


@click.command(help="Print every problem of the records, or of those below PATH.")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
def main(paths: tuple[str, ...], form: str) -> None:
    """Exit with 0 if there is none, else with 1."""
    catalog = load(ERRORS)
    problems = [problem for problem in check_catalog(catalog, ERRORS) if is_below(problem.path, paths)]
    if form == "json":
        click.echo(json.dumps([vars(problem) for problem in problems], indent=1))
    for problem in problems if form != "json" else []:
        click.echo(render_problem(problem) if form == "text" else render_annotation(problem))
    click.echo(f"{len(catalog.entries)} records, {len(problems)} problems", err=form == "json")
    sys.exit(1 if problems else 0)


def is_below(path: str, folders: tuple[str, ...]) -> bool:
    """Whether a problem's path is one of these, or below one."""
    return not folders or any(path == item.rstrip("/") or path.startswith(item.rstrip("/") + "/") for item in folders)


def render_annotation(problem: Problem) -> str:
    """Render a problem as GitHub shows it on the line."""
    text = f"{problem.message} {problem.mend}".replace("%", "%25").replace("\n", "%0A")
    return f"::error file={problem.path},line={problem.line},col={problem.column},title={problem.code}::{text}"


if __name__ == "__main__":
    main()
