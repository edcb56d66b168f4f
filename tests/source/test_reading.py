"""YAML bytes → data, positions and findings."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from errorkb.problems import Problem
from errorkb.source import Location, Source, read_source
from errorkb.source.decoding import MAX_BYTES
from errorkb.source.places import Position

UTF_8 = "Save it as UTF-8 without a byte order mark."
NONE = "a file must be YAML, and here is none: "
CHECK = "Check the quotes, brackets and indentation here and in the line before."


def source_of(content: str | bytes) -> Source:
    source, problems = read_source("r.yaml", content.encode() if isinstance(content, str) else content)
    assert problems == []
    assert source is not None
    return source


REFUSED: list[tuple[str, bytes, list[tuple[int, int, str, str, str]]]] = [
    ("empty", b"", [(1, 1, "empty-file", "a file must hold keys; this one is empty", "Write it, or remove it.")]),
    (
        "comments",
        b"# x\n",
        [(1, 1, "empty-file", "a file must hold keys; this one is empty", "Write it, or remove it.")],
    ),
    (
        "a list",
        b"\n- a",
        [
            (
                2,
                1,
                "not-a-mapping",
                "a file must be keys with values at its top; this one is a list",
                "Write `key: value` lines.",
            )
        ],
    ),
    (
        "a text",
        b"hello",
        [
            (
                1,
                1,
                "not-a-mapping",
                "a file must be keys with values at its top; this one is a single value",
                "Write `key: value` lines.",
            )
        ],
    ),
    (
        "latin-1",
        "a: 1\nbé: é".encode("latin-1"),
        [(2, 2, "not-utf-8", "a file must be UTF-8; the byte 0xe9 here is not", UTF_8)],
    ),
    (
        "cut short",
        "é: é".encode()[:-1],
        [(1, 4, "not-utf-8", "a file must be UTF-8; the byte 0xc3 here is not", UTF_8)],
    ),
    (
        "utf-16",
        "a: 1".encode("utf-16"),
        [(1, 1, "not-utf-8", "a file must be UTF-8; this one is UTF-16 or UTF-32", UTF_8)],
    ),
    (
        "big-endian",
        "\ufeffa".encode("utf-16-be"),
        [(1, 1, "not-utf-8", "a file must be UTF-8; this one is UTF-16 or UTF-32", UTF_8)],
    ),
    (
        "too large",
        b"#" * (MAX_BYTES + 1),
        [(1, 1, "too-large", "a file must not exceed 1,000,000 bytes; this one has 1,000,001", "Shorten it.")],
    ),
    (
        "tabs",
        b"a:\n  b: 1\n\tc: 1\n \td: 2\n",
        [
            (3, 1, "yaml-tab", "indentation must be spaces; this line has a tab", "Replace the tab by spaces."),
            (4, 2, "yaml-tab", "indentation must be spaces; this line has a tab", "Replace the tab by spaces."),
        ],
    ),
    (
        "a tab in a block",
        b"a: |\n\tx",
        [(2, 1, "yaml-tab", "indentation must be spaces; this line has a tab", "Replace the tab by spaces.")],
    ),
    (
        "open quote",
        b"a: 1\nb: 'x\nc: 1\n",
        [
            (
                2,
                4,
                "yaml-syntax",
                "a file must be YAML, and here is none: the quotes that begin here are not closed",
                "Close the quotes.",
            )
        ],
    ),
    (
        "two colons",
        b"a: b: c",
        [
            (
                1,
                5,
                "yaml-syntax",
                "a file must be YAML, and here is none: a second `: ` stands in this line",
                "Put text that holds `: ` in quotes.",
            )
        ],
    ),
    (
        "no colon",
        b"a: 1\nb\n",
        [
            (
                2,
                1,
                "yaml-syntax",
                "a file must be YAML, and here is none: this line is no `key: value`",
                "Give the key a `: ` and a value. Text or a program of several lines stands below `key: |`, indented.",
            )
        ],
    ),
    (
        "open bracket",
        b"a:\n  - [1\nb: 2",
        [
            (
                3,
                2,
                "yaml-syntax",
                f"{NONE}a comma or `]` is missing for the bracket in line 2",
                "Close the bracket; put text that holds brackets or commas in quotes.",
            )
        ],
    ),
    (
        "backtick",
        b"a: `x`",
        [
            (
                1,
                4,
                "yaml-syntax",
                "a file must be YAML, and here is none: no text can begin with this character",
                "Put text that begins with `@`, `%` or a backtick in quotes.",
            )
        ],
    ),
    (
        "directive",
        b"%YAML 3.0\n---\na: 1",
        [(1, 1, "yaml-syntax", "a file must be YAML, and here is none: found incompatible YAML document", CHECK)],
    ),
    (
        "anchors and all",
        b"a: &x 1\nb: *x\nc: !!python/name:os.system 3\n---\nz: !t 1\n",
        [
            (
                1,
                4,
                "yaml-anchor",
                "anchors are not allowed; this is `&x`",
                "Remove it; put text that begins with & in quotes.",
            ),
            (
                2,
                4,
                "yaml-alias",
                "aliases are not allowed; this is `*x`",
                "Write the value out; put text that begins with * in quotes.",
            ),
            (
                3,
                4,
                "yaml-tag",
                "tags are not allowed; this value has the tag `tag:yaml.org,2002:python/name:os.system`",
                "Remove it; put text that begins with ! in quotes.",
            ),
            (
                4,
                1,
                "several-documents",
                "a file must hold one document; a second one begins here",
                "Remove the `---` line.",
            ),
            (
                5,
                4,
                "yaml-tag",
                "tags are not allowed; this value has the tag `!t`",
                "Remove it; put text that begins with ! in quotes.",
            ),
        ],
    ),
    (
        "depth",
        b"a:\n  " + b"[" * 60_000,
        [
            (
                2,
                52,
                "too-deep",
                "data must not be nested deeper than 50 levels; here it is",
                "Make it flatter, or put text with brackets in quotes.",
            )
        ],
    ),
]


@pytest.mark.parametrize(("content", "expected"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_refused(content: bytes, expected: list[tuple[int, int, str, str, str]]) -> None:
    source, problems = read_source("r.yaml", content)
    assert problems == [Problem("r.yaml", *row) for row in expected]
    assert source is None


QUOTES = "Put the whole text in quotes. In single quotes, write a single quote within it twice."
MORE_QUOTES, MORE_BRACKETS = (f"more text stands behind the end of the {what}" for what in ("quotes", "brackets"))
NO_START = "no text can begin with this character"
MISTAKES: dict[str, tuple[str, tuple[int, int], str, str]] = {
    "quotes within quotes": ('a: 1\nb: "the "x" of y"', (2, 10), MORE_QUOTES, QUOTES),
    "text behind quotes": ("b: 'it's", (1, 8), MORE_QUOTES, QUOTES),
    "text behind quotes, in braces": ("a: {b: 'x' y}", (1, 12), MORE_QUOTES, QUOTES),
    "text that begins with a placeholder": ("a: {key} is missing", (1, 10), MORE_BRACKETS, QUOTES),
    "quotes that another closes": (
        'a: 1\nb: "x\nc: 2\nd: "y z"\n',
        (2, 4),
        "the quotes that begin here end only lines below",
        f"Close the quotes. {QUOTES}",
    ),
    "a key without its space": (
        "a: 1\nb:2\nc: 3",
        (2, 1),
        "this line is no `key: value`",
        "Write a space behind the colon.",
    ),
    "a program without its bar": (
        "code:\n  x = {'a': 1}\n  y = x\n",
        (3, 3),
        "this line is no `key: value`",
        "Give the key a `: ` and a value. Text or a program of several lines stands below `key: |`, indented.",
    ),
    "a key too deep": (
        "a: b\n  c: d",
        (2, 4),
        "this key is indented deeper than those beside it, or belongs to the text above",
        "Indent it like the keys beside it; put text that holds `: ` in quotes.",
    ),
    "a key not deep enough": (
        "x:\n  a: b\n c: d",
        (3, 2),
        "a key must stand here, or the line is indented otherwise than those above",
        "Begin it in column 1, like those that begin in line 1, or exactly like the keys right above it.",
    ),
    "a key of an item not deep enough": (
        "x:\n  - a: b\n   c: d",
        (3, 4),
        "an item of a list must stand here, or the line is indented otherwise than those above",
        "Begin each item of the list of line 2 with `- ` in column 3; its keys stand under one another.",
    ),
    "a brace not closed": (
        "a: {b: 1\nc: 2",
        (2, 2),
        "a comma or `}` is missing for the bracket in line 1",
        "Close the bracket; put text that holds brackets or commas in quotes.",
    ),
    "a comparison": (
        "a: >=1",
        (1, 5),
        "behind `|` or `>` the line must end",
        "Begin the text on the next line, indented. Put text that begins with `|` or `>` in quotes.",
    ),
    "an asterisk": ("a: * x", (1, 5), NO_START, "Put text that begins with `*` or `&` in quotes."),
    "a hyphen": (
        "a: - x",
        (1, 4),
        "a list cannot begin behind a key",
        "Begin it on the next line, or put text that begins with `- ` in quotes.",
    ),
    "a question mark": ("a: ? x", (1, 4), "no text can begin with `? `", "Put text that begins with `? ` in quotes."),
    "a path in double quotes": (
        'a: "C:\\dir"',
        (1, 7),
        "in double quotes a backslash begins an escape, and there is none like this",
        "Use single quotes.",
    ),
    "an unfinished merge": (
        "a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> other\n",
        (2, 1),
        "a merge of two versions is not finished",
        "Keep one version, and remove the lines that begin with <<<<<<<, ======= and >>>>>>>.",
    ),
}


@pytest.mark.parametrize(("content", "place", "words", "mend"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_that_people_make(content: str, place: tuple[int, int], words: str, mend: str) -> None:
    source, problems = read_source("r.yaml", content.encode())
    assert problems == [Problem("r.yaml", *place, "yaml-syntax", f"{NONE}{words}", mend)]
    assert source is None


CUT = {
    "a: see issue #12": (14, "`#12`"),
    "a: one two  # why": (13, "`# why`"),
    "a:\n  one\n  two #3 and four": (7, "`#3 and four`"),
    "a: {b: one two, c: d}  # why": None,
    "a: one  # why": None,
    "a: 'see issue #12'": None,
    "a: 'one two'  # why": None,
    "a: C#one two#three": None,
    "a: |  # why\n  see issue #12": None,
}


@pytest.mark.parametrize(("content", "cut"), CUT.items())
def test_text_that_ends_at_a_comment_unseen(content: str, cut: tuple[int, str] | None) -> None:
    source, problems = read_source("r.yaml", content.encode())
    assert source is not None
    mend = "Put the text in quotes; if it is a comment, write it on a line of its own."
    assert [(problem.column, problem.message, problem.mend) for problem in problems] == (
        [(cut[0], f"text must not end at a comment, and {cut[1]} is read as one", mend)] if cut is not None else []
    )


LOOKS = "what stands here must be read as it looks; "
READ_ON: list[tuple[str, bytes, dict[str, Any], list[tuple[int, int, str, str, str]]]] = [
    (
        "byte order mark",
        b"\xef\xbb\xbfa: x",
        {"a": "x"},
        [(1, 1, "byte-order-mark", "a file must not begin with a byte order mark; this one does", UTF_8)],
    ),
    (
        "controls",
        "a: x\0y\0\nb: é\u2028z\r".encode(),
        {"a": "x\ufffdy\ufffd", "b": "é\ufffdz\ufffd"},
        [
            (
                1,
                5,
                "control-character",
                "a file must not hold control characters; this is U+0000, 2 times in this file",
                'Remove it; where it belongs to a text, write "\\u0000" in double quotes.',
            ),
            (
                2,
                5,
                "control-character",
                "a file must not hold control characters; this is U+2028",
                'Remove it; where it belongs to a text, write "\\u2028" in double quotes.',
            ),
            (
                2,
                7,
                "control-character",
                "a file must not hold control characters; this is U+000D",
                'Remove it; where it belongs to a text, write "\\u000d" in double quotes.',
            ),
        ],
    ),
    (
        "duplicates",
        b"a: 1\nb: {c: 1, 'c': 2}\n\"a\": 3\na: 4",
        {"a": 1, "b": {"c": 1}},
        [
            (
                2,
                11,
                "duplicate-key",
                "a key must stand once; `c` stands in line 2, column 5 too",
                "Keep one of the two.",
            ),
            (
                3,
                1,
                "duplicate-key",
                "a key must stand once; `a` stands in line 1, column 1 too",
                "Keep one of the two.",
            ),
            (
                4,
                1,
                "duplicate-key",
                "a key must stand once; `a` stands in line 1, column 1 too",
                "Keep one of the two.",
            ),
        ],
    ),
    (
        "keys",
        b"on: 1\n1.10: 2\n404: 3\n~: 4\n2026-11-24: 5\n[a]: 6\n? {b: c}\n: 7",
        {"on": 1, "1.10": 2, "404": 3, "~": 4, "2026-11-24": 5},
        [
            (
                1,
                1,
                "key-not-text",
                "a key must be text; `on` is read as the boolean true",
                'Write "on", or choose another key.',
            ),
            (
                2,
                1,
                "key-not-text",
                "a key must be text; `1.10` is read as the number 1.1",
                'Write "1.10", or choose another key.',
            ),
            (
                3,
                1,
                "key-not-text",
                "a key must be text; `404` is read as the number 404",
                'Write "404", or choose another key.',
            ),
            (
                4,
                1,
                "key-not-text",
                "a key must be text; `~` is read as nothing (null)",
                'Write "~", or choose another key.',
            ),
            (
                5,
                1,
                "key-not-text",
                "a key must be text; `2026-11-24` is read as a date",
                'Write "2026-11-24", or choose another key.',
            ),
            (
                6,
                1,
                "key-not-text",
                "a key must be text; this one is a list",
                "Write text before the colon; put { and [ in quotes.",
            ),
            (
                7,
                3,
                "key-not-text",
                "a key must be text; this one is a mapping",
                "Write text before the colon; put { and [ in quotes.",
            ),
        ],
    ),
    (
        "a comma in braces",
        b"a: {b: no key, a TypeError, c: , d: null}",
        {"a": {"b": "no key", "a TypeError": None, "c": None, "d": None}},
        [
            (
                1,
                16,
                "key-without-value",
                "a key in braces must have a value; `a TypeError` has none",
                "Put text that holds a comma in quotes.",
            )
        ],
    ),
]
MISREAD = [
    ("no", "boolean", "the boolean false", 'Write "no" if text is meant, false if the boolean is.'),
    ("on", "boolean", "the boolean true", 'Write "on" if text is meant, true if the boolean is.'),
    ("Yes", "boolean", "the boolean true", 'Write "Yes" if text is meant, true if the boolean is.'),
    ("OFF", "boolean", "the boolean false", 'Write "OFF" if text is meant, false if the boolean is.'),
    ("True", "boolean", "the boolean true", 'Write "True" if text is meant, true if the boolean is.'),
    ("2026-11-24", "date", "a date", 'Write "2026-11-24" if text is meant.'),
    ("2026-11-24 08:00:00", "date", "a date", 'Write "2026-11-24 08:00:00" if text is meant.'),
    ("2026-99-99", "date", "a date", 'Write "2026-99-99" if text is meant.'),
    ("1.10", "number", "the number 1.1", 'Write "1.10" if text is meant, 1.1 if the number is.'),
    ("3.", "number", "the number 3.0", 'Write "3." if text is meant, 3.0 if the number is.'),
    (".5", "number", "the number 0.5", 'Write ".5" if text is meant, 0.5 if the number is.'),
    ("1.5e+3", "number", "the number 1500.0", 'Write "1.5e+3" if text is meant, 1500.0 if the number is.'),
    ("1.0e+999", "number", "a number", 'Write "1.0e+999" if text is meant.'),
    ("-.inf", "number", "a number", 'Write "-.inf" if text is meant.'),
    (".nan", "number", "a number", 'Write ".nan" if text is meant.'),
    ("12:30", "number", "the number 750", 'Write "12:30" if text is meant, 750 if the number is.'),
    ("-1:30", "number", "the number -90", 'Write "-1:30" if text is meant, -90 if the number is.'),
    ("1:30.5", "number", "the number 90.5", 'Write "1:30.5" if text is meant, 90.5 if the number is.'),
    ("010", "number", "the number 8", 'Write "010" if text is meant, 8 if the number is.'),
    ("-010", "number", "the number -8", 'Write "-010" if text is meant, -8 if the number is.'),
    ("0x1F", "number", "the number 31", 'Write "0x1F" if text is meant, 31 if the number is.'),
    ("0b101", "number", "the number 5", 'Write "0b101" if text is meant, 5 if the number is.'),
    ("0x_", "number", "a number", 'Write "0x_" if text is meant.'),
    ("1_000", "number", "the number 1000", 'Write "1_000" if text is meant, 1000 if the number is.'),
    ("+5", "number", "the number 5", 'Write "+5" if text is meant, 5 if the number is.'),
    ("9" * 5000, "number", "a number", "Write it in quotes if text is meant."),
]


def misread_row(text: str, kind: str, reading: str, mend: str) -> tuple[str, bytes, dict[str, Any], list[Any]]:
    shown = text if len(text) <= 60 else text[:59] + "…"
    return (
        text[:20],
        f"a:\n- {text}".encode(),
        {"a": [text]},
        [(2, 3, f"read-as-{kind}", f"{LOOKS}`{shown}` is read as {reading}", mend)],
    )


ROWS = READ_ON + [misread_row(*row) for row in MISREAD]


@pytest.mark.parametrize(("content", "data", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_read_on_after_a_finding(content: bytes, data: Any, expected: list[tuple[int, int, str, str, str]]) -> None:
    source, problems = read_source("r.yaml", content)
    assert problems == [Problem("r.yaml", *row) for row in expected]
    assert source is not None
    assert source.data == data


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[(text, json.loads(text)) for text in ("true", "false", "null", "0", "-3", "429", "0.5", "-1.25", "1.0")],
        *[
            ("", None),
            ("~", None),
            ("0.9.1", "0.9.1"),
            ("1e3", "1e3"),
            ("y", "y"),
            ("=", "="),
            ("<<", "<<"),
            ("2-5 min", "2-5 min"),
        ],
        *[('"no"', "no"), ("'1.10'", "1.10"), ('"2026-11-24"', "2026-11-24"), ("|-\n no", "no"), (">-\n 010", "010")],
    ],
)
def test_read_as_it_looks(text: str, value: object) -> None:
    data = source_of(f"a: {text}").data
    assert data == {"a": value}
    assert type(data["a"]) is type(value)


def test_windows_line_ends_are_line_ends() -> None:
    source = source_of(b"a: |\r\n  x\r\n  y\r\nb: 1\r\n")
    assert source.data == {"a": "x\ny\n", "b": 1}
    assert source.position(("b",)) == Position(4, 4)


def test_more_than_a_hundred_findings_are_counted() -> None:
    _, problems = read_source("r.yaml", b"a: 1\n" * 150)
    assert len(problems) == 101
    assert problems[-1] == Problem(
        "r.yaml", 102, 1, "more-findings", "49 more findings from here on are not listed", "Mend those above first."
    )


RECORD = """\
# a comment
causes:
  - id: one
    fix: {text: "a b", code: 'x'}
  - - deep
 
