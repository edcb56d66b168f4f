"""The finder as people use it, in a real browser; and the same answers from JavaScript as from Python."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, Route, expect

from errorkb.catalog import load
from errorkb.match import build_index, find, prepare_index
from errorkb.match.rules import RULES
from errorkb.paths import ERRORS, ROOT, TEMPLATES
from errorkb.redaction import FIXTURES, ROUNDS, redact
from errorkb.redaction import RULES as REDACTION
from errorkb.scaffold.forms import read_forms
from finder.vectors import VECTORS, list_files
from generate import render_all
from sites import open_page, run_builder, serve, write_project

pytestmark = pytest.mark.browser

REPOSITORY = "https://example.com/owner/errors"
RECORD = "anthropic/authentication-error/"
KEY, HOME = "sk-ant-api03-abcDEF123456ghiJKL-xyz", "/home/annabel"
MESSAGE = (
    "Error code: 401 - {'type': 'error', 'error': {'type': 'authentication_error', 'message': 'invalid x-api-key'}}"
)
TRACE = f"""\
Traceback (most recent call last):
  File "{HOME}/app.py", line 4, in <module>
    client = anthropic.Anthropic(api_key="{KEY}")
  File "{HOME}/.venv/lib/python3.11/site-packages/anthropic/_base_client.py", line 1346, in _request
    raise self._make_status_error_from_response(err.response) from None
anthropic.AuthenticationError: {MESSAGE}
"""
UNKNOWN = TRACE.split("  File", 1)[0] + f'  File "{HOME}/a.py", line 1, in f\nshop.Sold: key {KEY} of {HOME}/stock\n'

# ---- the same answers in both languages ----------------------------------------------------------------------------

SCRIPTS = ("kb-features.js", "kb-match.js", "kb-names.js", "kb-redaction.js")
ANSWER = """given => {
  const answers = JSON.parse(given).map((text) => ({
    features: kbFeatures.readFeatures(text), answer: kbNames.find(lookup, text), redacted: kbRedaction.redact(text),
  }));
  return JSON.stringify(answers, (_, value) => (value instanceof Map ? Object.fromEntries(value) : value));
}"""


def prepare(page: Page, index: dict[str, Any]) -> Page:
    """Make the page's scripts ready to answer from an index."""
    if not page.evaluate("typeof kbFeatures === 'object'"):
        for name in SCRIPTS:
            page.add_script_tag(path=TEMPLATES / "assets" / name)
    page.evaluate("given => { window.lookup = kbNames.prepare(JSON.parse(given)); }", json.dumps(index))
    rules = {"rules": REDACTION, "fixtures": list(FIXTURES), "rounds": ROUNDS}
    page.evaluate("rules => kbRedaction.useRules(rules)", rules)
    return page


def ask(page: Page, texts: list[str]) -> list[dict[str, Any]]:
    """Answer many texts at once. Any text can be given, since they travel as JSON in ASCII."""
    answers: list[dict[str, Any]] = json.loads(page.evaluate(ANSWER, json.dumps(texts)))
    return answers


def approximate(value: Any) -> Any:
    """The same with every number to nine places."""
    if isinstance(value, dict):
        return {key: approximate(item) for key, item in value.items()}
    if isinstance(value, list):
        return [approximate(item) for item in value]
    return pytest.approx(value, abs=1e-9) if isinstance(value, float) else value


@pytest.fixture(scope="module")
def scripted(browser: Browser) -> Iterator[Page]:
    page = open_page(browser, "about:blank")
    yield page
    page.context.close()


@pytest.mark.parametrize("path", list_files(), ids=lambda path: path.stem)
def test_javascript_answers_every_case_as_written(scripted: Page, path: Path) -> None:
    page = prepare(scripted, json.loads((VECTORS / "index.json").read_text(encoding="utf-8")) | {"rules": RULES})
    cases = json.loads(path.read_text(encoding="utf-8"))
    for case, answered in zip(cases, ask(page, [case["text"] for case in cases]), strict=True):
        if path.stem == "redaction":
            assert answered["redacted"] == {"text": case["redacted"], "taken": case["taken"]}, case["text"]
        else:
            assert {key: answered[key] for key in ("features", "answer")} == approximate(
                {key: case[key] for key in ("features", "answer")}
            ), case["text"]


