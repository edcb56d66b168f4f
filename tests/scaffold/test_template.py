"""A message, as a template of it is proposed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errorkb.scaffold.template import LONGEST, propose_wording
from errorkb.wording import is_telling, match_wording, parse_wording

MESSAGES = {
    "no shelf has the number 7 or -2.5": "no shelf has the number {number} or {number_b}",
    "Invalid URL 'x': Perhaps you meant https://x?": "Invalid URL '{value}': Perhaps you meant {url}?",
    "Error code: 401 - {'error': {'message': 'no'}}": "Error code: 401 - {body}",
    "No shelf 'a' between 'a' and 'b'": "No shelf '{value}' between '{value}' and '{value_b}'",
    "'NoneType' object is not subscriptable": "'NoneType' object is not subscriptable",
    "[Errno 2] No such file or directory: '/srv/a.txt'": "[Errno 2] No such file or directory: '{value}'",
    "[Errno -2] Name or service not known": "[Errno -2] Name or service not known",
    "[WinError -3] The name 'a' is not known": "[WinError -3] The name '{value}' is not known",
    "Key (email)=(ada@example.com) already exists.": "Key ({column})=({value}) already exists.",
    "DETAIL:  Key (lower(name), shop_id)=([SQL values]) is there": "DETAIL:  Key ({column})=({value}) is there",
    "cannot open /srv/data/a.txt for reading": "cannot open {path} for reading",
    r"cannot open C:\data\a.txt for reading": "cannot open {path} for reading",
    "Incorrect API key provided: [key]. Look at the list": "Incorrect API key provided: {key}. Look at the list",
    "no shelf at 0x7f3a5c": "no shelf at {address}",
    "shop.py: error: argument count: no": "{program}: error: argument count: no",
    "don't touch the user's shelf": "don't touch the user's shelf",
    "version 3.11.4 is too old": "version {number} is too old",
    "": "",
    "shelf 'a'": "shelf 'a'",
    "'a'": "'a'",
    "7": "7",
}


@pytest.mark.parametrize(("message", "template"), MESSAGES.items(), ids=range(len(MESSAGES)))
def test_values_become_placeholders_as_long_as_the_rest_tells_enough(message: str, template: str) -> None:
    assert propose_wording(message, (), own_class=False, keep="401") == template


def test_with_few_words_a_value_varies_if_it_stands_in_the_program() -> None:
    program = ('{"apple": 3}["pear"]',)
    assert propose_wording("'pear'", program, own_class=False) == "'{value}'"
    assert propose_wording("'plum'", program, own_class=False) == "'plum'"
    assert propose_wording("3", program, own_class=False) == "3"
    assert propose_wording("3", program, own_class=True) == "{number}"


LINE = "shelf 7 is of wood\n"
LONG = {
    "behind a line": (LINE * 60, LINE.replace("7", "{number}") * (LONGEST // len(LINE)) + "{more}"),
    "behind a word": ("shelf and " * 120, "shelf and " * 100 + "{more}"),
    "anywhere": (f"no such shelf {'x' * 2000}", "no such shelf {more}"),
    "not at all": (
        LINE * 50,
        LINE.replace("7", "{number}").strip() + ("\n" + LINE.replace("7", "{number}").strip()) * 49,
    ),
}


@pytest.mark.parametrize(("message", "template"), LONG.values(), ids=LONG)
def test_of_a_very_long_message_the_rest_is_a_placeholder(message: str, template: str) -> None:
    assert propose_wording(message, (), own_class=False) == template


PIECES = st.sampled_from(
    ["'a'", '"b"', "7", "{x}", " - {'a': 1}", "/a/b/c", "https://a.b/c", "[key]", " word ", "0xff", "\n", "'a'"]
)


@given(st.lists(PIECES | st.text(max_size=6), max_size=12).map("".join), st.booleans())
def test_every_message_fits_its_template_which_tells_enough(message: str, own_class: bool) -> None:
    template = propose_wording(message, (), own_class=own_class)
    wording = parse_wording(template)
    captured = match_wording(wording, message)
    if template != message.strip():
        assert captured is not None
        assert is_telling(wording, captured, (), own_class=own_class)