empty:
block: |2
    x
   y
"""


@pytest.mark.parametrize(
    ("location", "value", "key"),
    [
        ((), (2, 1), (2, 1)),
        (("causes",), (3, 3), (2, 1)),
        (("causes", 0), (3, 5), (3, 5)),
        (("causes", 0, "id"), (3, 9), (3, 5)),
        (("causes", 0, "fix", "code"), (4, 30), (4, 24)),
        (("causes", 1, 0), (5, 7), (5, 7)),
        (("empty",), (7, 7), (7, 1)),
        (("block",), (8, 8), (8, 1)),
        (("causes", 0, "nothing", "here"), (3, 5), (3, 5)),
        (("causes", 7), (3, 3), (3, 3)),
        (("causes", "x"), (3, 3), (3, 3)),
        (("nothing",), (2, 1), (2, 1)),
    ],
)
def test_positions(location: Location, value: tuple[int, int], key: tuple[int, int]) -> None:
    source = source_of(RECORD)
    assert source.position(location) == Position(*value)
    assert source.key_position(location) == Position(*key)


def test_a_source_can_be_pickled() -> None:
    source = source_of(RECORD)
    assert pickle.loads(pickle.dumps(source)) == source


@pytest.mark.parametrize(
    ("yaml_text", "line", "column", "expected"),
    [
        ("a: |2\n    x\n   y\n", 1, 3, (2, 5)),
        ("a: |2\n    x\n   y\n", 2, 2, (3, 4)),
        ("a: |\n\n\n  x\n", 3, 1, (4, 3)),
        ("a: |-  # note\n  x\n", 1, 1, (2, 3)),
        ("a: |+\n  x\n\n\n", 3, 1, (4, 1)),
        ("a: |\n  x\n", 9, 9, (3, 1)),
        ("a: |\n  x\n", 0, 0, (2, 3)),
        ("a: >\n  one two\n  three\n\n  four\n", 1, 9, (3, 3)),
        ("a: >\n  one two\n  three\n\n  four\n", 2, 1, (5, 3)),
        ("a: one\n  two\n", 1, 5, (2, 3)),
        ("a: one\n  two\n", 1, 4, (1, 7)),
        ("a: 'it''s\n  so'\n", 1, 6, (2, 3)),
        ('a: "\\u0041\\tb\\\n  c\\x20d"', 1, 3, (1, 13)),
        ('a: "\\u0041\\tb\\\n  c\\x20d"', 1, 4, (2, 3)),
        ('a: "\\u0041\\tb\\\n  c\\x20d"', 1, 6, (2, 8)),
        ("a: [x]", 1, 1, (1, 4)),
        ("b: x", 1, 1, (1, 1)),
    ],
)
def test_position_in_text(yaml_text: str, line: int, column: int, expected: tuple[int, int]) -> None:
    assert source_of(yaml_text).position_in_text(("a",), line, column) == Position(*expected)


@given(st.binary())
def test_any_bytes(content: bytes) -> None:
    source, problems = read_source("r.yaml", content)
    assert (source is not None) or problems


ALPHABET = [
    *"a1: -[]{}#&*!|>'\"%@`,?\n\t\\.=<~",
    "\n  ",
    "\n- ",
    "---\n",
    "\x00",
    "\r",
    "\u2028",
    "on",
    "no: ",
    "1.10",
    "é",
]


@given(st.lists(st.sampled_from(ALPHABET), max_size=40), st.integers(0, 5), st.integers(0, 9))
def test_anything_like_yaml(parts: list[str], line: int, column: int) -> None:
    content = "".join(parts).encode()
    source, problems = read_source("r.yaml", content)
    lines = content.decode().replace("\r\n", "\n").split("\n")
    assert all(1 <= p.line <= len(lines) and 1 <= p.column <= len(lines[p.line - 1]) + 1 for p in problems)
    assert all(value not in ("", "None") for p in problems for value in (p.code, p.message, p.mend))
    if source is None:
        return
    for location, _ in walk(source.data):
        place = source.position_in_text(location, line, column)
        assert 1 <= place.line <= len(lines)
        assert 1 <= place.column <= len(lines[place.line - 1]) + 1


def walk(data: Any, location: Location = ()) -> list[tuple[Location, Any]]:
    steps: Any = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [(location, data), *[found for step, value in steps for found in walk(value, (*location, step))]]


# PyYAML's writer cannot be told to escape these in every style; they are findings in a file.
TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="\ufeff\ufffe\uffff"), max_size=30
)
NUMBERS = st.integers(-(10**15), 10**15) | st.floats(-1e9, 1e9).map(lambda x: round(x, 3) + 0.0).filter(
    lambda x: "e" not in repr(x)
)
DATA = st.dictionaries(
    TEXT,
    st.recursive(
        TEXT | NUMBERS | st.booleans() | st.none(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
        max_leaves=12,
    ),
    min_size=1,
    max_size=4,
)


@given(DATA, st.sampled_from([None, True, False]), st.integers(20, 200))
def test_dumped_data_reads_back(data: dict[str, Any], flow: bool | None, width: int) -> None:
    text = yaml.safe_dump(data, default_flow_style=flow, allow_unicode=True, width=width, sort_keys=False)
    source = source_of(text)
    assert source.data == data
    lines = source.text.split("\n")
    for location, value in walk(data):
        place = source.position(location)
        rest = lines[place.line - 1][place.column - 1 :]
        if isinstance(value, str):
            assert rest[:1] in ("'", '"', "?", "!") or rest.startswith(value[:1])
        elif isinstance(value, bool | None):
            assert rest.startswith(json.dumps(value))
        elif isinstance(value, int | float):
            assert rest.startswith(repr(value))
        assert location == () or rest


BLOCK_LINES = st.lists(st.text(st.sampled_from("ab #:'\"\t-{é😀"), max_size=8), min_size=1, max_size=6)


@given(BLOCK_LINES, st.integers(1, 9), st.sampled_from(["", "-", "+"]), st.integers(0, 3), st.booleans())
def test_every_character_of_a_literal_block(
    lines: list[str], indent: int, chomp: str, depth: int, comment: bool
) -> None:
    parents = "".join(" " * i + "k:\n" for i in range(depth))
    header = " " * depth + f"a: |{indent}{chomp}" + " # why" * comment + "\n"
    body = "".join(" " * (depth + indent) + line + "\n" for line in lines)
    source = source_of(parents + header + body + " " * depth + "z: 1\n")
    location = (*["k"] * depth, "a")
    value = source.data
    for step in location:
        value = value[step]
    file_lines = source.text.split("\n")
    for number, line in enumerate(value.split("\n"), 1):
        for column, character in enumerate(line, 1):
            place = source.position_in_text(location, number, column)
            assert place == Position(depth + 1 + number, depth + indent + column)
            assert file_lines[place.line - 1][place.column - 1] == character


@given(
    st.text(st.sampled_from("ab '\"\\\n\té:"), max_size=60), st.sampled_from([">", "'", '"', ""]), st.integers(10, 40)
)
def test_every_solid_character_elsewhere(value: str, style: str, width: int) -> None:
    source = source_of(yaml.dump({"a": value}, default_style=style or None, width=width, allow_unicode=True))
    assert source.data == {"a": value}
    lines = source.text.split("\n")
    for number, line in enumerate(value.split("\n"), 1):
        for column, character in enumerate(line, 1):
            place = source.position_in_text(("a",), number, column)
            if not character.isspace():
                escaped = character in '"\\' and source.text[source.text.index(": ") + 2] == '"'
                assert lines[place.line - 1][place.column - 1] == ("\\" if escaped else character)
