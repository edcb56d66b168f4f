"""What the finder gets right, measured on the project's own records: ``python -m finder``."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from errorkb.catalog import Catalog
from errorkb.match.finding import find
from errorkb.match.index import build_index
from errorkb.match.lookup import prepare_index
from finder.wrappings import WRAPPINGS, read_captured

NEGATIVES = Path(__file__).with_name("negatives.json")
MESSAGE_ONLY = "message only"
FIRST, FIRST_BY_MESSAGE, FALSE_LEFT_OUT, FALSE_NEGATIVE = 0.98, 0.95, 0.10, 0.03

# Pages that are right as well when the one left out is not there, by the page left out, with the reason.
WARNED = {"python/coroutine-never-awaited": "the captured text prints that warning, too"}
ALSO_RIGHT = {"python/no-event-loop-in-thread": WARNED, "python/asyncio-run-in-running-loop": WARNED}


@dataclass
class Share:
    """How many of how many, with what was counted and what was not as it should be."""

    name: str
    bound: float
    at_least: bool
    of: int = 0
    counted: int = 0
    exceptions: list[str] = field(default_factory=list)

    def count(self, counted: bool, label: str) -> None:
        """Count one case; note it where it is not as it should be."""
        self.of += 1
        self.counted += counted
        if counted != self.at_least:
            self.exceptions.append(label)

    @property
    def value(self) -> float:
        """The share, from 0 to 1."""
        return self.counted / self.of if self.of else 0.0

    @property
    def holds(self) -> bool:
        """Whether it is within its bound."""
        return self.of > 0 and (self.value >= self.bound if self.at_least else self.value <= self.bound)

    def render(self) -> str:
        """Render it with its bound and its exceptions."""
        bound = f"{'at least' if self.at_least else 'at most'} {self.bound:.0%}"
        head = f"{'ok ' if self.holds else 'NOT'} {self.name}: {self.counted} of {self.of}, {self.value:.1%} ({bound})"
        return "\n".join([head, *(f"      {label}" for label in self.exceptions)])


def measure_wrappings(catalog: Catalog) -> list[Share]:
    """(a) Every captured text in every wrapping: how often its page comes first."""
    lookup = prepare_index(build_index(catalog))
    whole, alone = (
        Share("right page first", FIRST, True),
        Share("right page first, message only", FIRST_BY_MESSAGE, True),
    )
    for captured in read_captured(catalog):
        for name, wrap in WRAPPINGS.items():
            results = find(lookup, wrap(captured))["results"]
            right = bool(results) and results[0]["record"] == captured.record
            (alone if name == MESSAGE_ONLY else whole).count(right, f"{captured.record}, {name}: {_show(results)}")
    return [whole, alone]


def measure_left_out(catalog: Catalog) -> Share:
    """(b) Every captured text, its own page taken away: how often another is shown with confidence."""
    share = Share("another page with confidence, the right one left out", FALSE_LEFT_OUT, False)
    captured_texts = list(read_captured(catalog))
    for left_out in catalog.entries:
        entries = {name: entry for name, entry in catalog.entries.items() if name != left_out}
        lookup = prepare_index(build_index(replace(catalog, entries=entries)))
        for captured in captured_texts:
            if captured.record == left_out:
                results = find(lookup, captured.text)["results"]
                sure = [result for result in results if result["tier"] == "this"]
                wrong = any(result["record"] not in ALSO_RIGHT.get(left_out, {}) for result in sure)
                share.count(wrong, f"{left_out}: {_show(results)}")
    return share


def measure_negatives(catalog: Catalog) -> Share:
    """(c) Texts that belong to no page: how often one is shown with confidence."""
    lookup = prepare_index(build_index(catalog))
    share = Share("a page with confidence for what has none", FALSE_NEGATIVE, False)
    for text in json.loads(NEGATIVES.read_text(encoding="utf-8")):
        results = find(lookup, text)["results"]
        share.count(any(result["tier"] == "this" for result in results), f"{text[:60]!r}: {_show(results)}")
    return share


def _show(results: list[Any]) -> str:
    return f"{results[0]['record']} {results[0]['score']:.2f} ({results[0]['why']})" if results else "nothing"


def measure_names(catalog: Catalog) -> Share:
    """Every name a record can be asked for by: how often its page, or one of the same name, comes first."""
    index = build_index(catalog)
    lookup = prepare_index(index)
    share = Share("right page first, by name", FIRST, True)
    for record in index["records"]:
        for query, same in _queries(record, index["records"]):
            results = find(lookup, query)["results"]
            share.count(bool(results) and results[0]["record"] in same, f"{record['id']}, {query!r}: {_show(results)}")
    return share


def _queries(record: dict[str, Any], records: list[dict[str, Any]]) -> Iterator[tuple[str, set[str]]]:
    """Names to ask for a record by, each with the records that have it as well."""
    own = record["name"].rsplit(".", 1)[-1]
    alike = {other["id"] for other in records if other["name"].rsplit(".", 1)[-1] == own}
    for name in record.get("classes", [record["name"]]):
        yield name, {other["id"] for other in records if name in other.get("classes", [other["name"]])}
    yield from ((own, alike), (own.lower(), alike), (own[:-2] + own[-1], alike))
    yield f"{record['package']} {own}", {name for name in alike if name.startswith(f"{record['package']}/")}
    yield record["symptom"], {other["id"] for other in records if other["symptom"] == record["symptom"]}
    if "http" in record:
        ids = {other["id"] for other in records if other.get("http") == record["http"]}
        yield (
            f"{record['package']} {record['http']}",
            {name for name in ids if name.startswith(f"{record['package']}/")},
        )


def measure_all(catalog: Catalog) -> list[Share]:
    """Measure everything that is held by a bound."""
    return [*measure_wrappings(catalog), measure_names(catalog), measure_left_out(catalog), measure_negatives(catalog)]
