"""Check every internal link and anchor of a built site."""

import environment

environment.enter()

import sys
from pathlib import Path

import click

from errorkb.problems import render_problems
from errorkb.site.links import check_links


@click.command(help="Check the links of the site in FOLDER.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(folder: Path) -> None:
    """Exit with 0 if every link leads somewhere, else with 1."""
    problems = check_links(folder)
    if problems:
        sys.exit(render_problems(problems))
    click.echo("every internal link leads somewhere")


if __name__ == "__main__":
    main()
