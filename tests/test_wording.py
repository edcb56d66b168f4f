"""Message templates."""

from __future__ import annotations

import re
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errorkb import wording as w
from errorkb.wording import Placeholder, Wording, parse_wording


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("  \n ", ()),
        ("Connection error.", ("Connection error.",)),
        (" Error code: 401 - {body}\n", ("Error code: 401 - ", Placeholder("body"))),
        ("{a}{b_c}", (Placeholder("a"), Placeholder("b_c"))),
        ("{'error': {}} {A} {a b} {1} { x }", ("{'error': {}} {A} {a b} {1} { x }",)),
        ("{{x}}", ("{", Placeholder("x"), "}")),
        (r"\d+ .* {x}?", (r"\d+ .* ", Placeholder("x"), "?")),
    ],
)
def test_parse(text: str, parts: tuple[str | Placeholder, ...]) -> None:
    assert parse_wording(text) == Wording(parts)


@pytest.mark.parametrize(
    ("wording", "text", "values"),
    [
        ("", "", {}),
        ("", " \n", {}),
        ("", "x", None),
        ("x", "", None),
        ("Connection error.", "\nConnection error. ", {}),
        ("Connection error.", "Connection error", None),
        ("Error code: 401 - {body}", "Error code: 401 - {'a': 1}\n", {"body": "{'a': 1}"}),
        ("Error code: 401 - {body}", "Error code: 401 - ", None),
        ("'{column}'", "'price'", {"column": "price"}),
        ("'{column}'", "''", None),
        ("{a} and {b}", "x and y and z", {"a": "x", "b": "y and z"}),
        ("{a}b", "abb", {"a": "ab"}),
        ("{a}ab{b}ab", "xabab", None),
        ("{a}ab{b}ab", "xababab", {"a": "x", "b": "ab"}),
        ("{a}{b}", "xyz", {"a": "x", "b": "yz"}),
        ("{a}{b}", "x", None),
        ("({a})", "(one\ntwo)", {"a": "one\ntwo"}),
        ("{x} is not {x}", "a is not a", {"x": "a"}),
        ("{x} is not {x}", "a is not b", None),
        ("a.c", "abc", None),
    ],
)
def test_match_wording(wording: str, text: str, values: dict[str, str] | None) -> None:
    assert w.match_wording(parse_wording(wording), text) == values


USAGE = "Usage: app [OPTIONS]  \nTry 'app --help' for help.\n\n  Error: No such option: --colour\nno more\n"


@pytest.mark.parametrize(
    ("wording", "output", "values"),
    [
        ("Error: No such option: {option}", USAGE, {"option": "--colour"}),
        ("Try 'app --help' for help.\n\nError: No such option: {option}", USAGE, {"option": "--colour"}),
        (
            "Try '{program} --help' for help.\n  \nError: {text}",
            USAGE,
            {"program": "app", "text": "No such option: --colour"},
        ),
        ("No such option: {option}", USAGE, None),
        ("Usage: app", USAGE, None),
        ("no more", USAGE, {}),
        ("Usage: app [OPTIONS]", USAGE, {}),
        ("Usage: {a}colour", USAGE, None),
        ("{program}: error: {text}", "usage: app\napp: error: no\n", {"program": "app", "text": "no"}),
        ("{a} is {a}", "x is y\nz is z\n", {"a": "z"}),
        ("I: {a} is {a}", "I: x is y\nI: z is z\n", {"a": "z"}),
        ("x", "xy\nx", {}),
        ("", USAGE, None),
        ("", " \n\n", {}),
        ("x", "", None),
    ],
)
def test_match_lines(wording: str, output: str, values: dict[str, str] | None) -> None:
    assert w.match_lines(parse_wording(wording), output) == values


NAMES = "abcdef"
LITERAL = st.text(st.sampled_from("xy"), max_size=3)
WORDINGS = st.lists(LITERAL, min_size=1, max_size=5).map(
    lambda literals: "".join(literal + f"{{{name}}}" for literal, name in zip(literals, NAMES, strict=False))
)
DISTINCT = st.tuples(WORDINGS, LITERAL, st.booleans()).map(lambda row: (row[0] if row[2] else "") + row[1])


def as_expression(wording: str) -> str:
    return re.sub(r"\{([a-z_]+)\}", r"(?P<\1>.+?)", wording)


@given(DISTINCT, st.text(st.sampled_from("xy\n"), max_size=12))
def test_matches_what_a_lazy_expression_matches(wording: str, text: str) -> None:
    text = text.strip()
    match = re.fullmatch(as_expression(wording), text, re.DOTALL)
    assert w.match_wording(parse_wording(wording), text) == (match and match.groupdict())


@given(DISTINCT, st.lists(st.text(st.sampled_from("xy"), max_size=4), max_size=5))
def test_matches_lines_where_some_whole_lines_match(wording: str, lines: list[str]) -> None:
    lines = "\n".join(lines).strip().split("\n")
    windows = ("\n".join(lines[i:j]) for i in range(len(lines)) for j in range(i + 1, len(lines) + 1))
    expected = any(re.fullmatch(as_expression(wording), window) for window in windows)
    if not wording:
        expected = lines == [""]
    assert (w.match_lines(parse_wording(wording), "\n".join(lines)) is not None) == expected


