"""List the pages that read otherwise on one built site than on another."""

import environment

environment.enter()

import shutil
from pathlib import Path

import click

from errorkb.site.changes import compare_sites, render_changes

Folder = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command(help="Compare the built sites BEFORE and AFTER, and print what differs, as Markdown.")
@click.argument("before", type=Folder)
@click.argument("after", type=Folder)
@click.option("--into", type=click.Path(path_type=Path), help="Copy the pages that differ there, with what they load.")
def main(before: Path, after: Path, into: Path | None) -> None:
    """Exit with 0, whatever differs."""
    changes = compare_sites(before, after)
    click.echo(render_changes(changes), nl=False)
    pages = [name for name in changes if (after / name).exists()]
    if into is None or not pages:
        return
    shutil.copytree(after / "assets", into / "assets", dirs_exist_ok=True)
    for name in pages:
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(after / name, into / name)


if __name__ == "__main__":
    main()
