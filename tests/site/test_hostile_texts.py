"""Text can never break a page: nothing runs, and what is shown is the text as it was written."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, Error, Page

from errorkb.catalog.loading import REFERENCE
from errorkb.evidence import read_evidence
from errorkb.lint.prose import check_bidi, check_prose_links
from errorkb.model.record import Record
from errorkb.model.validation import read_model
from errorkb.paths import ERRORS
from errorkb.site.links import check_links
from errorkb.source import read_source
from hostile_texts import HOSTILE, Hostile, list_pages, package_of, show_prose, show_text, word_of, write_hostile
from sites import render_folder, run_builder, serve, write_project
from trees import RECORD, catalog_of, edit

NAMES = list(HOSTILE)


# ---- what of them a record can hold --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_reader_refuses_what_cannot_be_seen_and_reads_the_rest_as_written(name: str) -> None:
    item = HOSTILE[name]
    lines = "".join(f"  {line}\n" for line in item.text.split("\n"))
    source, problems = read_source("errors/sample/record.yaml", f"# a comment\nwhy: |2-\n{lines}".encode())
    assert {(problem.code, problem.line) for problem in problems} == ({(item.raw, 3)} if item.raw else set())
    if item.raw is None:
        assert source is not None
        assert source.data == {"why": item.text}


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_refuses_what_prose_must_not_hold(name: str) -> None:
    why = yaml.safe_dump({"why": HOSTILE[name].text}, width=10_000)
    text = edit(RECORD, ("why: Square brackets promise that the key is there.\n", why))
    catalog = catalog_of(text)
    found = [*check_bidi(catalog, ERRORS), *check_prose_links(catalog, ERRORS)]
    assert {problem.code for problem in found} == set(HOSTILE[name].lint)
    assert {problem.line for problem in found} <= {text[: text.index("why: ")].count("\n") + 1}


def test_half_of_a_surrogate_pair_is_refused_in_records_and_in_evidence() -> None:
    source, problems = read_source("errors/sample/record.yaml", rb'why: "\ud800"')
    assert source is None
    assert [(problem.code, problem.line, problem.column) for problem in problems] == [("yaml-syntax", 1, 9)]
    evidence, problems = read_evidence("errors/sample/record.evidence.json", rb'{"format": 1, "record": "\ud800"}')
    assert evidence is None
    assert [problem.code for problem in problems] == ["evidence-unreadable"]


# Fields that hold no text of the author's choice: what must be changed in a sound record.
NARROW = {
    "class": ("raises: KeyError", 'raises: "{}"'),
    "time to fix": ("fix_time: 1-5 min", 'fix_time: "{}"'),
    "anchor": ("{id: missing,", '{id: "{}",'),
    "file": ("fixed:\n", 'fixed:\n  files: {"{}": x}\n'),
    "variable": ("fixed:\n", 'fixed:\n  env: {"{}": x}\n'),
    "host": ("fixed:\n", 'fixed:\n  servers: {"{}": x}\n'),
    "package": ("fixed:\n", 'fixed:\n  packages: ["{}"]\n'),
    "releases": ("fixed:\n", 'fixed:\n  applies_to: "{}"\n'),
    "address": ('"https://docs.python.org/3/library/stdtypes.html"', '"{}"'),
    "author": ("references:\n", 'authors: ["{}"]\nreferences:\n'),
    "former id": ("references:\n", 'aliases: ["{}"]\nreferences:\n'),
    "look-alike": ("references:\n", 'look_alikes: {"{}": x}\nreferences:\n'),
    "name under a note": ("references:\n", 'notes: [{by: "{}", date: "2026-01-01", text: x}]\nreferences:\n'),
    "date of a note": ("references:\n", 'notes: [{by: x, date: "{}", text: x}]\nreferences:\n'),
}


@pytest.mark.parametrize("text", ["<img src=x>", "../../x", "javascript:x", "x' y", "x\\u202e"])
@pytest.mark.parametrize(("old", "new"), NARROW.values(), ids=NARROW)
def test_a_field_with_a_form_of_its_own_refuses_all_else(old: str, new: str, text: str) -> None:
    record = edit(RECORD, (old, new.replace("{}", text)))
    source, problems = read_source("errors/sample/record.yaml", record.encode())
    assert source is not None
    assert problems == []
    loaded, problems = read_model(Record, source, REFERENCE)
    assert loaded is None
    line = record[: record.index(new.replace("{}", text).partition("\n")[0])].count("\n") + 1
    assert {problem.code for problem in problems} == {"wrong-value"}
    assert {problem.line - line for problem in problems} <= {0, 1}


def test_there_are_sixty_of_them_and_each_is_another() -> None:
    assert len({item.text for item in HOSTILE.values()}) == len(HOSTILE) >= 60


# ---- the pages -----------------------------------------------------------------------------------------------------

# All that a test asks of a page. `pairs` are its elements, and each of their attributes with its element.
LOOK = """([fields]) => {
  const pairs = new Set(), links = [];
  for (const element of document.querySelectorAll("*")) {
    pairs.add(element.localName);
    for (const attribute of element.attributes) {
      pairs.add(`${element.localName} ${attribute.name}`);
      if (["href", "src"].includes(attribute.name)) links.push(new URL(attribute.value, document.baseURI).href);
    }
  }
  const copies = [...document.querySelectorAll(".highlight[data-copy]")].map((box) => {
    const code = box.querySelector("code").cloneNode(true);
    for (const note of code.querySelectorAll(".kb-note")) note.remove();
    return [box.dataset.copy, code.textContent, box.querySelector("i.kb-note") !== null];
  });
  const texts = (selector) => [...document.querySelectorAll(selector)].map((element) => element.textContent);
  return {
    title: document.title, pairs: [...pairs], links, copies,
    width: document.documentElement.scrollWidth, pwned: window.pwned ?? null,
    fields: Object.fromEntries(fields.map((selector) => [selector, texts(selector)])),
  };
}"""


NOTHING: dict[str, Any] = {"title": "", "pairs": [], "links": [], "copies": [], "width": 0, "pwned": None}


@dataclass
class Seen:
    """What the browser saw of the whole site."""

    address: str
    pages: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)
    ran: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    return run_builder(write_project(folder, render_folder(write_hostile(folder / "errors"))))


@pytest.fixture(scope="module")
def seen(built: Path, browser: Browser) -> Seen:
    """Every page, once, on a phone. The policy is set aside: pages must be safe without it."""
    with serve(built) as address:
        found = Seen(address)
        context = browser.new_context(viewport={"width": 360, "height": 740}, bypass_csp=True)
        page = context.new_page()
        watch(page, found)
        selectors = sorted({place.selector for place in PLACES.values()})
        for path in list_pages(built.parent / "docs"):
            try:
                page.goto(address + path)
                found.pages[path] = page.evaluate(LOOK, [selectors])
            except Error as error:  # the page has led the browser elsewhere while it was looked at
                found.ran.append(f"{path}: {error}")
                found.pages[path] = NOTHING | {"fields": {selector: [] for selector in selectors}}
        context.close()
    return found


def watch(page: Page, found: Seen) -> None:
    page.on("dialog", lambda dialog: (found.ran.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda message: found.ran.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: found.ran.append(f"{page.url}: {error}"))
    page.on("request", lambda request: found.asked.append(request.url))


@dataclass(frozen=True)
class Place:
    """Where the string must stand on the pages that have it: on which page, in which elements, and as what.

    ``shown`` gives None where the field holds only the beginning of a long one.
    """

    page: str
    selector: str
    shown: Callable[[Hostile], str | None]


def spoken(item: Hostile) -> str:
    return show_prose(item) if item.shown is not None else show_prose(item).strip(" ")


def whole(item: Hostile) -> str:
    return code(item.text)


def block(item: Hostile) -> str:
    return code(item.text) + "\n"


def code(text: str) -> str:
    return show_text(text).replace("\r", "\u240d")


PLACES = {
    "symptom": Place("error/", ".kb-head .kb-symptom", lambda item: spoken(item) if len(item.text) <= 60 else None),
    "summary": Place("error/", ".kb-lead", lambda item: spoken(item) if len(item.text) <= 160 else None),
    "message": Place("error/", ".kb-message pre code", whole),
    "inner message": Place("error/", ".kb-message .kb-caption code", whole),
    "message, changed since": Place("error/", ".kb-wordings mark", whole),
    "message of a program that exits": Place("exit/", ".kb-message pre code", whole),
    "message that was never seen": Place("never/", ".kb-message pre code", whole),
    "logger, as the page's name": Place("never/", "h1", whole),
    "why": Place("error/", "#why + p", spoken),
    "prevention": Place("error/", "#prevention + p", spoken),
    "quick fix": Place("error/", ".kb-quick-fix .kb-quick-fix__head + p", spoken),
    "command": Place("error/", ".kb-quick-fix .kb-posix code", block),
    "command of PowerShell": Place("error/", ".kb-quick-fix .kb-powershell code", lambda item: code(item.text) + "x\n"),
    "cause": Place("error/", "#cause-one", lambda item: f"1 {spoken(item)}"),
    "why a cause is not reproduced": Place("error/", "#cause-two ~ .kb-evidence", lambda item: f"not reproduced, because {spoken(item)}"),
    "why an error is not reproduced": Place("never/", "#broken-and-fixed + p", lambda item: f"not reproduced, because {spoken(item)}"),
    "explanation": Place("error/", ".kb-panes + p", spoken),
    "dead end": Place("error/", "#dead-end-a", spoken),
    "why it does not help": Place("error/", "#dead-end-a + p", spoken),
    "difference": Place("error/", ".kb-look-alikes li > span:last-child", spoken),
    "base class": Place("error/", ".kb-base code", whole),
    "detection": Place("error/", "#detection + p", spoken),
    "workaround": Place("error/", "#workaround + p", spoken),
    "note": Place("error/", ".kb-reader-note > .kb-evidence + p", spoken),
    "reference": Place("error/", "#references + ul a", whole),
    "package's name, in the breadcrumb": Place("error/", ".kb-path li:nth-child(2) a", whole),
    "program": Place("error/", "#dead-end-a ~ details .kb-code:nth-child(1) code", block),
    "file": Place("error/", "#dead-end-a ~ details .kb-code:nth-child(3) code", block),
    "file of Python": Place("error/", "#dead-end-a ~ details .kb-code:nth-child(4) code", block),
    "package": Place("", "h1", whole),
    "about": Place("", ".kb-intro", lambda item: f"{spoken(item)} Verified 2026-01-01, unless a row names another date. Home page of {code(item.text)}"),
    "inner message, in the index": Place("", "td .kb-quiet + code", lambda item: f"Inner: {whole(item)}"),
    "meaning of a severity": Place("severity", ".kb-intro", spoken),
}  # fmt: skip


@pytest.mark.browser
@pytest.mark.slow
class TestPages:
    def test_every_page_was_looked_at(self, seen: Seen) -> None:
        wanted = {"", "packages/", "http/", "http/400/", "e/", "severity/", "fix-time/"}
        for number in range(len(HOSTILE)):
            package = package_of(number)
            wanted |= {f"{package}/{page}" for page in ("", "error/", "exit/", "never/")}
            wanted |= {f"e/{package}.Error/", f"severity/{word_of(number)}/"}
        assert wanted <= set(seen.pages)

    def test_nothing_runs(self, seen: Seen) -> None:
        assert seen.ran == []
        assert [path for path, page in seen.pages.items() if page["pwned"] is not None] == []

    def test_nothing_is_asked_of_another_host(self, seen: Seen) -> None:
        assert [url for url in seen.asked if not url.startswith((seen.address, "data:"))] == []

    def test_no_link_leads_elsewhere_than_by_https(self, seen: Seen) -> None:
        links = {link for page in seen.pages.values() for link in page["links"]}
        assert {link for link in links if not link.startswith((seen.address, "https://"))} == set()

    def test_there_is_no_element_and_no_attribute_but_those_of_plain_text(self, seen: Seen) -> None:
        kinds: dict[str, set[str]] = {}
        for path, page in seen.pages.items():
            if is_plain(path):
                kinds.setdefault(kind_of(path), set()).update(page["pairs"])
        more = {
            path: extra for path, page in seen.pages.items() if (extra := set(page["pairs"]) - kinds[kind_of(path)])
        }
        assert more == {}

    def test_nothing_scrolls_sideways_on_a_phone(self, seen: Seen) -> None:
        assert {path: page["width"] for path, page in seen.pages.items() if page["width"] > 360} == {}

    def test_the_copy_button_gives_what_is_shown(self, seen: Seen) -> None:
        boxes = [(path, *copy) for path, page in seen.pages.items() for copy in page["copies"]]
        assert len(boxes) > 20 * len(HOSTILE)
        whole = [box for box in boxes if not box[3]]
        assert [box for box in whole if box[2].removesuffix("\n") != box[1].removesuffix("\n")] == []

    @pytest.mark.parametrize("place", PLACES)
    def test_what_is_shown_is_the_text_as_written(self, seen: Seen, place: str) -> None:
        where = PLACES[place]
        wrong = {}
        for number, (name, item) in enumerate(HOSTILE.items()):
            path = f"severity/{word_of(number)}/" if where.page == "severity" else f"{package_of(number)}/{where.page}"
            found = seen.pages[path]["fields"][where.selector]
            wanted = where.shown(item)
            if not found or (wanted is not None and wanted not in found):
                wrong[name] = (wanted, found)
        assert wrong == {}

    def test_the_title_is_the_name_and_the_first_line_of_the_message(self, seen: Seen) -> None:
        wrong = {}
        for number, (name, item) in enumerate(HOSTILE.items()):
            line = next(line for line in map(str.strip, item.text.splitlines()) if line)
            line = line if len(line) <= 120 else line[:119].rstrip() + "…"
            wanted = " ".join(code(f"Error: {line} - Error knowledge base").split())
            if seen.pages[f"{package_of(number)}/error/"]["title"] != wanted:
                wrong[name] = (seen.pages[f"{package_of(number)}/error/"]["title"], wanted)
        assert wrong == {}

    def test_every_link_leads_somewhere(self, built: Path) -> None:
        assert check_links(built) == []


def is_plain(path: str) -> bool:
    """Whether a page holds no hostile string but the harmless one, or is written by hand."""
    return not re.search(r"h(?!00)\d\d|w(?!aa)[a-j]{2}/", path)


def kind_of(path: str) -> str:
    """Which template made the page, as far as its address tells."""
    return re.sub(r"h\d\d|w[a-j]{2}", "*", path)
