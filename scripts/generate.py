"""Write the pages that MkDocs reads, from the records."""

import environment

environment.enter()

import gc
import sys
from collections.abc import Iterator

import click
from mkdocs.utils.meta import get_data
from mkdocs.utils.yaml import yaml_load

from errorkb.catalog import Catalog, load
from errorkb.lint import check_catalog
from errorkb.match import render_index
from errorkb.model.schema import render_schema
from errorkb.paths import DOCS, ERRORS, ROOT, TEMPLATES
from errorkb.problems import render_problems
from errorkb.scaffold.excerpt import concerns, keep_only
from errorkb.site.foot import Settings
from errorkb.site.render import render_site
from errorkb.site.writing import find_stale, write_site

INDEX = "assets/finder.json"


@click.command(help="Write build/docs from the records.")
@click.option(
    "--only", "ids", multiple=True, metavar="ID", help="This record's page alone, with the indexes; repeatable."
)
@click.option("--check", is_flag=True, help="Write nothing; fail if build/docs is not as the records say.")
@click.option("--schema", is_flag=True, help="Write errors/schema.json instead.")
def main(ids: tuple[str, ...], check: bool, schema: bool) -> None:
    """Exit with 0 if all was written (or is current, with --check), else with 1."""
    gc.disable()  # all that is loaded stays, and none of it is in a cycle: looking for cycles took a third of the time
    catalog = load(ERRORS)
    if schema:
        if catalog.vocabulary is None:
            sys.exit(render_problems(catalog.problems))
        (ERRORS / "schema.json").write_text(render_schema(catalog.vocabulary), encoding="utf-8")
        return
    problems = [item for item in check_catalog(catalog, ERRORS) if not ids or concerns(item, ids)]
    if problems:
        sys.exit(render_problems(problems))
    unknown = sorted(set(ids) - set(catalog.entries))
    if unknown:
        raise click.UsageError(
            f"no such record: {', '.join(unknown)}; write package/record, as in errors/package/record.yaml"
        )
    catalog = keep_only(catalog, ids) if ids else catalog
    site = render_all(catalog)
    if check:
        stale = find_stale(site, DOCS)
        sys.exit(
            "\n".join([*(f"build/docs/{name} is stale" for name in stale), "Mend it: python scripts/generate.py"])
            if stale
            else 0
        )
    DOCS.mkdir(parents=True, exist_ok=True)
    click.echo(f"{len(catalog.entries)} records, {len(site)} files, {write_site(site, DOCS)} changed")


def render_all(catalog: Catalog) -> dict[str, str]:
    """Render every file of the site: the pages, and the index that the finder loads."""
    index = render_index(catalog, read_hand_written())
    return {**render_site(catalog, TEMPLATES, read_settings()), INDEX: index}


def read_hand_written() -> Iterator[tuple[str, str]]:
    """Address and title of each page that is written by hand."""
    folder = TEMPLATES / "docs"
    for path in sorted(folder.rglob("*.md")):
        _, fields = get_data(path.read_text(encoding="utf-8"))
        yield f"{path.relative_to(folder).with_suffix('').as_posix()}/", str(fields["title"])


def read_settings() -> Settings:
    """What mkdocs.yml says about the repository."""
    with (ROOT / "mkdocs.yml").open(encoding="utf-8") as file:
        extra = yaml_load(file).get("extra") or {}
    return Settings(str(extra.get("repository") or "").rstrip("/"), str(extra.get("branch") or "main"))


if __name__ == "__main__":
    main()
