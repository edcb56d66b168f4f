"""Show a record's page while it is written: built at once, again whenever its file is saved, and when its runs end."""

import environment

environment.enter()

import signal
import sys

for number in (signal.SIGINT, signal.SIGTERM):  # at any moment, and quietly: it is the way to end it
    signal.signal(number, lambda *_: sys.exit(0))

import difflib
import json
import logging
import subprocess
from typing import Any, NoReturn

import click
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.livereload import LiveReloadServer

from errorkb.catalog import Catalog, load
from errorkb.lint import check_catalog
from errorkb.paths import BUILD, ERRORS, ROOT, TEMPLATES
from errorkb.problems import Problem, render_problems
from errorkb.scaffold.excerpt import accept_words, concerns, keep_only
from errorkb.site.writing import write_site
from generate import render_all

PREVIEWS = BUILD / "preview"
PATIENCE_SECONDS = 20


@click.command(help="Build and show the page of the record with this ID (package/record), and run what is stale.")
@click.argument("name", metavar="ID")
@click.option("--once", is_flag=True, help="Build it, print where it is, and end; run nothing.")
@click.option("--address", default="127.0.0.1:8000", show_default=True, metavar="HOST:PORT", help="Where to show it.")
@click.option("--verify/--no-verify", default=True, help="Whether to run what is stale.")
def main(name: str, once: bool, address: str, verify: bool) -> None:
    """Exit with 0 if it was built (or shown until Ctrl-C), with 1 if it could not be, with 2 if there is no such ID."""
    logging.getLogger("mkdocs").setLevel(logging.ERROR)
    check_name(name)
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        stop(f"--address must be HOST:PORT, such as 127.0.0.1:8000, was {address}")
    preview = Preview(name)
    if once:
        if not preview.build():
            sys.exit(1)
        click.echo(preview.page)
        return
    serve(preview, host, int(port), verify)


def stop(message: str) -> NoReturn:
    """Say why nothing can be shown, and exit with 2."""
    click.echo(f"Error: {message}", err=True)
    sys.exit(2)


def check_name(name: str) -> None:
    """Exit with 2 and those that are near if there is no file of this record."""
    names = sorted(path.relative_to(ERRORS).with_suffix("").as_posix() for path in ERRORS.glob("*/*.yaml"))
    names = [item for item in names if not item.endswith(("/package", "/server"))]
    if name not in names:
        near = difflib.get_close_matches(name, names, n=3, cutoff=0.8)
        near = near or [item for item in names if name.rpartition("/")[2] in item][:3]
        hint = (
            f"did you mean {' or '.join(near)}?" if near else "write package/record, as in errors/package/record.yaml"
        )
        stop(f"no such record: {name}; {hint}")


class Preview:
    """One record's part of the site, with a folder of its own below ``build/preview``."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.folder = PREVIEWS / name
        self.site = self.folder / "site"
        self.page = self.site / name / "index.html"
        self.state: object = None
        self._shown = ""

    def build(self) -> bool:
        """Build the page and print the findings, if they are new; what cannot be built leaves the last page."""
        catalog = load(ERRORS)
        self.state = read_state(catalog, self.name)
        problems = [item for item in check_catalog(catalog, ERRORS) if concerns(item, [self.name])]
        self._print(problems)
        catalog = accept_words(keep_only(catalog, [self.name]))
        if self.name not in catalog.entries or catalog.vocabulary is None:
            return False
        docs = self.folder / "docs"
        docs.mkdir(parents=True, exist_ok=True)
        write_site(render_all(catalog), docs)
        build(load_config(str(ROOT / "mkdocs.yml"), docs_dir=str(docs), site_dir=str(self.site)))
        return True

    def _print(self, problems: list[Problem]) -> None:
        text = render_problems(problems) if problems else ""
        if text != self._shown:
            click.echo(text or "No problems any more.")
        self._shown = text


def read_state(catalog: Catalog, name: str) -> object:
    """What decides whether something is stale: the digest of every claim on every release. None if it cannot run."""
    entry = catalog.entries.get(name)
    if entry is None:
        return None
    standings = [(claim, standing) for claim in entry.claims for standing in catalog.standings(entry, claim)]
    return json.dumps([catalog.digest(entry, claim, standing.release) for claim, standing in standings])


class Verifier:
    """Runs verify in the background, one at a time, for each state of the record once."""

    def __init__(self, name: str) -> None:
        self._command = [sys.executable, str(ROOT / "scripts" / "verify.py"), name, "--stale"]
        self._process: subprocess.Popen[bytes] | None = None
        self._seen: set[object] = {None}

    def start(self, state: object) -> None:
        """Verify this state, unless that was done, or is not over with the one before: the end of that is a change."""
        if state in self._seen or (self._process is not None and self._process.poll() is None):
            return
        self._seen.add(state)
        self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL)

    def end(self) -> None:
        """Have it end as by Ctrl-C, and wait until it did."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()


def serve(preview: Preview, host: str, port: int, verify: bool) -> None:
    """Show the page until Ctrl-C; MkDocs' server watches the files, builds again, and has browsers load it again."""
    verifier = Verifier(preview.name)

    def rebuild() -> None:
        preview.build()
        if verify:
            verifier.start(preview.state)

    server: Any = LiveReloadServer(rebuild, host, port, str(preview.site))
    for place in (ERRORS / preview.name.partition("/")[0], TEMPLATES):
        server.watch(str(place))
    started = False
    try:
        rebuild()
        click.echo(f"http://{host}:{port}/{preview.name}/ (Ctrl-C ends)")
        started = True
        server.serve()
    except OSError as error:
        stop(f"{host}:{port} cannot be used: {error.strerror}; --address names another")
    finally:
        verifier.end()
        if started and server.serve_thread.is_alive():
            server.shutdown(wait=True)


if __name__ == "__main__":
    main()
