"""What a person does with the site, in a real browser."""

import functools
import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from errorkb.catalog import load
from errorkb.paths import ERRORS, ROOT, TEMPLATES
from errorkb.site.links import check_links
from errorkb.site.record_page import Settings
from errorkb.site.render import render_site
from errorkb.site.writing import write_site

pytestmark = pytest.mark.browser
RECORD = "anthropic/authentication-error/"
PAGES = ["", "anthropic/", RECORD, "e/", "http/401/", "how-verification-works/"]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    write_site(render_site(load(ERRORS), TEMPLATES, Settings()), folder / "build" / "docs")
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").replace("templates/theme", str(TEMPLATES / "theme"))
    (folder / "mkdocs.yml").write_text(config, encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-f", str(folder / "mkdocs.yml")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return folder / "build" / "site"


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def address(built: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(built)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


# Not for the whole session: while it is there, so is its event loop, and no other test can run one.
@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


def open_page(browser: Browser, address: str, scheme: str = "light", width: int = 1280, height: int = 800) -> Page:
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(address)
    return page


def test_every_internal_link_and_anchor_leads_somewhere(built: Path) -> None:
    assert check_links(built) == []


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<a href="gone/">x</a><a href="#nowhere">y</a>', encoding="utf-8")
    assert [problem.message for problem in check_links(tmp_path)] == [
        "a link must lead somewhere, and gone/ is not there",
        "a link must lead somewhere, and #nowhere has no #nowhere",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious(browser: Browser, address: str, path: str, scheme: str) -> None:
    page = open_page(browser, address + path, scheme)
    found = Axe().run(page).response["violations"]
    assert [(item["id"], item["nodes"][0]["html"]) for item in found if item["impact"] in ("serious", "critical")] == []
    page.context.close()


@pytest.mark.parametrize("path", PAGES)
def test_nothing_scrolls_sideways_on_a_phone_and_no_request_leaves_the_host(
    browser: Browser, address: str, path: str
) -> None:
    page = open_page(browser, "about:blank", width=360, height=740)
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address + path)
    page.wait_for_timeout(200)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert [url for url in asked if not url.startswith((address, "data:"))] == []
    assert said == []
    page.context.close()


def test_the_message_is_copied_whole(browser: Browser, address: str) -> None:
    page = open_page(browser, address + RECORD)
    page.locator(".kb-message button").first.click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Error code: 401 - {'type': 'error'")
    assert copied == page.locator(".kb-message pre code").first.inner_text()
    page.context.close()


def test_a_reader_switches_to_dark_and_it_stays(browser: Browser, address: str) -> None:
    page = open_page(browser, address + RECORD)
    assert page.locator("body").get_attribute("data-md-color-scheme") == "default"
    page.get_by_title("Switch to dark mode").click()
    assert page.locator("body").get_attribute("data-md-color-scheme") == "slate"
    page.goto(address)
    assert page.locator("body").get_attribute("data-md-color-scheme") == "slate"
    page.context.close()


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 740)])
def test_the_fix_is_on_the_first_screen(browser: Browser, address: str, width: int, height: int) -> None:
    page = open_page(browser, address + RECORD, width=width, height=height)
    box = page.locator(".kb-quick-fix p:not(.kb-evidence)").first.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= height
    page.context.close()


def test_every_section_is_reached_by_keyboard(browser: Browser, address: str) -> None:
    page = open_page(browser, address + RECORD)
    wanted = {link.get_attribute("href") for link in page.locator(".md-sidebar--secondary nav a").all()}
    assert len(wanted) >= 12
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.getAttribute('href')"))
    assert wanted <= reached
    page.context.close()
