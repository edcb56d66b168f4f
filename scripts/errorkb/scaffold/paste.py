"""A pasted error → what a new record can be told by it."""

from __future__ import annotations

import builtins
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import click
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from errorkb.catalog import PackageEntry
from errorkb.model.snippet import Kind
from errorkb.redaction import redact
from errorkb.tracebacks import final_traceback

LONGEST = 200_000
"""Of a longer paste only the end is read: an error is printed last."""

_INSTALLED = (
    re.compile(r"site-packages[\\/]+([A-Za-z0-9_.]+)-([0-9][\w.!+]*?)(?:\.dist-info|\.egg-info|-py3\.[0-9]+)"),
    re.compile(r"(?<![\w.-])([A-Za-z0-9][\w.-]*)(?:\[[\w,-]+\])?==([0-9][\w.!+]*)"),
    re.compile(r"^Name: (\S+)\nVersion: (\S+)", re.MULTILINE),
)
_SAID = re.compile(r"(?<![\w.-])([A-Za-z][\w.-]*?)-?(?:\[[\w,-]+\])?\s*[:=@]{0,2}\s*\bv?([0-9][\w.!+]*)", re.ASCII)
_PYTHON = re.compile(r"[Pp]ython(?: ?|: ?|==)(3)\.?([0-9]{1,2})(?![0-9])")
_STATUS = re.compile(
    r"\b(?:Error code: |HTTP(?:/[0-9.]+)? |status(?: code)?:? )([45][0-9]{2})\b"
    r"|\b([45][0-9]{2}) (?:Client|Server) Error"
)
_EXPLAINED = re.compile(r"^\S+: error: .+$", re.MULTILINE)
# What terminals, editors and loggers print after an error. A message may have empty lines, so these tell where it ends.
_AFTERWARDS = re.compile(
    r"""
    ^(?: Process\ finished\ with\ exit\ code | \[Finished\ in\  | \[Done\]\ exited\  | Press\ any\ key\ to
    | (?:\([\w.-]+\)\ )?(?:PS\ [^\n>]*>|[A-Za-z]:\\[^\n>]*>|\S*[@\]]\S*:[^\n]*[$#%](?:\ |$)|[$%❯](?:\ |$))
    | >>>(?:\ |$) | In\ \[[0-9]+\]:
    | [0-9]{4}-[0-9]{2}-[0-9]{2}[T\ ][0-9]{2}:[0-9]{2}
    | (?:DEBUG|INFO|WARNING|ERROR|CRITICAL):(?:\w|\ {3})
    | \S[^\n]*:[0-9]+:\ \w*Warning:
    )""",
    re.MULTILINE | re.VERBOSE,
)
_SOURCE = re.compile(r"^  ", re.MULTILINE)
"""How Python prints the line that a warning is about, below its text."""
ARGPARSE_EXIT = 2
"""The exit code of a program that refuses its arguments: https://docs.python.org/3/library/argparse.html#exiting-methods"""


@dataclass(frozen=True)
class Facts:
    """What a paste says. What it does not say is empty.

    ``kind`` and ``name`` are the symptom: a class, an exit code, a signal. ``module`` is the top-level module that it
    is about. ``versions`` maps names of distributions to the installed release; ``python`` is one such as 3.11.
    ``helped`` is what its reader says of it: what helped.
    """

    kind: Kind | None = None
    name: str = ""
    message: str = ""
    where: str = ""
    http: str = ""
    module: str = ""
    versions: Mapping[str, str] | None = None
    python: str = ""
    helped: str = ""


