"""What a person does with the site, in a real browser."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from errorkb.catalog import load
from errorkb.paths import ERRORS
from errorkb.site.links import check_links
from sites import open_page

pytestmark = pytest.mark.browser
RECORD = "anthropic/authentication-error/"
PAGES = ["", "anthropic/", RECORD, "e/", "http/401/", "how-verification-works/"]


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


@pytest.mark.parametrize(
    ("width", "height", "whole"), [(1280, 800, ".kb-quick-fix"), (360, 740, ".kb-quick-fix__head + p")]
)
def test_the_fix_is_on_the_first_screen(browser: Browser, address: str, width: int, height: int, whole: str) -> None:
    page = open_page(browser, address, width=width, height=height)
    bottoms = {}
    for record in load(ERRORS).entries:
        page.goto(f"{address}{record}/")
        box = page.locator(whole).bounding_box()
        assert box is not None, record
        bottoms[record] = box["y"] + box["height"]
    assert {record: bottom for record, bottom in bottoms.items() if bottom > height} == {}
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
