"""The list of fields for contributors: made from the model, and in the documentation as it is now."""

import json

import pytest

from errorkb.catalog import load
from errorkb.model.record import Record
from errorkb.model.reference import BEGIN, END, render_fields, render_page
from errorkb.paths import ERRORS, TEMPLATES

VOCABULARY = load(ERRORS).vocabulary
assert VOCABULARY is not None
FIELDS = render_fields(VOCABULARY)
SECTIONS = {title: text for title, _, text in (part.partition("\n") for part in FIELDS.split("## ")[1:])}


def test_every_field_stands_in_the_contributors_documentation_as_it_is_now() -> None:
    assert VOCABULARY is not None
    page = (TEMPLATES / "docs/contribute/fields.md").read_text(encoding="utf-8")
    assert page == render_page(page, VOCABULARY), "renew it: python scripts/lint.py --document"


def test_every_field_of_every_part_is_listed_and_what_must_be_there_has_a_star() -> None:
    schema = Record.model_json_schema()
    for title, part in {"A record": schema, **schema["$defs"]}.items():
        for name in part["properties"]:
            assert f"`{name}`" in SECTIONS[title], f"{title}: {name}"
        for name in part.get("required", ()):
            assert f"| `{name}` * |" in SECTIONS[title], f"{title}: {name}"
    assert {"A package", "Release", "A stub server", "Answer", "Rule", "Scenario"} <= set(SECTIONS)


ROWS = {
    "A record": [
        "| `http` | whole number, 400 to 599 | The HTTP status, where there is one. |",
        "| `causes` * | list of [Cause](#cause) | One cause: how to know that it is this one, and its fix. |",
        "| `quick_fix` * | text, or [Advice](#advice) | What helps most people, in one sentence. |",
        "| `summary` * | text, at most 160 characters | What this means, in at most 160 characters. |",
    ],
    "Elsewhere": ["| `clean` | `true` |  |"],
    "Answer": ["| `delay` | number, 0 to 30 |  |", "| `drop` | `true` or `false` |  |"],
    "A stub server": ["| `answers` * | mapping to [Answer](#answer) |  |"],
}


@pytest.mark.parametrize(("title", "rows"), ROWS.items(), ids=ROWS)
def test_a_row_says_in_words_what_a_value_may_be(title: str, rows: list[str]) -> None:
    assert [row for row in rows if row not in SECTIONS[title].splitlines()] == []


def test_the_words_of_the_vocabulary_are_explained() -> None:
    assert VOCABULARY is not None
    row = next(line for line in SECTIONS["A record"].splitlines() if line.startswith("| `severity` *"))
    assert [word for word, meaning in VOCABULARY.severities.items() if f"`{word}`: {meaning}" not in row] == []


def test_what_a_schema_alone_would_say_is_not_shown() -> None:
    assert json.dumps(None) not in FIELDS
    assert "``" not in FIELDS
    assert "$ref" not in FIELDS


def test_a_page_without_the_marks_is_refused() -> None:
    assert VOCABULARY is not None
    with pytest.raises(ValueError, match=f"^the page must hold the lines {BEGIN.strip()} and {END.strip()}$"):
        render_page(f"{END}{BEGIN}", VOCABULARY)
