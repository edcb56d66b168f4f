"""What must not be shown is taken out. The kinds are in ``match/vectors/redaction.json``, for both languages."""

import json
import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errorkb.redaction import FIXTURES, RULES, redact
from finder.vectors import VECTORS

KEYS = ["sk-ant-abc123def456", "ghp_abcdefghij0123456789", "AKIAABCDEFGHIJKLMNOP", "eyJhbGciOi.eyJzdWIiOi.abc"]
PIECES = st.sampled_from(
    [
        *KEYS,
        *FIXTURES,
        "Bearer ",
        "https://a:",
        "@",
        "password=",
        "'token': '",
        "/home/",
        "C:\\Users\\",
        "anna",
        ".example.com",
        "10.1.2.3",
        "req_",
        "[secret]",
        "[",
        "]",
        "[parameters: ",
        "DETAIL:  Key (a)=(",
        "-----BEGIN PRIVATE KEY-----",
    ]
)


@given(st.lists(PIECES | st.text(string.printable, max_size=8), max_size=12).map("".join))
def test_to_redact_twice_changes_nothing_and_no_text_grows_much(text: str) -> None:
    redacted, taken = redact(text)
    assert redact(redacted) == (redacted, [])
    assert len(redacted) <= 3 * len(text) + 20
    assert bool(taken) == (redacted != text)


def test_what_was_redacted_stays_as_it_is() -> None:
    cases = json.loads((VECTORS / "redaction.json").read_text(encoding="utf-8"))
    for case in cases:
        assert redact(case["redacted"]) == (case["redacted"], [])
    assert {rule["what"] for rule in RULES} == {what for case in cases for what in case["taken"]}


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("around", ["{}", "key={}", '"{}"', "({})", "x {}\n", "b'{}\\n'", "Bearer {}"])
def test_a_key_is_gone_wherever_it_stands(key: str, around: str) -> None:
    redacted, taken = redact(around.format(key))
    assert key not in redacted
    assert key[6:16] not in redacted
    assert taken


@pytest.mark.parametrize("text", [*FIXTURES, "api_key='test-key-good'", "ANTHROPIC_API_KEY=test-key-bad"])
def test_fixtures_stay(text: str) -> None:
    assert redact(text) == (text, [])


@pytest.mark.parametrize(
    "text",
    [
        "KeyError: 'key'",
        "anthropic.AuthenticationError: Error code: 401 - {'type': 'error'}",
        'File "/usr/local/lib/python3.11/site-packages/httpx/_client.py", line 12, in send',
        "RuntimeError: There is no current event loop in thread 'Thread-1 (work)'.",
        "HTTPSConnectionPool(host='api.example.com', port=443): Read timed out.",
        "np.float was a deprecated alias; numpy 1.24.2, 127.0.0.1:8000, 0.0.0.0",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == (text, [])


def test_a_long_text_takes_no_long_time() -> None:
    started = time.process_time()
    redact("a-b_c.d:e@f/g=h " * 60_000)
    redact("x" * 1_000_000)
    assert time.process_time() - started < 20


def test_every_rule_says_what_it_takes_in_words() -> None:
    assert all(
        rule["what"] and set(rule) == {"what", "pattern", "flags"} and rule["flags"] in ("", "i") for rule in RULES
    )
