"""The finder in Chromium, at ten times as many records: from a keystroke, or a paste, to results on the page."""

import functools
import gzip
import json
import random
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from bench.evidence import write_evidence
from bench.measure import Measurement, Setting
from bench.records import write_records
from conftest import find_chromium
from errorkb.match import build_index
from errorkb.paths import TEMPLATES
from sites import launch

FRAME = 1000 / 60
KILOBYTES = 50.0
TIMES = 10
PASTED = 100_000
SCRIPTS = ("features", "match", "names", "redaction", "answer", "finder")
ADDRESS = "http://finder.example/"
# What matching needs of a record; the rest is shown.
MATCHED = ("id", "name", "package", "classes", "http", "wordings", "captured", "inner_classes", "inner", "inner_captured", "guessed")  # fmt: skip

PAGE = (
    '<!doctype html><link rel="stylesheet" href="kb-finder.css"><a class="kb-find" data-base="./" data-index="finder.json"'
    f' data-repository="https://example.com/kb">x</a><div class="kb-finder"></div>'
    f"{''.join(f'<script src=kb-{name}.js></script>' for name in SCRIPTS)}"
)
# Milliseconds until results have their place on the page, for each text in turn. The component waits for a promise.
FIND = """async (texts) => {
  const box = document.querySelector("textarea"), results = document.querySelector(".kb-finder__results");
  const taken = [];
  for (const text of texts) {
    box.value = text;
    box.scrollHeight; // what the browser itself needs for a long text is not counted
    const start = performance.now();
    box.dispatchEvent(new Event("input"));
    for (let turn = 0; turn < 10; turn += 1) await null;
    if (!results.children.length || results.offsetHeight === 0) throw new Error(`no results for ${text.slice(0, 80)}`);
    taken.push(performance.now() - start);
  }
  return taken;
}"""
# The plain way: look through every text of every record for what was typed, and show the first.
LOOK_THROUGH = """async (texts) => {
  const { records } = await (await fetch("finder.json")).json();
  const all = records.map((record) => JSON.stringify(record).toLowerCase());
  return texts.map((text) => {
    const start = performance.now();
    const words = text.toLowerCase().split(" ");
    all.map((known) => words.filter((word) => known.includes(word)).length);
    return performance.now() - start;
  });
}"""


@functools.cache
def make_index(records: int, seed: int) -> dict[str, Any]:
    """The index of synthetic records, with evidence."""
    with tempfile.TemporaryDirectory(prefix="errorkb-bench-") as folder:
        write_records(Path(folder) / "errors", records, seed)
        return build_index(write_evidence(Path(folder) / "errors", seed))


def list_typed(index: dict[str, Any], seed: int) -> list[str]:
    """What is in the box after each keystroke of forty people who type names, symptoms and the beginnings of messages."""
    chance = random.Random(seed)
    typed: list[str] = []
    for number, record in enumerate(chance.sample(index["records"], 40)):
        name = record["name"].rsplit(".", 1)[-1]
        message = [*(text for _, text in record.get("captured", ())), *record["wordings"]][0]
        slip = chance.randrange(1, len(name) - 1)
        whole = (
            name,
            f"{record['package']} {name}",
            record["symptom"],
            message[:60],
            name[:slip] + name[slip + 1] + name[slip] + name[slip + 2 :],
        )[number % 5]
        typed += [whole[:end] for end in range(1, len(whole) + 1)]
    return typed


def list_pasted(index: dict[str, Any], seed: int) -> list[str]:
    """Logs of 100 kB, each with a few tracebacks between lines that have words of the index in them."""
    chance = random.Random(seed)
    return [_write_log(index["records"], chance) for _ in range(20)]