INDEX = build_index(load(ERRORS), [("about/", "About"), ("contribute/", "How to contribute")])
LOOKUP = prepare_index(INDEX)
NAMES = sorted({name for record in INDEX["records"] for name in (record["name"], *record.get("classes", ()))})
MESSAGES = sorted({text for record in INDEX["records"] for text in record.get("wordings", ())})
FRAMES = ["Traceback (most recent call last):\n", '  File "/app/a.py", line 3, in f\n    g(x)\n    ^^^^\n',
          '  File "C:\\Python311\\Lib\\site-packages\\numpy\\core.py", line 9, in f\n', "  |   File \"/x/site-packages/redis/a.py\"\n",
          "\nDuring handling of the above exception, another exception occurred:\n\n", "Exception ignored in: <f>\n"]  # fmt: skip
NOISE = ["\x1b[0;31m", "\x1b[0m", "\r\n", "\t", "\\n", "\\\\n", '\\"', "web-1  | ", "E   ", "2026-11-24T10:00:00Z ", " - ",
         "401", "http", "{", "}", "'", KEY, HOME, "anna@example.com", "password=hunter2", "__proto__", "\u2028", "\x85", "\ud800", "İ", "ſ"]  # fmt: skip
PIECES = st.one_of(
    st.sampled_from(sorted(LOOKUP.weights)),
    st.sampled_from(NAMES),
    st.sampled_from([name.rsplit(".", 1)[-1] for name in NAMES]).map(lambda name: name[1:] + name[:1]),
    st.sampled_from(MESSAGES),
    st.sampled_from(FRAMES),
    st.sampled_from(NOISE),
    st.text(st.characters(), max_size=8),
)
TEXTS = st.lists(PIECES | st.sampled_from([" ", "\n", ": ", "."]), min_size=1, max_size=14).map("".join)


@given(st.lists(TEXTS, min_size=1, max_size=25))
@settings(max_examples=40, deadline=None)
def check_that_both_agree(page: Page, texts: list[str]) -> None:
    for text, answered in zip(texts, ask(page, texts), strict=True):
        assert answered["answer"] == approximate(find(LOOKUP, text)), ascii(text)
        redacted, taken = redact(text)
        assert answered["redacted"] == {"text": redacted, "taken": taken}, ascii(text)


def test_any_text_has_the_same_answer_in_both_languages(scripted: Page) -> None:
    check_that_both_agree(prepare(scripted, INDEX))


# ---- what people do ------------------------------------------------------------------------------------------------


def build(folder: Path, repository: str = "") -> Path:
    """Build the project's site with its index, as `make site` does."""
    project = write_project(folder, render_all(load(ERRORS)))
    config = (project / "mkdocs.yml").read_text(encoding="utf-8")
    config, count = re.subn(r"(?m)^  repository: .*$", f'  repository: "{repository}"', config)
    assert count == 1
    (project / "mkdocs.yml").write_text(config, encoding="utf-8")
    return run_builder(project)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site below a path, with a repository."""
    folder = tmp_path_factory.mktemp("finder")
    build(folder / "project", REPOSITORY).rename(folder / "kb")
    with serve(folder) as address:
        yield f"{address}kb/"


@pytest.fixture
def home(browser: Browser, address: str) -> Iterator[Page]:
    page = open_page(browser, address)
    yield page
    page.context.close()


@pytest.fixture
def record(browser: Browser, address: str) -> Iterator[Page]:
    page = open_page(browser, f"{address}python/circular-import/")
    yield page
    page.context.close()


def paste(page: Page, text: str) -> None:
    """Paste as a person does: by the clipboard."""
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.locator(".kb-finder textarea").select_text()
    page.keyboard.press("Control+V")


def type_in(page: Page, text: str) -> None:
    page.locator(".kb-finder textarea").fill(text)


def heading(page: Page, text: str) -> None:
    """Wait for what the answer says first."""
    expect(page.locator(".kb-finder__results h2")).to_have_text(text)


def first(page: Page) -> str:
    """The address that the first result leads to, below the site's."""
    expect(page.locator(".kb-finder__link").first).to_be_visible()
    return str(page.evaluate("document.querySelector('.kb-finder__link').href")).partition("/kb/")[2]


