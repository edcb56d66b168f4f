"""The index: what of a record and its evidence is in it."""

import gzip
import json
from typing import Any

from errorkb.catalog import load
from errorkb.evidence import Evidence
from errorkb.match.index import build_index, render_index
from errorkb.paths import ERRORS
from trees import RECORD, catalog_of, edit

MESSAGE = edit(RECORD, ("raises: KeyError", "raises: sample.Missing"), ("symptom: The key", "symptom: The `key`"))


def observe(version: str, message: str, **more: Any) -> dict[str, Any]:
    exception = {"name": "sample._errors.Missing", "message": message, "proof": "raised"}
    return {
        "date": "2026-11-24",
        "python": "3.11.7",
        "isolation": "none",
        "digest": version,
        "observed": "raised",
        "exceptions": [exception],
        "names": {"sample.Missing": {"real": "sample._errors.Missing"}},
        "verdict": "as claimed",
        **more,
    }


def build_record(text: str, claims: dict[str, dict[str, Any]]) -> dict[str, Any]:
    evidence = Evidence.model_validate({"format": 1, "record": "sample/record", "claims": claims})
    record: dict[str, Any] = build_index(catalog_of(text, evidence))["records"][0]
    return record


def test_a_record_without_evidence_has_what_its_author_wrote() -> None:
    record = build_index(catalog_of(MESSAGE))["records"][0]
    assert record == {
        "id": "sample/record",
        "url": "sample/record/",
        "package": "sample",
        "name": "sample.Missing",
        "classes": ["sample.Missing"],
        "symptom": "The key is not there",
        "summary": "The dictionary has no such key.",
        "causes": ["The key is not in the data"],
        "quick_fix": "Ask with .get().",
        "wordings": ["'{key}'"],
    }


def test_evidence_adds_the_real_name_and_every_distinct_message_that_fits() -> None:
    seen = {"1": observe("1", "'b'"), "2": observe("2", "'{c}'"), "3": observe("3", "another error")}
    record = build_record(MESSAGE, {"broken": seen, "dead_end/again": {"1": observe("1", "'b'")}})
    assert record["classes"] == ["sample.Missing", "sample._errors.Missing"]
    assert record["captured"] == [[0, "'b'"], [0, "'{C}'"]]


def test_what_a_mended_program_says_is_not_in_it() -> None:
    record = build_record(MESSAGE, {"fixed": {"1": observe("1", "'b'")}, "note/1": {"1": observe("1", "'c'")}})
    assert "captured" not in record


def test_the_cause_that_tells_a_page_is_in_it() -> None:
    text = edit(MESSAGE, ("severity:", 'caused_by: {raises: mill.Stuck, message: "stone {name} is stuck"}\nseverity:'))
    chain = [{"relation": "cause", "name": "mill.core.Stuck", "message": "stone 'big' is stuck"}]
    exception = {"name": "sample.Missing", "message": "'b'", "chain": chain}
    names = {"sample.Missing": {"real": "sample.Missing"}, "mill.Stuck": {"real": "mill.core.Stuck"}}
    record = build_record(text, {"broken": {"1": observe("1", "", exceptions=[exception], names=names)}})
    assert record["inner_classes"] == ["mill.Stuck", "mill.core.Stuck"]
    assert record["inner"] == ["stone {name} is stuck"]
    assert record["inner_captured"] == [[0, "stone 'big' is stuck"]]


def test_what_other_systems_say_is_in_it_after_what_was_seen() -> None:
    other = "other_systems: [{system: Windows, text: 'no key {key} is there', seen_at: 'https://example.com/1'}]\n"
    record = build_index(catalog_of(MESSAGE + other))["records"][0]
    assert record["wordings"] == ["'{key}'", "no key {key} is there"]


def test_the_first_line_of_a_long_message_is_in_it_alone_if_it_tells_enough() -> None:
    text = edit(
        MESSAGE,
        (
            "message: \"'{key}'\"",
            'message: [{text: "no {key} is on this shelf\\nAsk."}, {text: "no {key}\\nAsk again in a week."}]',
        ),
    )
    record = build_index(catalog_of(text))["records"][0]
    assert record["wordings"] == [
        "no {key} is on this shelf\nAsk.",
        "no {key}\nAsk again in a week.",
        "no {key} is on this shelf",
    ]


def test_a_signal_is_known_by_what_shells_say() -> None:
    text = edit(RECORD, ("raises: KeyError\n", "signals: SIGSEGV\n"), ("message: \"'{key}'\"\n", ""))
    record = build_index(catalog_of(text))["records"][0]
    assert (record["name"], record["guessed"][0]) == ("SIGSEGV", "Segmentation fault (core dumped)")
    assert "wordings" not in record


def test_same_catalog_same_text_in_ascii_and_small() -> None:
    catalog = load(ERRORS)
    text = render_index(catalog, [("b/", "B"), ("a/", "Ä")])
    assert text == render_index(load(ERRORS), [("a/", "Ä"), ("b/", "B")])
    assert text.isascii()
    assert json.loads(text)["pages"] == [{"url": "a/", "title": "Ä"}, {"url": "b/", "title": "B"}]
    matching = (
        "id",
        "name",
        "package",
        "classes",
        "http",
        "wordings",
        "captured",
        "inner",
        "inner_captured",
        "guessed",
    )
    records = [{key: record.get(key) for key in matching} for record in json.loads(text)["records"]]
    bytes_each = len(gzip.compress(json.dumps(records).encode())) / len(records)
    assert bytes_each < 250, "of a few records, each takes more than of a thousand, which must take 50 kB"
