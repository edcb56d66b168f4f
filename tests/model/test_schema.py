"""The schema for editors says what the model and the vocabulary say."""

import json

import pytest

from errorkb.catalog import load
from errorkb.model.record import Record
from errorkb.model.schema import render_schema
from errorkb.model.scope import is_in_scope, newest_first
from errorkb.paths import ERRORS


def test_an_editor_is_told_every_key_its_meaning_and_the_words() -> None:
    vocabulary = load(ERRORS).vocabulary
    assert vocabulary is not None
    schema = json.loads(render_schema(vocabulary))
    assert set(schema["properties"]) == set(Record.model_fields)
    assert schema["additionalProperties"] is False
    assert {item["const"]: item["description"] for item in schema["properties"]["retry"]["anyOf"]} == vocabulary.retry
    assert schema["properties"]["severity"]["description"] == "How bad it is; see vocabulary.yaml."
    assert render_schema(vocabulary) == render_schema(vocabulary.model_copy())


SCOPES = [
    ("2.0", None, True),
    ("2.0", ">=2", True),
    ("2.0", "<2", False),
    ("2.0rc1", "<2", False),
    ("2.0rc1", ">=1", True),
    ("2.0rc1", None, True),
    ("0.28.1", ">=0.20,<0.28.2", True),
    ("3.13", "==3.*", True),
]


@pytest.mark.parametrize(("version", "specifier", "within"), SCOPES)
def test_which_releases_a_specifier_picks(version: str, specifier: str | None, within: bool) -> None:
    assert is_in_scope(version, specifier) is within


def test_releases_are_sorted_by_number_and_not_by_letter() -> None:
    assert newest_first(["0.9", "0.10", "1.0rc1", "1.0"]) == ["1.0", "1.0rc1", "0.10", "0.9"]