def test_a_traceback_leads_to_its_page_and_shows_its_fix(home: Page) -> None:
    paste(home, TRACE)
    heading(home, "This looks like your error")
    best = home.locator(".kb-finder__best")
    expect(best).to_contain_text("Quick fix")
    expect(best).to_contain_text("Why: raised anthropic.AuthenticationError, 10 of 12 words of its message")
    expect(home.locator(".kb-finder__results h3").first).to_have_text("Not it?")
    expect(home.locator(".kb-finder__list")).to_contain_text("No key at all.")
    best.locator("a").click()
    home.wait_for_url(f"**/kb/{RECORD}")


COMMANDS = [
    ({"posix": "export KEY=x", "powershell": '$env:KEY = "x"'}, ["export KEY=x", '$env:KEY = "x"']),
    ({"posix": "pip check", "powershell": "pip check"}, ["pip check"]),
]


@pytest.mark.parametrize(("run", "shown"), COMMANDS, ids=["they differ", "they do not"])
def test_the_fix_s_command_is_shown_for_both_shells_where_they_differ(
    home: Page, run: dict[str, str], shown: list[str]
) -> None:
    def change(route: Route) -> None:
        index = route.fetch().json()
        next(record for record in index["records"] if f"{record['id']}/" == RECORD)["run"] = run
        route.fulfill(json=index)

    home.route("**/finder.json", change)
    type_in(home, "anthropic.AuthenticationError")
    expect(home.locator(".kb-finder__command")).to_have_text(shown)
    expect(home.get_by_text("PowerShell", exact=True)).to_have_count(len(shown) - 1)


NAMED = {
    "anthropic.AuthenticationError": RECORD,
    "ratelimit": "anthropic/rate-limit-error/",
    "UnboundLocalErorr": "python/unbound-local-error/",
    "anthropic 401": RECORD,
    "openai AuthenticationError": "openai/authentication-error/",
    "Connection error.": "anthropic/white-space-in-api-key/",
    "how verification works": "how-verification-works/",
    "tutorial": "contribute/tutorial/",
}


@pytest.mark.parametrize("text", NAMED)
def test_a_name_leads_to_its_page(home: Page, text: str) -> None:
    type_in(home, text)
    assert first(home) == NAMED[text]


def test_a_class_that_several_pages_have_gives_them_all_and_what_tells_them_apart(home: Page) -> None:
    type_in(home, "OperationalError")
    heading(home, "Perhaps one of these")
    listed = home.locator(".kb-finder__list > li")
    expect(listed).to_have_count(2)
    for each in listed.all():
        expect(each).to_contain_text("if it also says")


def test_a_name_without_a_package_has_it_beside_it(home: Page) -> None:
    type_in(home, "truth value ambiguous")
    expect(home.locator(".kb-finder__results p").first).to_contain_text("ValueError · pandas")


@pytest.mark.parametrize("key", ["/", "s", "f"])
def test_by_keyboard_all_the_way(record: Page, key: str) -> None:
    record.locator(".kb-find").focus()
    record.keyboard.press(key)
    box = record.get_by_role("dialog", name="Find an error").get_by_label("Paste a traceback or type an error's name")
    expect(box).to_be_focused()
    record.keyboard.press("Escape")
    expect(record.get_by_role("dialog")).to_have_count(0)
    expect(record.locator(".kb-find")).to_be_focused()
    record.keyboard.press(key)
    record.keyboard.type("anthropic AuthenticationError")
    expect(record.locator(".kb-finder__link").first).to_be_visible()
    record.keyboard.press("ArrowDown")
    expect(record.locator(".kb-finder__link").first).to_be_focused()
    record.keyboard.press("ArrowUp")
    expect(box).to_be_focused()
    record.keyboard.press("ArrowDown")
    record.keyboard.press("Enter")
    record.wait_for_url(f"**/kb/{RECORD}")


def test_keys_of_the_finder_are_letters_where_one_writes_and_in_place_at_home(home: Page) -> None:
    home.keyboard.press("s")
    box = home.get_by_role("textbox")
    expect(box).to_be_focused()
    home.keyboard.type("/sf")
    expect(box).to_have_value("/sf")
    expect(home.get_by_role("dialog")).to_have_count(0)


