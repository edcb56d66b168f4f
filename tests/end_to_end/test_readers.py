"""Readers with other means: on paper, in their own colours, on a narrow screen, without JavaScript.

Looked at on the frozen records, since these show every state of a page.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from errorkb.site.links import check_links
from sites import open_page, render_golden, run_builder, serve, write_project

pytestmark = pytest.mark.browser
TRACE, EDITED, NEVER = "anthropic/missing-api-key/", "sample/edited-since/", "anthropic/white-space-in-api-key/"
PAGES = ["", "anthropic/", "severity/", "e/TypeError/", TRACE, EDITED, NEVER, "how-verification-works/"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("frozen")
    site = run_builder(write_project(folder, render_golden(folder)))
    assert check_links(site) == []
    with serve(site) as address:
        yield address


def texts_of(page: Page) -> set[str]:
    """Every line of text that has a place on the page; but for the finder, which has tests of its own."""
    return set(
        page.evaluate("""() => {
        const found = [], walker = document.createTreeWalker(document.querySelector(".md-content"), NodeFilter.SHOW_TEXT);
        for (let node; (node = walker.nextNode()); ) {
          if (node.parentElement.closest(".kb-finder")) continue;
          const range = document.createRange();
          range.selectNodeContents(node);
          const box = range.getBoundingClientRect();
          if (node.data.trim() && box.width > 1 && box.height > 1) found.push(node.data.trim());
        }
        return found;
      }""")
    )


def is_shown(page: Page, selector: str) -> list[bool]:
    """Of every element that the selector finds, whether it has a place on the page."""
    return [element.is_visible() for element in page.locator(selector).all()]


# ---- paper ---------------------------------------------------------------------------------------------------------


def test_on_paper_all_that_is_folded_is_open_and_what_one_clicks_is_gone(browser: Browser, address: str) -> None:
    page = open_page(browser, address + TRACE)
    assert not any(is_shown(page, ".kb-fold .kb-rows"))
    page.emulate_media(media="print")
    for gone in (".md-header", ".md-sidebar", ".md-code__nav", ".kb-unfold", ".kb-actions", ".kb-footer nav"):
        assert page.locator(gone).count() > 0, gone
        assert not any(is_shown(page, gone)), gone
    for there in (".kb-fold .kb-rows", ".kb-fold .kb-panes", ".kb-fold .kb-run", ".kb-library", "h2", ".kb-last"):
        assert page.locator(there).count() > 0, there
        assert all(is_shown(page, there)), there
    page.context.close()


def test_on_paper_both_shells_have_their_command(browser: Browser, address: str) -> None:
    page = open_page(browser, address + EDITED)
    assert is_shown(page, ".kb-posix, .kb-powershell") == [True, False]
    page.emulate_media(media="print")
    assert is_shown(page, ".kb-posix, .kb-powershell") == [True, True]
    page.context.close()


@pytest.mark.parametrize("path", PAGES)
def test_on_paper_nothing_is_cut_off_and_no_text_is_lost(browser: Browser, address: str, path: str) -> None:
    page = open_page(browser, address + path, width=700)
    on_screen = texts_of(page)
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 700
    clicked = {"POSIX shell", "PowerShell", "Add a note", "Wrong or no help?", "Edit", "View YAML"}
    lost = on_screen - texts_of(page) - clicked
    assert {text for text in lost if not text.startswith(("Show the ", "… "))} == set()
    cut = """() => [...document.querySelectorAll(".md-content pre > code")].filter((code) => code.scrollWidth > code.clientWidth).length"""
    assert page.evaluate(cut) == 0
    page.context.close()


# ---- the reader's own colours --------------------------------------------------------------------------------------

SAID = {
    TRACE: ["Verified", "reproduced on 3 of 3 releases", "High severity", "raises this error", "no error"],
    EDITED: ["was verified", "; edited since", "edited since", "Low severity", "not run yet"],
    NEVER: ["Never verified.", "not run yet", "should raise this error"],
}


@pytest.mark.parametrize("path", SAID)
def test_in_forced_colours_the_signs_go_and_their_meaning_stays_in_words(
    browser: Browser, address: str, path: str
) -> None:
    page = open_page(browser, address + path, forced_colors="active")
    assert page.locator(".kb-sign").count() > 3
    assert not any(is_shown(page, ".kb-sign, .kb-bars"))
    texts = texts_of(page)
    assert [word for word in SAID[path] if not any(word in text for text in texts)] == []
    alone = """() => [...document.querySelectorAll(".kb-sign")].filter((sign) => !sign.parentElement.textContent.trim()).length"""
    assert page.evaluate(alone) == 0
    page.context.close()


def test_in_forced_colours_changed_lines_keep_their_plus_and_minus(browser: Browser, address: str) -> None:
    page = open_page(browser, address + EDITED, forced_colors="active")
    for tag, sign in (("del", "−"), ("ins", "+")):
        style = f"getComputedStyle(document.querySelector('.kb-panes {tag}'), '::before')"
        assert sign in page.evaluate(f"{style}.content")
        assert page.evaluate(f"{style}.display") != "none"
    page.context.close()


# ---- a narrow screen -----------------------------------------------------------------------------------------------


def test_the_last_line_of_a_trace_stays_in_view_while_its_frames_scroll(browser: Browser, address: str) -> None:
    page = open_page(browser, address + TRACE, width=360, height=740)
    page.locator("label[for=trace-frames]").last.click()
    last = page.locator("#stack-trace + .kb-terminal .kb-last")
    before = last.bounding_box()
    scrolled = page.evaluate("""() => {
      const code = document.querySelector("#stack-trace + .kb-terminal code");
      code.scrollLeft = code.scrollWidth;
      return code.scrollLeft;
    }""")
    assert scrolled > 200
    after = last.bounding_box()
    assert before is not None
    assert after == before
    assert 0 <= after["x"] <= after["x"] + after["width"] <= 360
    page.context.close()


# ---- without JavaScript --------------------------------------------------------------------------------------------


def open_without(browser: Browser, address: str, scheme: str = "light") -> Page:
    return open_page(browser, address, scheme, java_script_enabled=False)


@pytest.mark.parametrize("path", PAGES)
def test_without_javascript_a_page_says_the_same(browser: Browser, address: str, path: str) -> None:
    page = open_page(browser, address + path)
    wanted = texts_of(page)
    page.context.close()
    page = open_without(browser, address + path)
    assert texts_of(page) == wanted
    assert page.locator(".kb-find").is_visible()
    page.context.close()


def test_without_javascript_one_switch_changes_all_commands(browser: Browser, address: str) -> None:
    page = open_without(browser, address + EDITED)
    assert is_shown(page, ".kb-posix, .kb-powershell") == [True, False]
    page.get_by_text("PowerShell", exact=True).click()
    assert is_shown(page, ".kb-posix, .kb-powershell") == [False, True]
    page.get_by_label("PowerShell").focus()
    page.keyboard.press("ArrowLeft")
    assert is_shown(page, ".kb-posix, .kb-powershell") == [True, False]
    page.context.close()


def test_without_javascript_folds_and_library_frames_open(browser: Browser, address: str) -> None:
    page = open_without(browser, address + TRACE)
    page.locator(".kb-fold > summary").first.click()
    assert page.locator(".kb-fold .kb-panes").first.is_visible()
    trace = page.locator("#stack-trace + .kb-terminal")
    frames = trace.locator(".kb-library").first
    assert not frames.is_visible()
    trace.get_by_label("Show the frames inside the library").check()
    assert frames.is_visible()
    page.context.close()


GROUND = "getComputedStyle(document.body).backgroundColor"


@pytest.mark.parametrize(("scheme", "ground"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(20, 23, 28)")])
@pytest.mark.parametrize("script", [True, False])
def test_the_first_visit_is_in_the_reader_s_scheme(
    browser: Browser, address: str, scheme: str, ground: str, script: bool
) -> None:
    page = open_page(browser, address + TRACE, scheme, java_script_enabled=script)
    assert page.evaluate(GROUND) == ground
    code = "getComputedStyle(document.querySelector('.kb-code pre > code')).color"
    assert (page.evaluate(code) == "rgb(225, 229, 234)") == (scheme == "dark")
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_choice_is_kept_against_the_system_s_scheme(browser: Browser, address: str, scheme: str) -> None:
    page = open_page(browser, address, scheme)
    before = page.evaluate(GROUND)
    page.locator(".md-header__option label:visible").click()
    assert page.evaluate(GROUND) != before
    chosen = page.evaluate(GROUND)
    page.goto(address + TRACE)
    assert page.evaluate(GROUND) == chosen
    page.context.close()