def _write_log(records: list[dict[str, Any]], chance: random.Random) -> str:
    lines: list[str] = []
    size = 0
    while size < PASTED:
        record = chance.choice(records)
        lines.append(f"2026-11-24T10:00:00Z INFO {record['package']}: {record['symptom']} {chance.getrandbits(40):x}")
        if chance.random() < 0.02:
            lines += ["Traceback (most recent call last):", '  File "/app/app.py", line 4, in <module>', "    run()"]
            lines += [f'  File "/x/site-packages/{record["package"]}/a.py", line 7, in run', "    raise error"]
            lines.append(f"{record['classes'][0]}: {record['wordings'][0]}")
        size = sum(map(len, lines[-7:])) + size if lines[-1][0] != "2" else size + len(lines[-1]) + 1
    return "\n".join(lines)[-PASTED:]


def measure_typing(setting: Setting) -> Measurement:
    """The 95th percentile of all keystrokes, against one frame of a screen."""
    index = make_index(setting.records * TIMES, setting.seed)
    typed = list_typed(index, setting.seed)
    plain, ours = _run(index, typed[::10], LOOK_THROUGH), _run(index, typed, FIND)
    lines = (_describe(f"{len(typed):,} keystrokes", ours), _describe("looking through every text", plain))
    return Measurement(f"{_title(setting, 'keystroke to results')} against one frame", _most(ours) / FRAME, 1.0, lines)


def measure_pasting(setting: Setting) -> Measurement:
    """The 95th percentile of twenty logs of 100 kB, each as often as there are rounds, against three frames."""
    index = make_index(setting.records * TIMES, setting.seed)
    found = _run(index, list_pasted(index, setting.seed) * setting.rounds, FIND)
    title = f"{_title(setting, 'paste of 100 kB to results')} against three frames"
    return Measurement(title, _most(found) / (3 * FRAME), 1.0, (_describe(f"{len(found)} pastes", found),))


def measure_index(setting: Setting) -> Measurement:
    """What matching needs of every 1,000 records, gzipped."""
    records = make_index(setting.records * TIMES, setting.seed)["records"][: setting.records]
    matched = [{key: record[key] for key in MATCHED if key in record} for record in records]
    sizes = [len(gzip.compress(json.dumps(part, separators=(",", ":")).encode())) for part in (matched, records)]
    each, whole = (size / len(records) for size in sizes)
    line = f"kB per 1,000 records, gzipped: for matching {each:.1f}, with what is shown {whole:.1f}"
    return Measurement("index for matching against 50 kB per 1,000 records", each / KILOBYTES, 1.0, (line,))


def _title(setting: Setting, what: str) -> str:
    return f"{what} at {setting.records * TIMES:,} records"


def _run(index: dict[str, Any], texts: list[str], script: str) -> list[float]:
    """Milliseconds of each text, on a page with the finder's own files; the first ones, of a cold engine, are not kept."""
    chromium = find_chromium()
    assert chromium, "needs Chromium: apt-get install chromium"
    with launch(chromium) as browser:
        page = browser.new_page()
        _serve(page, index)
        page.goto(ADDRESS)
        page.locator("textarea").fill("warm")
        page.locator(".kb-finder__results h2").wait_for(timeout=60_000)
        warm = min(len(texts) // 4, 50)
        found: list[float] = page.evaluate(script, texts[-warm:] + texts)
    return found[warm:]


def _serve(page: Page, index: dict[str, Any]) -> None:
    page.route(ADDRESS, lambda route: route.fulfill(body=PAGE, content_type="text/html"))
    page.route("**/*.json", lambda route: route.fulfill(json=index))
    for path in (TEMPLATES / "assets").glob("kb-*"):
        page.route(f"**/{path.name}", functools.partial(_answer, path))


def _answer(path: Path, route: Any) -> None:
    route.fulfill(path=path)


def _most(found: list[float]) -> float:
    return statistics.quantiles(found, n=20)[-1]


def _describe(what: str, found: list[float]) -> str:
    return (
        f"{what}: median {statistics.median(found):.1f} ms, 95th percentile {_most(found):.1f}, most {max(found):.1f}"
    )
