"""Say which records' outcomes differ between two folders of records."""

import environment

environment.enter()

import sys
from pathlib import Path

import click

from errorkb.catalog import Catalog, load
from errorkb.problems import render_problems
from errorkb.verify.outcomes import compare_outcomes, render_issue, render_summary

Folder = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command(help="Compare the evidence in the errors folders BEFORE and AFTER.")
@click.argument("before", type=Folder)
@click.argument("after", type=Folder)
@click.option(
    "--into", type=click.Path(path_type=Path), help="Write summary.md there, and a file per record into issues/."
)
def main(before: Path, after: Path, into: Path | None) -> None:
    """Print the summary. Exit with 0 if both could be read, else with 1."""
    kept, made = load_or_refuse(before), load_or_refuse(after)
    changes = compare_outcomes(kept, made)
    summary = render_summary(changes)
    click.echo(summary, nl=False)
    if into is not None:
        (into / "issues").mkdir(parents=True, exist_ok=True)
        (into / "summary.md").write_text(summary, encoding="utf-8")
        for name, lines in changes.items():
            text = render_issue(made.entries[name], lines)
            (into / "issues" / f"{name.replace('/', '--')}.md").write_text(text, encoding="utf-8")


def load_or_refuse(errors: Path) -> Catalog:
    """Load a folder of records; stop at what cannot be read."""
    catalog = load(errors)
    if catalog.problems:
        sys.exit(render_problems(catalog.problems))
    return catalog


if __name__ == "__main__":
    main()