def test_enter_in_the_box_opens_the_first_page(record: Page) -> None:
    record.locator(".kb-find").click()
    record.keyboard.type("ratelimit")
    expect(record.locator(".kb-finder__link").first).to_be_visible()
    record.keyboard.press("Enter")
    record.wait_for_url("**/kb/anthropic/rate-limit-error/")


def test_what_is_found_is_said_to_screen_readers(home: Page) -> None:
    said = home.get_by_role("status").filter(has_text="page").or_(home.locator(".kb-finder__said"))
    type_in(home, "unsupportedprotocol")
    expect(said).to_have_text("1 page")
    type_in(home, "Zwölf Boxkämpfer")
    expect(said).to_have_text(["No page yet"])


# ---- addresses -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "python/circular-import/"])
def test_what_was_typed_is_an_address_that_finds_the_same(
    browser: Browser, home: Page, address: str, path: str
) -> None:
    home.goto(address + path)
    home.keyboard.press("/")
    home.keyboard.type("expired key")
    expect(home.locator(".kb-finder__link").first).to_be_visible()
    expect(home).to_have_url(f"{address}{path}#find=expired%20key")
    wanted = home.locator(".kb-finder__results").inner_text()
    other = open_page(browser, home.url)
    expect(other.locator(".kb-finder__results")).to_have_text(wanted, use_inner_text=True)
    expect(other.locator(".kb-finder textarea")).to_have_value("expired key")
    other.context.close()


@pytest.mark.parametrize(
    "text",
    [TRACE, UNKNOWN, "a\nb", "é\nKeyError", "ValueError: " + "x" * 120, "é" * 121 + " KeyError", f"what is {KEY}"],
    ids=["trace", "unknown", "lines", "an empty line", "long", "long without words", "key"],
)
def test_what_was_pasted_is_in_no_address(home: Page, address: str, text: str) -> None:
    type_in(home, "ratelimit")
    expect(home).to_have_url(f"{address}#find=ratelimit")
    paste(home, text)
    expect(home).to_have_url(address)


def test_an_emptied_box_leaves_no_results_and_no_address(home: Page, address: str) -> None:
    type_in(home, "ratelimit")
    expect(home).to_have_url(f"{address}#find=ratelimit")
    type_in(home, " ")
    expect(home.locator(".kb-finder__results")).to_be_empty()
    expect(home).to_have_url(address)


def test_back_and_forward_lead_where_one_was(home: Page, address: str) -> None:
    type_in(home, "ratelimit")
    expect(home.locator(".kb-finder__link").first).to_be_visible()
    home.locator(".kb-finder__link").first.click()
    home.wait_for_url("**/kb/anthropic/rate-limit-error/")
    home.go_back()
    expect(home.locator(".kb-finder textarea")).to_have_value("ratelimit")
    assert first(home) == "anthropic/rate-limit-error/"
    home.go_forward()
    home.wait_for_url("**/kb/anthropic/rate-limit-error/")


def test_back_closes_a_dialog_that_an_address_opened(record: Page) -> None:
    record.evaluate("location.hash = 'find=KeyError'")
    expect(record.get_by_role("dialog")).to_be_visible()
    record.go_back()
    expect(record.get_by_role("dialog")).to_have_count(0)


def test_an_address_that_cannot_be_read_is_left_alone(home: Page, address: str) -> None:
    home.goto(f"{address}#find=%E0%A4%A")
    expect(home.locator(".kb-finder textarea")).to_have_value("")


# ---- what is asked of the host -------------------------------------------------------------------------------------


def test_only_the_index_is_asked_for_once_and_nothing_for_what_is_typed(browser: Browser, address: str) -> None:
    page = open_page(browser, "about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.url} {request.post_data or ''}"))
    page.goto(address, wait_until="networkidle")
    loaded = len(asked)
    assert not any("finder.json" in url for url in asked)
    for text in ("RateLimitError", TRACE, UNKNOWN, "<img src=/x>", "anthropic 401"):
        paste(page, text)
        page.wait_for_timeout(100)
        page.locator(".kb-finder textarea").fill("")
    page.keyboard.type("ratelimit")
    page.wait_for_timeout(200)
    # Chromium looks at the site's icon again whenever the address changes; no text is in that request.
    icon = f"{address}assets/favicon.svg "
    assert [url for url in asked[loaded:] if url != icon] == [f"{address}assets/finder.json "]
    page.context.close()


