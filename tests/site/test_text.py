"""Text on its way into a page's file."""

import pytest

from errorkb.site.text import cut, encode, relative


@pytest.mark.parametrize(
    ("page", "target", "link"),
    [
        ("a/b/", "a/c/", "../c/"),
        ("a/b/", "severity/high/", "../../severity/high/"),
        ("a/", "a/b/#x", "b/#x"),
        ("x/", "x/", "./"),
    ],
)
def test_links_are_relative(page: str, target: str, link: str) -> None:
    assert relative(page, target) == link


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a\x00\x1b\x7f\x85\u00e9\n", "a&#9216;&#9243;&#9249;&#65533;&#233;\n"),
        ("one\r\ntwo\rthree", "one\ntwo&#9229;three"),
        ("\u2028\U0001f600", "&#8232;&#128512;"),
    ],
)
def test_control_characters_are_shown_as_symbols(text: str, html: str) -> None:
    assert encode(text) == html


def test_cut_takes_the_first_line_that_says_something() -> None:
    assert cut("\n  \n one two\nthree", 5) == "one\u2026"
