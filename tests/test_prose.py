"""Inline markup of prose."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errorkb import prose
from errorkb.prose import RefusedLink, Span


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("", ()),
        (" \n", ()),
        (
            "Set `KEY`, **now**.",
            (Span("Set "), Span("KEY", code=True), Span(", "), Span("now", strong=True), Span(".")),
        ),
        ("*a **b***", (Span("a ", emphasis=True), Span("b", emphasis=True, strong=True))),
        ("**`x`**", (Span("x", code=True, strong=True),)),
        ("[the `docs`](https://a.b)", (Span("the ", href="https://a.b"), Span("docs", code=True, href="https://a.b"))),
        ("[a](<https://a.b>)", (Span("a", href="https://a.b"),)),
        ("[x](http://a.b) [y]()", (Span("[x](http://a.b) "), Span("["), Span("y"), Span("]()"))),
        ("[x](javascript:alert(1))", (Span("[x](javascript:alert(1))"),)),
        ("__init__ _x_ a_b_c", (Span("__init__ _x_ a_b_c"),)),
        ("`` a ` b ``", (Span("a ` b", code=True),)),
        ("<b> &lt; \\*x # h\n- i\n\n    code", (Span("<b> &lt; \\*x # h - i code"),)),
        ("![i](x.png) https://a.b ~~s~~", (Span("![i](x.png) https://a.b ~~s~~"),)),
        ("a\tb \r\n c\r", (Span("a b c␍"),)),
        ("\0\x1b\x7f\x85\u2028\ufeff\ufffe", (Span("␀␛␡\ufffd\ufffd\ufffd\ufffd"),)),
    ],
)
def test_parse(text: str, spans: tuple[Span, ...]) -> None:
    assert prose.parse_prose(text) == spans


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Set `A_B`, **now**.", "Set <code>A&#95;B</code>, <strong>now</strong>."),
        ("**a *b* c**", "<strong>a <em>b</em> c</strong>"),
        (
            '[a *b*](https://e.org/?x=1&y="2")',
            '<a href="https&#58;&#47;&#47;e.org&#47;&#63;x&#61;1&#38;y&#61;&#34;2&#34;">a <em>b</em></a>',
        ),
        (
            "[a](https://a.org)[b](https://b.org)",
            '<a href="https&#58;&#47;&#47;a.org">a</a><a href="https&#58;&#47;&#47;b.org">b</a>',
        ),
        ("<img onerror='x'>", "&#60;img onerror&#61;&#39;x&#39;&#62;"),
        ("é😀", "&#233;&#128512;"),
    ],
)
def test_render_html(text: str, html: str) -> None:
    assert prose.render_prose_html(text) == html


def test_render_text() -> None:
    assert prose.render_prose_text("Set `KEY` **now**: [the\ndocs](https://a.b).") == "Set KEY now: the docs."


SCHEME = "an address must begin with https://"
HOST = "an address must have a host name"
WHITE = "an address must not hold white space, control characters or backslashes"


@pytest.mark.parametrize(
    ("href", "why"),
    [
        ("https://a.b", None),
        ("https://docs.python.org:443/3/x.html?a=1#b-é", None),
        ("", SCHEME),
        ("http://a.b", SCHEME),
        ("HTTPS://a.b", SCHEME),
        ("//a.b", SCHEME),
        ("javascript:alert(1)", SCHEME),
        ("/relative", SCHEME),
        ("https://", HOST),
        ("https:///path", HOST),
        ("https://[::1/", HOST),
        ("https://a_b.c", HOST),
        ("https://a.b:port", HOST),
        ("https://%61.b", HOST),
        ("https://user@a.b", "an address must not name a user"),
        ("https://user:word@a.b", "an address must not name a user"),
        ("https://аpple.com", "an address must have a host name in ASCII"),
        ("https://a.b\\@c.d", WHITE),
        ("https://a.b/ c", WHITE),
        ("https://a.b/\u202e", WHITE),
        ("https://a.b/\n", WHITE),
    ],
)
def test_refuse_link(href: str, why: str | None) -> None:
    assert prose.refuse_link(href) == why


def test_find_refused_links() -> None:
    text = "A [good](https://a.b), an [a](http://a.b),\nthe [same](http://a.b), [one]() and\n[t](https://a.b 'T')."
    assert prose.find_refused_links(text) == [
        RefusedLink("http://a.b", 30, SCHEME),
        RefusedLink("http://a.b", 54, SCHEME),
        RefusedLink("", 73, SCHEME),
        RefusedLink("https://a.b", 83, "the address must stand alone, without a title"),
    ]


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.open: list[str] = []
        self.hrefs: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        assert tag in ("a", "strong", "em", "code")
        self.open.append(tag)
        self.hrefs += [value for _, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


PARTS = [
    *"*`[]()<>&\"'_!\\\n \t\0~#;=",
    "**",
    "](https://a.b)",
    "](http://a.b)",
    "](javascript:x)",
    "[x",
    "<b>",
    "&lt;",
    "</code>",
    "é",
    "\x85",
    "\ufffe",
]
ANYTHING = st.text(max_size=40) | st.lists(st.sampled_from(PARTS), max_size=30).map("".join)


@given(ANYTHING)
def test_html_of_anything_is_safe_and_says_the_text(text: str) -> None:
    html = prose.render_prose_html(text)
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    assert reader.text == prose.render_prose_text(text)
    assert all(href is not None and prose.refuse_link(href) is None for href in reader.hrefs)
    assert html.isascii()
    assert html.isprintable()
    for tag in ("<a href=", "</a>", "<strong>", "</strong>", "<em>", "</em>", "<code>", "</code>"):
        html = html.replace(tag, "")
    assert not set(html.replace('"https&#58;', "").replace('">', "")) & set("<>\"'`*_[]")


@given(st.text(st.characters(exclude_characters="*`[] \t\r\n", exclude_categories=("Cs",))))
def test_text_without_marks_stays_as_it_is(text: str) -> None:
    assert prose.render_prose_text(text) == prose.show_controls(text)


@given(ANYTHING)
def test_refused_links_are_where_they_say(text: str) -> None:
    for link in prose.find_refused_links(text):
        assert 0 <= link.offset <= len(text)
        assert prose.refuse_link(link.href) == link.why or "title" in link.why
    hrefs = {span.href for span in prose.parse_prose(text)} - {None}
    assert not hrefs & {link.href for link in prose.find_refused_links(text) if "title" not in link.why}
