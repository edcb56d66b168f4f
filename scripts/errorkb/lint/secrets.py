"""What looks like a secret, and advice that opens a door."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from errorkb.catalog import Catalog, Entry
from errorkb.lint.places import Text, find_python, find_texts, problem_in
from errorkb.problems import Problem
from errorkb.source.places import position_at

FIXTURES = ("test-key-good", "test-key-bad")
ADVICE = frozenset(("quick_fix", "fix", "check", "workaround", "detection", "prevention", "notes"))

_FIXTURE = "|".join(FIXTURES)
_SECRET = re.compile(
    r"""
    (?<![A-Za-z0-9_-])(?:
        (?:sk|glpat|pypi)-(?=[\w-]*\d)[\w-]{16,}       # OpenAI, Anthropic, …; GitLab; PyPI
      | (?:gh[oprsu]|hf|npm)_[A-Za-z0-9]{16,}            # GitHub; Hugging Face; npm
      | github_pat_[A-Za-z0-9_]{16,}
      | xox[a-z]-[\w-]{10,}                              # Slack
      | AKIA[0-9A-Z]{16}                                 # Amazon Web Services
      | AIza[\w-]{30,}                                   # Google
      | eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*                # JSON Web Token
    )
    | -----BEGIN\ [A-Z ]*PRIVATE\ KEY-----
    | (?<=Bearer\ )[A-Za-z0-9._~+/-]{20,}=*
    """,
    re.VERBOSE,
)
_PASSWORD = re.compile(rf"(?<=://)[^\s/:@'\"`{{}}]+:(?!(?:{_FIXTURE})@)[^\s/:@'\"`{{}}]+(?=@[A-Za-z0-9\[])")
# A text without one of these needs no search: that is many times slower.
_HINTS = (
    *("sk-", "glpat-", "pypi-", "ghp_", "gho_", "ghr_", "ghs_", "ghu_", "github_pat_", "hf_", "npm_", "xox", "AKIA"),
    *("AIza", "eyJ", "-----BEGIN ", "Bearer "),
)
_UNSAFE_HINTS = ("verify", "sudo", "--break-system-packages", "777")
_UNSAFE = re.compile(
    r"\bverify\s*=\s*False\b|\bsudo\s+(?:-\w+\s+)*(?:python[\d.]*\s+-m\s+)?pip3?\b|--break-system-packages\b"
    r"|\bchmod\s+(?:-\w+\s+)*0?777\b"
)
_WARNING = re.compile(r"\b(?:not|never|no|without|avoid|instead|\w+n't)\b", re.IGNORECASE)


def check_secrets(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """A record holds nothing that looks like a secret: no key of a known service, no token, no password in an address.
    Keys in snippets are the fixtures `test-key-good` and `test-key-bad`.
    """
    for source in catalog.sources:
        for match in _find_secrets(source.text):
            position = position_at(source.text, match.start())
            message = f"a key must be a fixture, and `{match.group()[:5]}…` looks like a secret"
            mend = f"Write {' or '.join(FIXTURES)}. If it was real, revoke it now: what was pushed is public."
            yield Problem(source.path, position.line, position.column, "secret", message, mend)


def check_unsafe_advice(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """Advice opens no door: no `verify=False`, `sudo pip`, `--break-system-packages` or `chmod 777` in a fix, a
    command, a workaround or a fixed program. A sentence may warn of them; a dead end may show them.
    """
    for entry in catalog.entries.values():
        for text in _find_advice(entry):
            for match in _UNSAFE.finditer(text[1]):
                if not _is_warning(text[1], match):
                    message = f"advice must be safe, and `{match.group()}` is not"
                    mend = "Advise what mends the cause. What people try instead is a dead end: `dead_ends:`."
                    yield problem_in(entry.source, text, match.start(), "unsafe-advice", message, mend)


def _find_secrets(text: str) -> Iterator[re.Match[str]]:
    if any(hint in text for hint in _HINTS):
        yield from _SECRET.finditer(text)
    if "@" in text:
        yield from _PASSWORD.finditer(text)


def _find_advice(entry: Entry) -> Iterator[Text]:
    if not any(hint in entry.source.text for hint in _UNSAFE_HINTS):
        return
    for location, text in find_texts(entry.source.data):
        if not ADVICE.isdisjoint(location) and "code" not in location:
            yield location, text
    for claim in entry.claims:
        if claim.inside.shows is None:
            yield from find_python(entry, claim)


def _is_warning(text: str, match: re.Match[str]) -> bool:
    """Whether the sentence around the match says not to do it."""
    start = max(text.rfind(mark, 0, match.start()) for mark in (". ", "\n", ": ", "; "))
    end = text.find(". ", match.end())
    return _WARNING.search(text[start + 1 : end if end >= 0 else len(text)]) is not None
