"""The vectors: what every language must answer. ``python -m finder.vectors`` computes them again."""

import json
from pathlib import Path
from typing import Any

import pytest

from errorkb.match.rules import RULES, compile_pattern
from errorkb.redaction import RULES as REDACTION
from finder.vectors import compute_case, list_files, read_lookup

# What the two languages do not have in common, or read differently.
NOT_COMMON = r"\(\?<|\(\?P|\(\?[aiLmsux]|\\[sSdDwWAZzpPGhR]|[*+?}]\+|[^\x00-\x7f]"


@pytest.mark.parametrize("path", list_files(), ids=lambda path: path.stem)
def test_every_case_comes_out_as_written(path: Path) -> None:
    lookup = read_lookup()
    cases = json.loads(path.read_text(encoding="utf-8"))
    assert len(cases) >= 5
    for case in cases:
        assert round_scores(compute_case(path.stem, case["text"], lookup)) == round_scores(case)


def round_scores(value: Any) -> Any:
    """The same with every number to nine places."""
    if isinstance(value, dict):
        return {key: round_scores(item) for key, item in value.items()}
    if isinstance(value, list):
        return [round_scores(item) for item in value]
    return pytest.approx(value, abs=1e-9) if isinstance(value, float) else value


def test_every_tier_and_every_kind_of_answer_is_among_them() -> None:
    answers = [
        case["answer"]
        for path in list_files()
        for case in json.loads(path.read_text(encoding="utf-8"))
        if "answer" in case
    ]
    assert {answer["kind"] for answer in answers} == {"paste", "name", "nothing"}
    assert {result["tier"] for answer in answers for result in answer["results"]} == {"this", "perhaps", "none"}
    assert any(answer["others"] for answer in answers)


def find_patterns(value: Any) -> list[str]:
    """Every text in the rules that is a pattern."""
    if isinstance(value, dict):
        return [text for key, item in value.items() if key not in ("signals", "names") for text in find_patterns(item)]
    if isinstance(value, list):
        if len(value) == 2 and all(isinstance(item, str) for item in value):
            return [value[0]]
        return [text for item in value for text in find_patterns(item)]
    return [value] if isinstance(value, str) and not value.isalnum() else []


def test_patterns_keep_to_what_python_and_javascript_have_in_common() -> None:
    patterns = [*find_patterns(RULES), *(rule["pattern"] for rule in REDACTION)]
    assert len(patterns) > 60
    assert [pattern for pattern in patterns if compile_pattern(NOT_COMMON).search(pattern)] == []


def test_what_is_not_common_is_found() -> None:
    for pattern in (r"(?<=a)b", r"(?P<x>a)", r"a\s", r"a++", r"(?i)a", "é"):
        assert compile_pattern(NOT_COMMON).search(pattern), pattern