def clean_paste(text: str) -> str:
    """Return the end of a paste without colours, control characters and secrets: lines that can be printed."""
    text = click.unstyle(text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > LONGEST:
        text = text[-LONGEST:].partition("\n")[2] or text[-LONGEST:]
    return redact("".join(letter if letter.isprintable() or letter in "\n\t" else " " for letter in text))[0]


def read_facts(text: str, exception: str, message: str, module: str, signals: Mapping[str, Iterable[str]]) -> Facts:
    """Read a clean paste. ``exception``, ``message`` and ``module`` are what the finder understood of it.

    ``signals`` maps a signal to what shells and Python print of it.
    """
    kind, name = _find_symptom(text, exception, signals)
    explained = _EXPLAINED.search(text)
    if kind == "exits" and explained is not None:
        message = explained.group()
    elif kind in ("raises", "warns"):
        message = _read_message(text, kind, exception, message)
    else:
        message = ""
    last = final_traceback(text)
    status = _STATUS.search(text)
    return Facts(
        kind=kind,
        name=name,
        message=message.strip(),
        where="thread" if kind == "raises" and last is not None and last.origin == "thread" else "",
        http=(status[1] or status[2]) if status and kind == "raises" else "",
        module=_find_module(name if kind in ("raises", "warns") else "", module),
        versions=dict(_find_versions(text, *_INSTALLED)),
        python=_find_python(text),
    )


def follow_class(facts: Facts, name: str) -> Facts:
    """Let the module be that of a class which somebody said, if it is a library's."""
    return replace(facts, module=_find_module(name, facts.module))


def add_said(facts: Facts, releases: str, helped: str = "") -> Facts:
    """Add what a reader says beside the paste: releases, such as ``anthropic 0.39.0, Python 3.12``, and what helped.

    What the paste says itself stays.
    """
    versions = dict(_find_versions(releases, _SAID))
    versions.pop("python", None)
    return replace(
        facts,
        versions={**versions, **(facts.versions or {})},
        python=facts.python or _find_python(releases),
        helped=" ".join(helped.split()),
    )


def find_package(facts: Facts, packages: Mapping[str, PackageEntry]) -> str:
    """Return the id of the package that has the module, or the one that a new package would have; "" if unknown."""
    if facts.kind is None and not facts.module:
        return ""
    known = (name for name, home in packages.items() if home.package.distribution and facts.module in home.modules)
    return next(known, re.sub(r"[^a-z0-9]+", "-", facts.module.lower()).strip("-") or "python")


def find_version(facts: Facts, distribution: str) -> str:
    """Return the release of a distribution that the paste names, or ""."""
    bare = canonicalize_name(distribution.partition("[")[0])
    return (facts.versions or {}).get(bare, "")


def _find_symptom(text: str, exception: str, signals: Mapping[str, Iterable[str]]) -> tuple[Kind | None, str]:
    name = exception.removeprefix("builtins.")
    if name and name.isascii():
        warned = (name.endswith("Warning") or _read_warning(text, name)) and final_traceback(text) is None
        return ("warns" if warned else "raises"), name
    if _EXPLAINED.search(text):
        return "exits", str(ARGPARSE_EXIT)
    killed = next((signal for signal, texts in signals.items() if any(said in text for said in texts)), None)
    return ("signals", killed) if killed else (None, "")


def _read_message(text: str, kind: Kind, exception: str, message: str) -> str:
    """The whole message. A traceback's is known; elsewhere it goes on below the line that names the class."""
    if kind == "warns":
        message = _read_warning(text, exception) or message
    elif final_traceback(text) is None:
        message = _read_below(text, rf"^{re.escape(exception)}:(?= |$)") or message
    after = _AFTERWARDS.search(message, len(message.partition("\n")[0]))
    return message[: after.start()] if after else message


def _read_warning(text: str, category: str) -> str:
    """What Python's ``warnings`` printed: the text between the place and category and, if it is there, the source.

    Without that, nothing tells where the text ends and the program's output begins: then it is one paragraph.
    """
    message = _read_below(text, rf"^\S.*?:[0-9]+: {re.escape(category)}:(?= |$)")
    source = _SOURCE.search(message)
    return message[: source.start()] if source else message.partition("\n\n")[0]


def _read_below(text: str, begin: str) -> str:
    """All that stands behind the last match of a pattern; "" if there is none."""
    found = list(re.finditer(begin, text, re.MULTILINE))
    return text[found[-1].end() :].strip() if found else ""


def _find_module(name: str, module: str) -> str:
    """The module of the class, if it is a library's; else that of the innermost frame in a library."""
    own = name.partition(".")[0] if "." in name else ""
    if own and own != "__main__" and own not in sys.stdlib_module_names:
        return own
    return module


def _find_versions(text: str, *patterns: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        for match in pattern.finditer(text):
            try:
                yield canonicalize_name(match[1]), str(Version(match[2].rstrip(".")))
            except InvalidVersion:
                continue


def _find_python(text: str) -> str:
    python = _PYTHON.search(text)
    return f"{python[1]}.{python[2]}" if python else ""


def propose_slug(name: str, kind: Kind) -> str:
    """Propose a record's name: ``AuthenticationError`` → ``authentication-error``; exit code 2 → ``exit-code-2``."""
    own = f"exit-code-{name}" if kind == "exits" else name.rpartition(".")[2]
    parts = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", own)
    return re.sub(r"[^a-z0-9]+", "-", parts.lower()).strip("-")


def is_own_class(name: str, modules: Iterable[str]) -> bool:
    """Whether a class is one of these modules, and no exception of the language."""
    return name.partition(".")[0] in set(modules) and not hasattr(builtins, name)
