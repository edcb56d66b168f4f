"""What was observed, as a file: read and written without loss, and refused when it was written by hand."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errorkb.evidence import Evidence, Observation, read_evidence, render_evidence
from errorkb.problems import Problem

PATH = "errors/sample/record.evidence.json"
RUN: dict[str, Any] = {
    "date": "2026-11-24",
    "python": "3.11.7",
    "isolation": "bubblewrap",
    "digest": "0123456789abcdef",
    "observed": "raised",
}
TEXT = st.text(max_size=20)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
LINKS = st.fixed_dictionaries({"relation": st.sampled_from(["cause", "context"]), "name": TEXT, "message": TEXT})
EXCEPTIONS = st.fixed_dictionaries(
    {"name": TEXT, "message": TEXT},
    optional={
        "where": st.sampled_from([None, "thread", "group", "child"]),
        "raised_in": st.sampled_from(["snippet", "library"]),
        "attributes": st.dictionaries(TEXT, st.none() | st.booleans() | NUMBERS | TEXT, max_size=3),
        "chain": st.lists(LINKS, max_size=2),
    },
)
REQUESTS = st.fixed_dictionaries(
    {"method": TEXT, "host": TEXT, "path": TEXT, "status": st.none() | st.integers(100, 599)}
)
RUNS = st.fixed_dictionaries(
    {key: st.just(value) for key, value in RUN.items()},
    optional={
        "reason": st.none() | TEXT,
        "exit_code": st.none() | st.integers(0, 255),
        "signal": st.none() | TEXT,
        "exceptions": st.lists(EXCEPTIONS, max_size=2),
        "names": st.dictionaries(
            TEXT, st.fixed_dictionaries({}, optional={"real": TEXT, "bases": st.lists(TEXT, max_size=2), "reason": TEXT}), max_size=2
        ),
        "traceback": st.none() | TEXT,
        "stdout": TEXT,
        "stderr": TEXT,
        "warnings": st.lists(st.fixed_dictionaries({"name": TEXT, "message": TEXT}), max_size=2),
        "logs": st.lists(st.fixed_dictionaries({"logger": TEXT, "level": TEXT, "message": TEXT}), max_size=2),
        "services": st.dictionaries(TEXT, TEXT, max_size=2),
        "requests": st.lists(REQUESTS, max_size=2),
        "verdict": st.just("as claimed") | st.lists(st.fixed_dictionaries({"claimed": TEXT, "seen": TEXT}), max_size=2),
    },
)  # fmt: skip
EVIDENCE = st.fixed_dictionaries(
    {"format": st.just(1), "record": TEXT, "claims": st.dictionaries(TEXT, st.dictionaries(TEXT, RUNS, max_size=2), max_size=2)}
)  # fmt: skip


@given(EVIDENCE)
def test_what_is_written_is_read_back(data: dict[str, Any]) -> None:
    evidence = Evidence.model_validate(data)
    text = render_evidence(evidence)
    assert read_evidence(PATH, text.encode()) == (evidence, [])
    assert render_evidence(Evidence.model_validate_json(text)) == text


def test_it_is_sorted_without_what_is_empty_and_ends_with_a_line_end() -> None:
    run = RUN | {"stdout": "", "exceptions": [], "stderr": "é\n", "exit_code": 1}
    evidence = Evidence.model_validate(
        {"format": 1, "record": "sample/record", "claims": {"fixed": {}, "broken": {"2.0": run}}}
    )
    assert (
        render_evidence(evidence)
        == """\
{
 "claims": {
  "broken": {
   "2.0": {
    "date": "2026-11-24",
    "digest": "0123456789abcdef",
    "exit_code": 1,
    "isolation": "bubblewrap",
    "observed": "raised",
    "python": "3.11.7",
    "stderr": "é\\n"
   }
  },
  "fixed": {}
 },
 "format": 1,
 "record": "sample/record"
}
"""
    )


def with_run(**more: Any) -> bytes:
    run = {key: value for key, value in (RUN | more).items() if value is not ...}
    return json.dumps({"format": 1, "record": "sample/record", "claims": {"broken": {"2.0": run}}}).encode()


PLACE = "claims.broken.2.0"
FORGED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "the file: Invalid JSON: EOF while parsing a value at line 1 column 0"),
    "no JSON": (b"verified: yes\n", "the file: Invalid JSON: expected value at line 1 column 1"),
    "no UTF-8": (b"\xff", "the file: Invalid JSON: expected value at line 1 column 1"),
    "nested without end": (b"[" * 100_000, "the file: Invalid JSON: recursion limit exceeded at line 1 column 202"),
    "a list": (b"[]", "the file: Input should be an object"),
    "another format": (b'{"format": 2, "record": "a/b", "claims": {}}', "format: Input should be 1"),
    "a key at its top": (
        b'{"format": 1, "record": "a/b", "claims": {}, "verified": "2026-04"}',
        "verified: Extra inputs are not permitted",
    ),
    "a key in a run": (with_run(verified="2026-04"), f"{PLACE}.verified: Extra inputs are not permitted"),
    "a key in an exception": (
        with_run(exceptions=[{"name": "KeyError", "message": "", "seen": True}]),
        f"{PLACE}.exceptions.0.seen: Extra inputs are not permitted",
    ),
    "no digest": (with_run(digest=...), f"{PLACE}.digest: Field required"),
    "no date": (with_run(date=...), f"{PLACE}.date: Field required"),
    "a date in words": (with_run(date="today"), rf"{PLACE}.date: String should match pattern '^\d{{4}}-\d{{2}}-\d{{2}}$'"),
    "a Python in words": (with_run(python="new"), rf"{PLACE}.python: String should match pattern '^\d+\.\d+(\.\d+)?$'"),
    "a verdict of its own": (with_run(verdict="true"), f"{PLACE}.verdict.literal['as claimed']: Input should be 'as claimed'"),
    "an ending that there is not": (
        with_run(observed="verified"),
        f"{PLACE}.observed: Input should be 'clean', 'raised', 'exited', 'signalled', 'timed-out', 'over-memory', "
        "'over-output', 'disk-full', 'cannot-install' or 'not-runnable'",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "said"), FORGED.values(), ids=FORGED)
def test_what_verify_did_not_write_is_refused(content: bytes, said: str) -> None:
    message = f"evidence is written by verify, never by hand: {said}"
    mend = "python scripts/verify.py sample/record"
    assert read_evidence(PATH, content) == (None, [Problem(PATH, 1, 1, "evidence-unreadable", message, mend)])


def observation_of(**more: Any) -> Observation:
    return Observation.model_validate(RUN | more)


def test_a_claim_holds_only_by_its_verdict() -> None:
    assert observation_of(verdict="as claimed").holds
    assert not observation_of().holds
    assert not observation_of(verdict=[{"claimed": "a", "seen": "b"}]).holds


def test_the_exception_that_ended_the_program_is_none_of_a_thread() -> None:
    thread, main = {"name": "A", "message": "", "where": "thread"}, {"name": "B", "message": ""}
    both = observation_of(exceptions=[thread, main]).exception
    assert both is not None
    assert both.name == "B"
    assert observation_of(exceptions=[thread]).exception is None