@pytest.mark.parametrize("text", [TRACE, UNKNOWN], ids=["a page", "no page"])
def test_a_key_that_was_pasted_is_in_no_request_address_text_or_link(home: Page, text: str) -> None:
    asked: list[str] = []
    home.on("request", lambda request: asked.append(f"{request.url} {request.post_data or ''} {request.headers}"))
    paste(home, text + "\n" + text)
    expect(home.locator(".kb-finder__results h2")).to_be_visible()
    assert KEY in home.locator(".kb-finder textarea").input_value()
    everywhere = "\n".join([*asked, home.url, home.evaluate("document.documentElement.outerHTML")])
    for secret in (KEY, KEY[8:], HOME, "annabel"):
        assert secret not in everywhere
        assert secret not in home.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, history.state])")


def hold(page: Page) -> list[Route]:
    """Keep requests for the index back; the test answers them."""
    routes: list[Route] = []

    def keep(route: Route) -> None:
        routes.append(route)

    page.route("**/finder.json", keep)
    return routes


def test_home_can_be_used_before_the_index_arrives(home: Page) -> None:
    routes = hold(home)
    home.keyboard.press("/")
    home.keyboard.type("ratelim")
    expect(home.locator(".kb-finder__results")).to_have_text("Loading the index …")
    home.get_by_title("Switch to dark mode").click()
    assert home.locator("body").get_attribute("data-md-color-scheme") == "slate"
    home.locator(".kb-finder textarea").focus()
    home.keyboard.type("it")
    assert len(routes) == 1
    routes[0].continue_()
    assert first(home) == "anthropic/rate-limit-error/"
    expect(home.locator(".kb-finder textarea")).to_have_value("ratelimit")


@pytest.mark.parametrize("again", ["button", "key"])
def test_an_index_that_fails_is_said_and_asked_for_again(home: Page, again: str) -> None:
    home.route("**/finder.json", lambda route: route.fulfill(status=503))
    type_in(home, "ratelimi")
    expect(home.locator(".kb-finder__results")).to_contain_text("The index could not be loaded (503")
    home.unroute("**/finder.json")
    if again == "button":
        home.get_by_role("button", name="Try again").click()
    else:
        type_in(home, "ratelimit")
    assert first(home) == "anthropic/rate-limit-error/"


# ---- the other answers ---------------------------------------------------------------------------------------------


def test_of_a_log_the_last_error_is_taken_and_the_other_is_offered(home: Page) -> None:
    paste(home, TRACE + "again\n" + UNKNOWN)
    heading(home, "No page yet")
    expect(home.locator(".kb-finder__results")).to_contain_text(
        "Of several errors the last was taken: shop.Sold: key [key]"
    )
    home.get_by_role("button", name=re.compile("AuthenticationError")).click()
    heading(home, "This looks like your error")
    assert first(home) == RECORD
    expect(home.get_by_role("textbox")).to_be_focused()


def test_no_page_yet_asks_for_it_without_what_must_not_be_shown(home: Page) -> None:
    paste(home, UNKNOWN)
    heading(home, "No page yet")
    link = home.get_by_role("link", name="Ask for this page").get_attribute("href") or ""
    fields = parse_qs(urlsplit(link.removeprefix(f"{REPOSITORY}/issues/new")).query)
    form = next(form for form in read_forms(ROOT / ".github/ISSUE_TEMPLATE") if form.name == "missing")
    assert fields["template"] == [f"{form.name}.yml"]
    assert fields["title"][0].startswith("Missing: shop.Sold")
    assert "key [key] of " in fields["paste"][0]
    assert set(fields) - {"template", "title"} <= {field.id for field in form.fields}
    assert len(link) < 8000
    expect(home.locator(".kb-finder__command")).to_have_text("python scripts/new_record.py --from-traceback error.txt")