@given(
    st.lists(
        st.tuples(
            st.text(st.sampled_from("{}: '"), min_size=1, max_size=5), st.text(st.sampled_from("ab1\n"), min_size=1)
        ),
        max_size=5,
    )
)
def test_a_rendered_wording_gives_its_values_back(parts: list[tuple[str, str]]) -> None:
    values = {name: value for name, (_, value) in zip(NAMES, parts, strict=False)}
    wording = parse_wording(
        "<" + "".join(f"{literal}{{{name}}}" for name, (literal, _) in zip(NAMES, parts, strict=False)) + ">"
    )
    text = "<" + "".join(literal + value for literal, value in parts) + ">"
    assert w.match_wording(wording, text) == values


def test_many_placeholders_take_linear_time() -> None:
    wording = parse_wording("".join(f"{{{'a' * (i + 1)}}}x" for i in range(100)) + "y")
    start = time.perf_counter()
    assert w.match_wording(wording, "x" * 200_000) is None
    assert w.match_lines(wording, "xx\n" * 100_000) is None
    assert time.perf_counter() - start < 60  # a quadratic search would take hours


@pytest.mark.parametrize(
    ("wording", "words"),
    [
        ("", ()),
        ("{x}", ()),
        ("'{column}'", ()),
        ("Error code: 401 - {body}", ("Error", "code", "401")),
        ("v{version} of {name}s, naïve_word", ("of", "naïve_word")),
        ("a\0b", ("a", "b")),
    ],
)
def test_literal_words(wording: str, words: tuple[str, ...]) -> None:
    assert w.literal_words(parse_wording(wording)) == words


@pytest.mark.parametrize(
    ("wording", "captured", "texts", "own_class", "telling"),
    [
        ("Error code: 401 - {body}", {"body": "x"}, [], False, True),
        ("Timeout", {}, [], False, True),
        ("", {}, [], False, True),
        ("'{column}'", {"column": "price"}, ["df['price']", ""], False, True),
        ("'{column}'", {"column": "price"}, ["df['cost']"], False, False),
        ("two words {a} {b}", {"a": "x", "b": "y"}, ["x"], False, False),
        ("two words {a} {b}", {"a": "x", "b": "y"}, ["x", "y"], False, True),
        ("{text}", {"text": "x"}, ["x"], False, False),
        ("{text}", {"text": "x"}, ["x"], True, True),
        ("{text}", {"text": "x"}, ["y"], True, False),
        ("{a}{b}", {"a": "x", "b": "y"}, ["xy"], False, False),
    ],
)
def test_is_telling(wording: str, captured: dict[str, str], texts: list[str], own_class: bool, telling: bool) -> None:
    assert w.is_telling(parse_wording(wording), captured, iter(texts), own_class=own_class) is telling


@pytest.mark.parametrize(
    ("wording", "lone", "literal"),
    [("", False, True), ("{a}", True, False), ("{a}{b}", True, False), ("{a}.", False, False), ("a", False, True)],
)
def test_kinds_of_wording(wording: str, lone: bool, literal: bool) -> None:
    assert (w.is_lone_placeholder(parse_wording(wording)), w.is_literal(parse_wording(wording))) == (lone, literal)


@pytest.mark.parametrize(
    ("wording", "text", "pieces"),
    [
        (
            "code {a}: {b}",
            " code 401: x\n",
            [(" code ", False), ("401", True), (": ", False), ("x", True), ("\n", False)],
        ),
        ("code {a}", "other", [("other", False)]),
        ("{x} is {x}", "a is b", [("a is b", False)]),
        ("{a}{b}", "xyz", [("x", True), ("yz", True)]),
        ("", "", []),
        ("same", "same", [("same", False)]),
    ],
)
def test_split_varying(wording: str, text: str, pieces: list[tuple[str, bool]]) -> None:
    assert w.split_varying(parse_wording(wording), text) == pieces


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("", "", []),
        ("same words", "same words", [("same words", False)]),
        ("", "all new", [("all new", True)]),
        ("gone", "", []),
        (
            "either api_key or auth_token set",
            "one of api_key, auth_token set",
            [("one of", True), (" api_key", False), (",", True), (" auth_token set", False)],
        ),
        ("the key", "the\n\nkey", [("the", False), ("\n\n", True), ("key", False)]),
        ("`X-Api-Key` or `Authorization`", "`Authorization`", [("`Authorization`", False)]),
    ],
)
def test_changed_words(before: str, after: str, pieces: list[tuple[str, bool]]) -> None:
    assert w.changed_words(before, after) == pieces


SENTENCES = st.lists(st.sampled_from(["key", "the", ",", "`", " ", "\n", "é", "token"]), max_size=20).map("".join)


@given(SENTENCES, SENTENCES)
def test_changed_words_keep_the_text(before: str, after: str) -> None:
    pieces = w.changed_words(before, after)
    assert "".join(text for text, _ in pieces) == after
    assert all(left[1] != right[1] for left, right in pairwise(pieces))
    position = 0
    for text, changed in pieces:
        if not changed:
            for word in re.findall(r"\w+|[^\w\s]", text):
                assert before.find(word, position) >= 0
    assert w.changed_words(after, after) == ([(after, False)] if after else [])


@given(DISTINCT, st.text(max_size=20))
def test_split_varying_keeps_the_text(wording: str, text: str) -> None:
    assert "".join(piece for piece, _ in w.split_varying(parse_wording(wording), text)) == text
