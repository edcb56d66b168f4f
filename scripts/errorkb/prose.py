"""The inline markup of prose: ``code``, *emphasis*, **strong**, [text](https://…). Everything else is text."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, emphasis
from markdown_it.token import Token

_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?", re.IGNORECASE)
_PLAIN = frozenset(string.ascii_letters + string.digits + " .,-")
_MARKS = re.compile(r"[`*\[]")
_FOLDED = re.compile(r"[ \t\r]*\n[ \t\r\n]*|\t")
# What HTML cannot write as itself: a reference to one of these is another character, or none.
_UNWRITABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane * 0x10000 + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)


class _References(dict[int, str]):
    """What stands in HTML for each character, for ``str.translate``."""

    def __missing__(self, code: int) -> str:
        self[code] = chr(code) if chr(code) in _PLAIN else f"&#{code};"
        return self[code]


_REFERENCES = _References()


@dataclass(frozen=True)
class Span:
    """A stretch of text with its marks. Texts are never empty; ``href`` is an address that may be linked to."""

    text: str
    code: bool = False
    emphasis: bool = False
    strong: bool = False
    href: str | None = None


@dataclass(frozen=True)
class RefusedLink:
    """A link that stays text: its address, the address's offset in the prose, and what the address must be."""

    href: str
    offset: int
    why: str


def _emphasise(state: StateInline, silent: bool) -> bool:
    """Only asterisks emphasise: ``__init__`` is a name."""
    return state.src[state.pos] == "*" and emphasis.tokenize(state, silent)


class _Markup(MarkdownIt):
    """The markup of prose. Addresses are taken as they are written; a link that is refused is no markup."""

    def __init__(self) -> None:
        super().__init__("zero")
        self.enable(["backticks", "emphasis", "link"])
        self.inline.ruler.at("emphasis", _emphasise)

    def normalizeLink(self, url: str) -> str:
        return url

    def validateLink(self, url: str) -> bool:
        return refuse_link(url) is None


class _AnyLink(_Markup):
    def validateLink(self, url: str) -> bool:
        return True


_MARKUP, _ANY_LINK = _Markup(), _AnyLink()


def parse_prose(text: str) -> tuple[Span, ...]:
    """Parse prose of one field. A line end is a space; a control character is shown as a symbol."""
    text = show_controls(text)
    if not _MARKS.search(text):
        return (Span(text),) if text else ()
    spans: list[Span] = []
    depth = {"em": 0, "strong": 0}
    href: str | None = None
    for token in _tokens(_MARKUP, text):
        content = token.content
        if token.tag in depth:
            depth[token.tag] += token.nesting
        elif token.tag == "a" and token.nesting == 1:
            href = str(token.attrs["href"]) or None
            content = "" if href else "["
        elif token.tag == "a":
            content, href = "" if href else "]()", None
        if content:
            spans.append(Span(content, token.tag == "code", depth["em"] > 0, depth["strong"] > 0, href))
    return tuple(spans)


def render_prose_html(text: str) -> str:
    """Render prose as one line of HTML of the tags ``a``, ``strong``, ``em``, ``code`` and no others.

    Every character of the prose but letters, digits, space, full stop, comma and hyphen is a numeric reference.
    """
    html: list[str] = []
    opened: list[tuple[str, str]] = []
    for span in [*parse_prose(text), None]:
        wanted = _marks(span) if span else []
        same = 0
        while same < min(len(opened), len(wanted)) and opened[same] == wanted[same]:
            same += 1
        html += [f"</{tag}>" for tag, _ in reversed(opened[same:])]
        html += [f"<{tag}{attributes}>" for tag, attributes in wanted[same:]]
        html.append(_encode(span.text) if span else "")
        opened = wanted
    return "".join(html)


def render_prose_text(text: str) -> str:
    """Render prose without its marks and addresses, on one line."""
    return "".join(span.text for span in parse_prose(text))


def find_refused_links(text: str) -> list[RefusedLink]:
    """Return the links of the prose that are refused, in order. They stay text on the page."""
    refused, position = [], 0
    if "](" not in text:
        return []
    for token in _tokens(_ANY_LINK, text):
        if token.tag != "a" or token.nesting != 1:
            continue
        href = str(token.attrs["href"])
        found = text.find(href, text.find("](", position) + 2)
        position = max(found, position)
        why = refuse_link(href) or ("the address must stand alone, without a title" if "title" in token.attrs else None)
        if why is not None:
            refused.append(RefusedLink(href, position, why))
    return refused


def refuse_link(href: str) -> str | None:
    """Return why an address is not linked to, as what it must be; None if it may be."""
    if not href.startswith("https://"):
        return "an address must begin with https://"
    if not href.isprintable() or " " in href or "\\" in href:
        return "an address must not hold white space, control characters or backslashes"
    try:
        host = urlsplit(href).netloc
    except ValueError:
        return "an address must have a host name"
    if "@" in host:
        return "an address must not name a user"
    if not host.isascii():
        return "an address must have a host name in ASCII"
    return None if _HOST.fullmatch(host) else "an address must have a host name"


def show_controls(text: str) -> str:
    """Fold the text to one line; show control characters as U+2400 and following, and what has no picture as U+FFFD."""
    return _UNWRITABLE.sub(lambda match: _picture(match.group()), _FOLDED.sub(" ", text).strip(" "))


def _picture(character: str) -> str:
    if character < " ":
        return chr(0x2400 + ord(character))
    return "\u2421" if character == "\x7f" else "\ufffd"


def _tokens(markup: MarkdownIt, text: str) -> Iterator[Token]:
    for block in markup.parseInline(text):
        yield from block.children or ()


def _marks(span: Span) -> list[tuple[str, str]]:
    """Return the tags around a span with their attributes, the outermost first."""
    marks = [("a", f' href="{_encode(span.href)}"')] if span.href else []
    flags = (("strong", span.strong), ("em", span.emphasis), ("code", span.code))
    return marks + [(tag, "") for tag, wanted in flags if wanted]


def _encode(text: str) -> str:
    return text.translate(_REFERENCES)