def test_a_link_stays_short_however_long_the_text(home: Page) -> None:
    paste(home, "é\n" * 200_000 + "shop.Sold: " + "ü" * 5000)
    heading(home, "No page yet")
    assert len(home.get_by_role("link", name="Ask for this page").get_attribute("href") or "") < 8000


def test_without_a_repository_no_page_yet_has_no_link(browser: Browser, tmp_path: Path) -> None:
    with serve(build(tmp_path)) as address:
        page = open_page(browser, address)
        type_in(page, UNKNOWN)
        heading(page, "No page yet")
        expect(page.get_by_role("link", name="Ask for this page")).to_have_count(0)
        expect(page.locator(".kb-finder__command")).to_be_visible()
        page.context.close()


HOSTILE = {
    "markup": "<img src=x onerror=\"document.title='taken'\">\n<script>document.title='taken'</script>\nshop.Sold: <b>x</b>",
    "right to left": "\u202eshop.Sold: txet \u202c\nx",
    "a name of the language's": "constructor",
    "binary": "\x01\x02ELF\x7f shop.Sold: \x1b]0;taken\x07 x\ny",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_shown_as_text(home: Page, name: str) -> None:
    said: list[str] = []
    home.on("console", lambda message: said.append(message.text))
    home.on("pageerror", lambda error: said.append(str(error)))
    title = home.title()
    type_in(home, HOSTILE[name])
    heading(home, "No page yet")
    expect(home.locator(".kb-finder__results :is(img, script, b)")).to_have_count(0)
    if name == "markup":
        expect(home.locator(".kb-finder__results")).to_contain_text("<b>x</b>")
    assert (home.title(), said) == (title, [])


def test_a_text_without_words_has_an_answer(home: Page) -> None:
    type_in(home, "\u202e…\x01")
    expect(home.locator(".kb-finder__results")).to_have_text("There are no words in this.")


@pytest.mark.parametrize("size", [1_000_000, 10_000_000])
def test_a_very_long_paste_is_answered(home: Page, size: int) -> None:
    paste(home, "2026-11-24 10:00:00 value.Call(key=1) job 7 starts\n" * (size // 51) + TRACE)
    expect(home.locator(".kb-finder__results h2")).to_have_text("This looks like your error", timeout=30_000)
    assert first(home) == RECORD


# ---- other readers -------------------------------------------------------------------------------------------------


def test_without_javascript_it_says_so_and_points_to_the_indexes(browser: Browser, address: str) -> None:
    page = open_page(browser, address, java_script_enabled=False)
    expect(page.locator(".kb-finder")).to_contain_text("this needs JavaScript")
    page.locator(".kb-finder a").click()
    page.wait_for_url("**/kb/e/")
    page.locator(".kb-find").click()
    page.wait_for_url("**/kb/e/")
    page.context.close()


ANSWERS = {"this": TRACE, "perhaps": "AuthenticationError", "none": UNKNOWN, "log": UNKNOWN + "again\n" + TRACE}


@pytest.mark.parametrize("path", ["", "python/circular-import/"], ids=["in place", "dialog"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_any_answer(browser: Browser, address: str, scheme: str, path: str) -> None:
    page = open_page(browser, address + path, scheme)
    for name, text in ANSWERS.items():
        page.keyboard.press("/")
        type_in(page, text)
        expect(page.locator(".kb-finder__results h2")).to_be_visible()
        found = [item for item in Axe().run(page).response["violations"] if item["impact"] in ("serious", "critical")]
        assert [(name, item["id"], item["nodes"][0]["html"]) for item in found] == []
    page.context.close()


@pytest.mark.parametrize("path", ["", "python/circular-import/"], ids=["in place", "dialog"])
def test_on_a_phone_nothing_scrolls_sideways(browser: Browser, address: str, path: str) -> None:
    page = open_page(browser, address + path, width=360, height=740)
    for text in ANSWERS.values():
        page.keyboard.press("/")
        type_in(page, text)
        expect(page.locator(".kb-finder__results h2")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        wide = "(dialog) => dialog.scrollWidth > dialog.clientWidth"
        assert not any(page.evaluate(wide, dialog) for dialog in page.locator("dialog").element_handles())
    page.context.close()
