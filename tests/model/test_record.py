"""What a record may say: the smallest one, and the words for each mistake."""

from typing import Any

import pytest
import yaml

from errorkb.catalog.loading import REFERENCE
from errorkb.model.package import Package
from errorkb.model.record import Record
from errorkb.model.server import Server
from errorkb.model.validation import read_model
from errorkb.source import read_source
from trees import BASE, RECORD, edit, read_sound

MODELS: dict[type[Any], str] = {
    Record: RECORD,
    Package: (BASE / "sample" / "package.yaml").read_text(encoding="utf-8"),
    Server: 'answers: {ok: {status: 200}}\nscenarios: {default: {rules: [{request: "GET /x", answer: ok}]}}\n',
}


@pytest.mark.parametrize("model", MODELS)
def test_what_is_sound_is_read(model: type[Any]) -> None:
    read_sound(model, "sound", MODELS[model].encode())


CAUSE = "check: Print the keys., fix: Add it."
LAST = "references:"
MISTAKES: list[tuple[type[Any], str, str, list[str]]] = [
    # What must be there, and what may not.
    (Record, "why: Square brackets promise that the key is there.\n", "", ["1:1 missing-key `why` must be there"]),
    (Record, "why:", "wyh:", ["1:1 missing-key `why` must be there", "10:1 unknown-key `wyh` is not a key of this file"]),
    (Record, 'prints: "None"\n', "retry: x\n", ["16:1 missing-key `fixed.prints` must be there", "19:3 unknown-key `fixed.retry` is not a key of this file"]),
    # One symptom.
    (Record, "raises: KeyError", "exits: 2\nraises: KeyError", ["1:1 wrong-value `the file`: only one of raises, warns, logs, exits, signals can be the symptom, not raises and exits"]),
    (Record, "raises: KeyError\nmessage: \"'{key}'\"\n", "", ["1:1 wrong-value `the file`: one of raises, warns, logs, exits, signals must say what the user sees"]),
    (Record, "raises: KeyError\n", "", ["1:1 wrong-value `the file`: message, where and caused_by need one of raises, warns, logs, exits, signals"]),
    (Record, "raises: KeyError", "raises: Key Error", ["2:9 wrong-value `raises`: must be a public name, such as anthropic.AuthenticationError, was 'Key Error'"]),
    (Record, "raises: KeyError", "exits: true", ["2:8 wrong-value `exits`: must be a valid integer, was True"]),
    (Record, "raises: KeyError", "logs: {logger: a, level: LOUD}", ["2:26 wrong-value `logs.level`: must be 'DEBUG', 'INFO', 'WARNING', 'ERROR' or 'CRITICAL', was 'LOUD'"]),
    # Programs.
    (Record, 'fixed:\n  code: |\n    print({"a": 1}.get("b"))\n  prints: "None"\n', "", ["1:1 wrong-value `the file`: broken and fixed come together"]),
    (Record, LAST, "not_reproduced: It is.\nreferences:", ["1:1 wrong-value `the file`: either broken and fixed, or not_reproduced, must be there"]),
    (Record, 'code: |\n    print({"a": 1}["b"])\n', "env: {A: b}\n", ["1:1 wrong-value `the file`: broken needs `code`, or `run`"]),
    (Record, "broken:\n", "  - {id: again, cause: x, check: x, fix: x}\nbroken:\n", ["1:1 wrong-value `the file`: the causes missing, again have no program of their own; only one can be what the record's own broken shows: give the others broken and fixed, or not_reproduced"]),
    (Record, "broken:\n", "  - {id: missing, cause: x, check: x, fix: x, not_reproduced: x}\nbroken:\n", ["12:3 wrong-value `causes`: ids must differ; twice: missing"]),
    (Record, LAST, "detection: {text: So., code: x}\nreferences:", ["20:12 wrong-value `detection`: code needs `prints:`, or `raises:` if it does not end clean"]),
    (Record, LAST, "detection: {text: So., code: x, prints: x, message: x}\nreferences:", ["20:12 wrong-value `detection`: message needs `raises:`"]),
    # Releases.
    (Record, "broken:\n", 'broken:\n  applies_to: "2"\n', ["14:15 wrong-value `broken.applies_to`: must be a version specifier such as \"<1\" or \">=0.20,<2\", was '2'"]),
    (Record, "broken:\n", "broken:\n  applies_to: 2\n", ["14:15 wrong-value `broken.applies_to`: must be a version specifier in quotes, such as \"<1\" or \">=0.20,<2\", was 2"]),
    (Record, "broken:\n", "broken:\n  elsewhere: {}\n", ["14:14 wrong-value `broken.elsewhere`: elsewhere must be `clean` or one symptom"]),
    # Values.
    (Record, "fix_time: 1-5 min", "fix_time: 1-5 minutes", ["6:11 wrong-value `fix_time`: must be a span of minutes or hours, such as 2-5 min, was '1-5 minutes'"]),
    (Record, "severity: medium", "severity: medium\nhttp: 200", ["5:7 wrong-value `http`: must be greater than or equal to 400, was 200"]),
    (Record, "symptom: The key is not there", f"symptom: {'x' * 61}", [f"1:10 wrong-value `symptom`: must have at most 60 characters, was '{'x' * 56}…"]),
    (Record, LAST, "aliases: [Old]\nreferences:", ["20:11 wrong-value `aliases.0`: must be package/record, such as anthropic/authentication-error, was 'Old'"]),
    (Record, "causes:\n  - {id: missing, cause: The key is not in the data, check: Print the keys., fix: Add it.}", "causes: []", ["11:9 wrong-value `causes`: must have at least 1 of them"]),
    # Packages.
    (Package, '"1.0"', '"2.0"', ["1:1 wrong-value `the file`: releases must be listed once each, newest first"]),
    (Package, '"1.0"', '"3.0"', ["1:1 wrong-value `the file`: releases must be listed once each, newest first"]),
    (Package, '"1.0"', '"one"', ["6:15 wrong-value `releases.1.version`: must be a release such as 2.12.0, was 'one'"]),
    (Package, '"3.9"', '"3"', ["6:30 wrong-value `releases.1.python`: must be a Python such as 3.11, in quotes, was '3'"]),
    # Servers.
    (Server, "answer: ok", "answer: gone", ["1:1 wrong-value `the file`: scenario 'default' names the answer 'gone', which is not under answers"]),
    (Server, "GET /x", "/x", ["2:41 wrong-value `scenarios.default.rules.0.request`: must be a method and a path, or *: GET /x, was '/x'"]),
    (Server, "status: 200", 'status: "200"', ["1:24 wrong-value `answers.ok.status`: must be a valid integer, was '200'"]),
    # A list with a bad item is not said to be too short as well.
    (Record, ", fix: Add it.", "", ["12:5 missing-key `causes.0.fix` must be there"]),
    (Record, CAUSE, f"{CAUSE[:-1]}, broken: {{}}", ["12:5 wrong-value `causes.0`: broken and fixed come together"]),
    (Record, CAUSE, f"{CAUSE[:-1]}, broken: {{}}, fixed: {{prints: x}}, not_reproduced: x", ["12:5 wrong-value `causes.0`: a cause that is reproduced cannot say not_reproduced"]),
    (Record, "https://docs", "http://docs", ["21:33 wrong-value `references.0.url`: must be an https address with a host in small letters, was 'http://docs.python.org/3/library/stdtypes.html'"]),
    # A bad key is placed at itself.
    (Record, "broken:\n", "broken:\n  env: {A-B: c}\n", ["14:9 wrong-value `broken.env.A-B`: must be the name of an environment variable, was 'A-B'"]),
    (Record, "broken:\n", "broken:\n  files: {../a: c}\n", ["14:11 wrong-value `broken.files.../a`: must be a path beside app.py, such as data/a.csv, was '../a'"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("model", "old", "new", "said"), MISTAKES, ids=[f"{m.__name__} {new or old}"[:50] for m, old, new, _ in MISTAKES]
)
def test_the_words_for_a_mistake(model: type[Any], old: str, new: str, said: list[str]) -> None:
    source, found = read_source("r.yaml", edit(MODELS[model], (old, new)).encode())
    assert source is not None
    assert found == []
    loaded, problems = read_model(model, source, REFERENCE)
    assert loaded is None
    assert sorted(f"{item.line}:{item.column} {item.code} {item.message}" for item in problems) == sorted(said)
    assert all(item.path == "r.yaml" and REFERENCE in item.mend for item in problems)


def test_a_near_miss_is_recognised() -> None:
    source, _ = read_source("r.yaml", edit(RECORD, ("quick_fix:", "quickfix:")).encode())
    assert source is not None
    mends = {item.message: item.mend for item in read_model(Record, source, REFERENCE)[1]}
    assert mends == {
        "`quick_fix` must be there": "Add it; errors/schema.json says what it means.",
        "`quickfix` is not a key of this file": "Did you mean `quick_fix`? errors/schema.json lists the keys.",
    }


SHORT_FORMS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "a message": (("\"'{key}'\"", "x"), ("\"'{key}'\"", "[{text: x}]")),
    "advice": (("Ask with `.get()`.", "x"), ("Ask with `.get()`.", "{text: x}")),
    "an example": ((LAST, "workaround: x\nreferences:"), (LAST, "workaround: {text: x}\nreferences:")),
    "elsewhere": (
        ("broken:\n", 'broken:\n  applies_to: "<2"\n  elsewhere: clean\n'),
        ("broken:\n", 'broken:\n  applies_to: "<2"\n  elsewhere: {clean: true}\n'),
    ),
    "a cause of the exception": (
        (LAST, "caused_by: {raises: OSError, message: x}\nreferences:"),
        (LAST, "caused_by: [{raises: OSError, message: [{text: x}]}]\nreferences:"),
    ),
}


@pytest.mark.parametrize(("short", "long"), SHORT_FORMS.values(), ids=SHORT_FORMS)
def test_where_only_the_text_matters_the_text_is_enough(short: tuple[str, str], long: tuple[str, str]) -> None:
    read = [read_sound(Record, "r", edit(RECORD, change).encode())[0] for change in (short, long)]
    assert read[0] == read[1]


@pytest.mark.parametrize("key", yaml.safe_load(RECORD))
def test_nothing_of_the_smallest_record_can_be_left_out_but_its_message(key: str) -> None:
    data = {name: value for name, value in yaml.safe_load(RECORD).items() if name != key}
    source, _ = read_source("r.yaml", yaml.safe_dump(data).encode())
    assert source is not None
    assert (read_model(Record, source, REFERENCE)[0] is not None) == (key == "message")
