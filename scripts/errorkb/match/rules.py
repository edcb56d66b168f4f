"""What does not depend on the language that matches: patterns, words, weights. They are data, shipped in the index."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

RULES: dict[str, Any] = json.loads(Path(__file__).with_name("rules.json").read_text(encoding="utf-8"))
"""The rules of ``rules.json``.

Patterns are written in what Python and JavaScript have in common, for text of ASCII alone: no look-behind, no named
groups, no ``\\s``. In JavaScript they are made with the flags ``gm``.
"""

WEIGHTS: dict[str, Any] = RULES["weights"]
CONFIDENCE: dict[str, float] = WEIGHTS["confidence"]


@cache
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of the rules."""
    return re.compile(pattern, re.ASCII | re.MULTILINE)


def apply_replacements(replacements: list[list[str]], text: str) -> str:
    """Replace every match of each pattern, one pattern after the other. A replacement holds no backslash and no
    ``$``, so that it is plain text in every language.
    """
    for pattern, replacement in replacements:
        text = compile_pattern(pattern).sub(replacement, text)
    return text
