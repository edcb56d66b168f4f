"""Placeholders where a reader would copy what stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from errorkb.catalog import Catalog, Entry
from errorkb.lint.places import Text, find_python, find_texts, problem_in
from errorkb.problems import Problem
from errorkb.source import Location

COMMANDS = frozenset(("posix", "powershell"))
ADVICE = frozenset(("quick_fix", "fix", "workaround", "prevention"))
PROGRAMS = frozenset(("fixed", "workaround"))
WORLD = frozenset(("code", "env", "files", "args"))

_FILLER = (
    r"(?<![A-Za-z])your(?:[_-]\w[\w-]*|(?:api|key|token|password|secret|user|name|host|domain)\w*)"
    r"|\bsk-[\w-]*(?:…|\.{3})|(?<![A-Za-z0-9])(?:[\w-]*[_-])?x{3,}(?![A-Za-z0-9])"
    r"|(?<=\")(?:…|\.{3})(?=\")|(?<=')(?:…|\.{3})(?=')"
)
# Markup and patterns have angle brackets too: in Python, only a whole text in them is a placeholder.
_ANGLES = r"<[A-Za-z][\w .-]*>"
_IN_PYTHON = re.compile(rf"{_FILLER}|(?<=\"){_ANGLES}(?=\")|(?<='){_ANGLES}(?=')", re.IGNORECASE)
_IN_DATA = re.compile(
    rf"{_FILLER}|(?<![^=:@/\"'\s]){_ANGLES}(?![\w<])|(?:\A|(?<==))\s*(?:…|\.{{3}})(?!\S)", re.IGNORECASE
)
_IN_COMMAND = re.compile(rf"{_FILLER}|(?<!\?P)(?<!\?){_ANGLES}(?![\w./&])|(?<==)(?:…|\.{{3}})(?!\w)", re.IGNORECASE)
# A text without one of these needs no search: that is many times slower.
_HINTS = ("your", "xxx", "…", "...", "<")


def check_placeholders(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """A fix works as it is printed. No placeholder stands in a command that mends, in a `fixed` program or in a
    workaround: no `YOUR_KEY`, `<your-key>`, `xxx`, nor `"…"` for a value.
    """
    for entry in catalog.entries.values():
        for text, pattern in _find_fixes(entry):
            for match in pattern.finditer(text[1]) if any(hint in text[1].lower() for hint in _HINTS) else ():
                shown = match.group().strip()
                message = f"a fix must work as it is printed, and `{shown}` is a placeholder"
                mend = "Write what works (a key is test-key-good), or say in prose where the value comes from."
                yield problem_in(entry.source, text, match.end() - len(shown), "placeholder", message, mend)


def _find_fixes(entry: Entry) -> Iterator[tuple[Text, re.Pattern[str]]]:
    """What a reader copies in order to mend, and how a placeholder looks there."""
    data = entry.source.data
    homes: list[tuple[Location, Any]] = [((), data)]
    homes += ((("causes", number), cause) for number, cause in enumerate(data["causes"]))
    programs: list[Text] = []
    for place, home in homes:
        for key in ADVICE & home.keys():
            for text in find_texts(home[key], (*place, key)):
                if text[0][-1] in COMMANDS:
                    yield text, _IN_COMMAND
        for key in PROGRAMS & home.keys():
            programs += (text for text in find_texts(home[key], (*place, key)) if not WORLD.isdisjoint(text[0]))
    for claim in entry.claims:
        if claim.id.endswith("fixed") or claim.id == "workaround":
            programs += find_python(entry, claim)
    for text in dict.fromkeys(programs):
        yield text, _IN_PYTHON if text[0][-1] == "code" or str(text[0][-1]).endswith(".py") else _IN_DATA
