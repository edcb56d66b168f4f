"""The bytes of a text file → text, with a Problem for each thing in it that an editor would not show."""

from __future__ import annotations

import re

from errorkb.source.findings import Findings
from errorkb.source.places import Position, position_at

MAX_BYTES = 1_000_000

# Everything that libyaml refuses, and the line breaks that only YAML knows: these would shift all line numbers.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_BOM = b"\xef\xbb\xbf"


def read_text(content: bytes, findings: Findings) -> str | None:
    r"""Decode a file of UTF-8. Returns None where it cannot be decoded.

    In the text, line ends are ``\n``, and each control character has become U+FFFD, so that reading can go on.
    """
    start, mend = Position(1, 1), "Save it as UTF-8 without a byte order mark."
    if len(content) > MAX_BYTES:
        message = f"a file must not exceed {MAX_BYTES:,} bytes; this one has {len(content):,}"
        findings.add(start, "too-large", message, "Shorten it.")
        return None
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        findings.add(start, "not-utf-8", "a file must be UTF-8; this one is UTF-16 or UTF-32", mend)
        return None
    if content.startswith(_BOM):
        message = "a file must not begin with a byte order mark; this one does"
        findings.add(start, "byte-order-mark", message, mend)
    try:
        text = content.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        good = error.object[: error.start].decode()
        message = f"a file must be UTF-8; the byte 0x{error.object[error.start]:02x} here is not"
        findings.add(position_at(good, len(good)), "not-utf-8", message, mend)
        return None
    text = text.replace("\r\n", "\n")
    _check_controls(text, findings)
    return _CONTROL.sub("\ufffd", text)


def _check_controls(text: str, findings: Findings) -> None:
    """Each control character is named once, where it first stands."""
    places: dict[str, list[int]] = {}
    for match in _CONTROL.finditer(text):
        places.setdefault(match.group(), []).append(match.start())
    for character, offsets in places.items():
        times = "" if len(offsets) == 1 else f", {len(offsets)} times in this file"
        message = f"a file must not hold control characters; this is U+{ord(character):04X}{times}"
        mend = f'Remove it; where it belongs to a text, write "\\u{ord(character):04x}" in double quotes.'
        findings.add(position_at(text, offsets[0]), "control-character", message, mend)
