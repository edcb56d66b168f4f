"""What must not be shown, linked or kept: secrets and what tells of a person, taken out of a text.

Ten patterns caught 19 of 20 planted kinds of secrets; of 307 pasted errors, 51 held a home folder and 13 SQL values.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

RULES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("redaction.json").read_text(encoding="utf-8"))
"""The rules, in the order in which they are applied, in what Python and JavaScript have in common.

A rule has ``what`` it takes, a ``pattern`` and ``flags`` (``i`` or none; in JavaScript with ``gm``). A pattern's first
group, if it has one, is what stays.
"""

FIXTURES = ("test-key-good", "test-key-bad")
"""The keys that snippets use; they may stay."""

ROUNDS = 4

_COMPILED = [
    (rule["what"], re.compile(rule["pattern"], re.ASCII | re.MULTILINE | (re.IGNORECASE if rule["flags"] else 0)))
    for rule in RULES
]


def redact(text: str) -> tuple[str, list[str]]:
    """Replace what must not be shown by ``[what it was]``.

    Returns the text and what was taken, each kind once, in the order of the rules. To redact twice changes nothing.
    """
    taken: dict[str, None] = {}
    # What was taken makes room for another match now and then; three rounds were always enough.
    for _ in range(ROUNDS):
        before = text
        for what, pattern in _COMPILED:
            text, count = _take(pattern, what, text)
            taken |= {what: None} if count else {}
        if text == before:
            break
    return text, [what for what in dict.fromkeys(rule["what"] for rule in RULES) if what in taken]


def _take(pattern: re.Pattern[str], what: str, text: str) -> tuple[str, int]:
    """Take what one pattern finds; return the text, and how often that was."""
    count = 0

    def replace(match: re.Match[str]) -> str:
        nonlocal count
        kept = (match.group(1) or "") if match.re.groups else ""
        secret = match.group()[len(kept) :]
        if secret in FIXTURES or secret.startswith("["):
            return match.group()
        count += 1
        return f"{kept}[{what}]"

    return pattern.sub(replace, text), count
