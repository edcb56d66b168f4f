"""Sites for tests: built as `make site` builds them, served on this machine, looked at in Chromium."""

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from errorkb.catalog import load
from errorkb.paths import ROOT, TEMPLATES
from errorkb.site.foot import Settings
from errorkb.site.render import render_site
from errorkb.site.writing import write_site
from trees import fill_digests

GOLDEN = ROOT / "tests" / "golden"
EPOCH = "1764000000"


def render_folder(errors: Path) -> dict[str, str]:
    """Render the site of a folder of records that must have no finding of the reader's."""
    catalog = load(errors)
    assert catalog.problems == ()
    return render_site(catalog, TEMPLATES, Settings())


def render_golden(folder: Path) -> dict[str, str]:
    """Render the frozen records of tests/golden/errors, which show every state of a page; ``folder`` is for a copy."""
    errors = Path(shutil.copytree(GOLDEN / "errors", folder / "errors"))
    fill_digests(errors, load(errors))
    catalog = load(errors)
    assert catalog.problems == ()
    return render_site(catalog, TEMPLATES, Settings("https://example.com/owner/errors", "main"))


def write_project(folder: Path, site: Mapping[str, str], site_url: str = "") -> Path:
    """Write the pages, and the project's mkdocs.yml, so that a builder can be called in the folder; return it."""
    write_site(site, folder / "build" / "docs")
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    for old, new in (
        ("templates/theme", str(TEMPLATES / "theme")),
        ('site_url: !ENV [SITE_URL, ""]', f'site_url: "{site_url}"'),
    ):
        assert config.count(old) == 1
        config = config.replace(old, new)
    (folder / "mkdocs.yml").write_text(config, encoding="utf-8")
    return folder


def run_builder(folder: Path, builder: str = "mkdocs") -> Path:
    """Build the project in the folder as `make site` does; a warning fails. Returns the built site."""
    command = [sys.executable, "-m", builder, "build", "--strict"]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH}
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return folder / "build" / "site"


class _Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def serve(site: Path) -> Iterator[str]:
    """Serve a built site; the address ends with a slash."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def launch(chromium: str) -> Iterator[Browser]:
    """Start the browser. While it is there, so is its event loop, and no other test can run one."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


def open_page(
    browser: Browser, address: str, scheme: str = "light", width: int = 1280, height: int = 800, **options: Any
) -> Page:
    """Open a page in a context of its own; ``options`` are those of a context, such as ``java_script_enabled``."""
    size = {"width": width, "height": height}
    context = browser.new_context(viewport=size, color_scheme=scheme, **options)  # type: ignore[arg-type]
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(address)
    return page
