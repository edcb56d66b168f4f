"""Text into a page's file: front matter only, so that no Markdown is read from records."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Mapping

# Controls, non-characters, lone surrogates: no browser shows them, and some end a line of YAML.
UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")


def encode(html: str) -> str:
    """Return HTML in ASCII: control characters as their symbols, all else beyond ASCII as character references."""
    return show_controls(html).encode("ascii", "xmlcharrefreplace").decode()


def show_controls(text: str) -> str:
    """Return the text with control characters as their symbols, and what has none as U+FFFD."""
    return UNWRITABLE.sub(_show, text.replace("\r\n", "\n"))


def render_front_matter(fields: Mapping[str, object]) -> str:
    """Render a page that is front matter only: one line of ASCII JSON for each field."""
    return "---\n" + "".join(f"{key}: {json.dumps(value)}\n" for key, value in fields.items()) + "---\n"


def relative(page: str, target: str) -> str:
    """The address of ``target`` (``severity/high/``) as a link on ``page`` (``anthropic/some-error/``)."""
    anchor = target.partition("#")[2]
    path = target.partition("#")[0]
    found = posixpath.relpath(f"/{path}", f"/{page}")
    slash = "/" if path.endswith("/") or not path else ""
    return found + slash + (f"#{anchor}" if anchor else "")


def cut(text: str, limit: int) -> str:
    """The first non-empty line, at most so long."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return first if len(first) <= limit else first[: limit - 1].rstrip() + "…"


def _show(match: re.Match[str]) -> str:
    code = ord(match.group())
    return (
        chr(0x2400 + code) if code < 0x20 else "\N{SYMBOL FOR DELETE}" if code == 0x7F else "\N{REPLACEMENT CHARACTER}"
    )
