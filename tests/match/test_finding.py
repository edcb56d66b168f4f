"""Answers: to anything at all, to logs, to what must not be taken for a page."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errorkb.match.features import read_features, split_errors
from errorkb.match.finding import find
from errorkb.match.lookup import prepare_index
from errorkb.match.naming import count_slips
from errorkb.match.notes import Understanding, read_understanding, render_understanding
from finder.vectors import read_lookup

LOOKUP = read_lookup()
PIECES = st.sampled_from(
    [
        "Traceback (most recent call last):\n",
        "\n",
        "bakery.",
        "AuthenticationError",
        ": ",
        "Error code: 401 - {",
        "\\n",
        "Exception ignored in",
        "The above exception was the direct cause of the following exception:",
        "\x1b[31m",
        "'",
    ]
)


@given(st.lists(PIECES | st.text(max_size=20), max_size=20).map("".join))
def test_anything_has_an_answer_in_order(text: str) -> None:
    answer = find(LOOKUP, text)
    scores = [result["score"] for result in answer["results"]]
    assert scores == sorted(scores, reverse=True)
    assert all(0.0 <= score <= 1.0 for score in scores)
    assert len(scores) <= 5
    assert "\n" not in answer["taken"]


def test_a_long_text_keeps_both_ends_and_takes_no_long_time() -> None:
    text = "bakery.RateLimitError: Error code: 429\n" + "value.Call(key=1) x\n" * 400_000 + "KeyError: 'last'"
    started = time.process_time()
    features = read_features(text)
    assert time.process_time() - started < 5
    assert {"429", "last"} <= set(features["words"])
    assert features["last"] == "KeyError"


def test_one_long_line_takes_no_long_time() -> None:
    started = time.process_time()
    read_features("x.Call(Value, key) " * 50_000)
    split_errors("a.b.c.d.e " * 50_000)
    assert time.process_time() - started < 5


def trace(line: str) -> str:
    return f'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    f()\n{line}\n'


def test_of_a_log_the_last_error_is_taken_and_the_others_are_offered() -> None:
    log = trace("KeyError: 'a'") + "job 2 starts\n" + trace("ValueError: b") + trace("OSError: c")
    split = split_errors(log)
    assert [error["line"] for error in split["errors"]] == ["KeyError: 'a'", "ValueError: b", "OSError: c"]
    assert split["taken"] == 2
    assert "job 2 starts" in split["errors"][1]["text"]
    assert "KeyError" not in split["errors"][1]["text"]


def test_an_error_that_was_ignored_is_taken_only_alone() -> None:
    ignored = "Exception ignored in: <function f>\n" + trace("OSError: c")
    assert split_errors(trace("KeyError: 'a'") + ignored)["taken"] == 0
    assert split_errors(trace("OSError: c") + ignored)["errors"][0]["line"] == "OSError: c"


def test_a_chain_is_one_error() -> None:
    chain = trace("KeyError: 'a'") + "\nDuring handling of the above exception, another exception occurred:\n\n"
    assert len(split_errors(chain + trace("ValueError: b"))["errors"]) == 1


def test_a_class_of_another_package_is_not_this_class() -> None:
    own, other = (find(LOOKUP, f"{name}.AuthenticationError: Error code: 401 - {{}}") for name in ("bakery", "other"))
    assert own["results"][0]["tier"] == "this"
    assert other["results"][0]["tier"] == "perhaps"


def test_a_page_told_by_its_cause_needs_the_cause() -> None:
    last = "bakery.ConnectionFailed: Connection failed."
    cause = "mill.StoneError: the upper stone 'slate' does not turn\n\nThe above exception was the direct cause of"
    assert find(LOOKUP, last)["results"][0]["tier"] == "perhaps"
    assert find(LOOKUP, f"{cause} the following exception:\n\n{last}")["results"][0]["tier"] == "this"


def test_a_whole_message_that_is_typed_beats_a_name_with_its_words() -> None:
    said, named = (find(LOOKUP, text)["results"] for text in ("Connection  failed.", "connection failed"))
    assert [(result["record"], result["why"]) for result in said] == [("bakery/oven-cold", "this is its whole message")]
    assert [(result["record"], result["why"]) for result in named] == [
        ("bakery/oven-cold", "its name is ConnectionFailed")
    ]


def test_after_the_page_of_a_whole_message_come_those_of_its_words_none_surer() -> None:
    records = [
        {
            **LOOKUP.index["records"][1],
            "id": "mill/other",
            "wordings": ["No."],
            "classes": ["mill.Connection"],
            "inner": [],
        },
        *LOOKUP.index["records"],
    ]
    results = find(prepare_index({**LOOKUP.index, "records": records}), "Connection failed.")["results"]
    assert [result["record"] for result in results][:2] == ["bakery/oven-cold", "mill/other"]
    assert [result["tier"] for result in results][:2] == ["perhaps", "perhaps"]
    assert results[0]["score"] >= results[1]["score"]


def test_in_a_log_of_windows_each_error_keeps_its_frames() -> None:
    frame = '  File "C:\\Python311\\Lib\\site-packages\\grind\\new.py", line 9, in f\r\n'
    log = trace("ValueError: b") + trace("TypeError: x").replace("    f()\n", frame)
    split = split_errors(log)
    assert len(split["errors"]) == 2
    assert read_features(split["errors"][1]["text"])["paths"] == ["grind"]


def test_slips_are_counted() -> None:
    cases = {("abc", "abc"): 0, ("abc", "acb"): 1, ("abc", "ab"): 1, ("abc", "xbcd"): 2, ("", "ab"): 2}
    assert {pair: count_slips(*pair) for pair in cases} == cases


def test_what_was_understood_of_a_chain() -> None:
    text = trace("KeyError: 'a'") + "\nDuring handling of the above exception, another exception occurred:\n\n"
    understood = read_understanding("\n".join(f"web-1  | {line}" for line in (text + trace("a.B: c")).split("\n")))
    assert understood == Understanding("a.B", "c", chain=("KeyError",))
    assert render_understanding(understood) == ["exception: a.B", "message: c", "caused by: KeyError"]


# A text without a traceback, and the exception and message that it is understood to name.
BARE = {
    "ERROR a.BadError: no": ("a.BadError", "no"),
    "kit.orm.NoResultFound: No row was found": ("kit.orm.NoResultFound", "No row was found"),
    "web-1  | kit.orm.NoResultFound: No row\nweb-1  | stopped": ("kit.orm.NoResultFound", "No row"),
    "kit.orm.Empty": ("kit.orm.Empty", ""),
    "kit.orm.Empty: none\nValueError: no": ("ValueError", "no"),
    "the class kit.orm.Empty: it is none": ("", "the class kit.orm.Empty: it is none"),
    "kit.orm.loading: done": ("", "kit.orm.loading: done"),
}


@pytest.mark.parametrize(("text", "understood"), BARE.items(), ids=list(BARE))
def test_what_was_understood_of_lines_alone(text: str, understood: tuple[str, str]) -> None:
    assert (read_understanding(text).exception, read_understanding(text).message) == understood
