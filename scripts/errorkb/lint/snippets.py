"""The Python of snippets: valid, honest, and mended rather than silenced."""

from __future__ import annotations

import ast
import builtins
import re
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

from errorkb.catalog import Catalog, Entry
from errorkb.claims import Claim
from errorkb.lint.places import Text, find_python, problem_in
from errorkb.model.scope import is_in_scope
from errorkb.problems import Problem
from errorkb.source import Location
from errorkb.source.places import Position, offset_at

SYNTAX_ERRORS = ("SyntaxError", "IndentationError", "TabError")
TRICKS = {
    ("os", "_exit"): "os._exit",
    ("sys", "audit"): "sys.audit",
    ("sys", "addaudithook"): "sys.addaudithook",
}
TRICK_MODULES = ("gc", "ctypes")
# Code that is compiled can be said to stand in any file, a library's too.
TRICK_CALLS = ("exec", "eval", "compile")

_MAY_TRICK = re.compile(r"\b(?:_exit|audit|addaudithook|gc|ctypes|exec|eval|compile)\b|/proc\b")
_MAY_SWALLOW = re.compile(r"\b(?:except|suppress|filterwarnings|simplefilter)\b")

_PASTED = re.compile(r"^\s*(?:>>> |\$ |In \[\d+\]:|```|[!%]\w|Traceback \()", re.MULTILINE)

Version = tuple[int, int]


def check_python(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """A snippet is valid for the oldest Python of the releases it is about, unless it shows a `SyntaxError`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an escape such as "\d" makes the parser warn
        for entry in catalog.entries.values():
            for (place, code), version in _oldest_pythons(catalog, entry).items():
                error = _refuse(code, version)
                if error is not None:
                    offset = offset_at(code, Position(error.lineno or 1, error.offset or 1))
                    message = (
                        f"a snippet must be valid on Python {version[0]}.{version[1]}, and this is not: {error.msg}"
                    )
                    yield problem_in(
                        entry.source, (place, code), offset, "not-python", message, _mend_python(code, error)
                    )


def check_swallowed(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """A fixed program mends the cause. It does not swallow the error: no handler of it that does nothing, no bare
    `except:`, no `contextlib.suppress`, no filter that ignores the warning.
    """
    for entry in catalog.entries.values():
        for claim in entry.claims:
            if claim.inside.never is None or not _MAY_SWALLOW.search(claim.program.code):
                continue
            caught = _caught_by(entry, claim)
            for text in find_python(entry, claim):
                for node, what in _find_swallowing(_parse(text[1]), caught, entry.record.warns is not None):
                    message = f"`fixed` must mend the cause, and {what} only swallows the error"
                    mend = "Show a program that does its work without the error. "
                    mend += "If nothing mends it, take `broken` and `fixed` out, and say why with `not_reproduced:`."
                    yield problem_in(entry.source, text, _offset(text, node), "swallowed", message, mend)


def check_self_raised(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """A library shows its symptom by itself. No snippet raises the claimed class, or leaves or looks behind what
    observes it: no `os._exit`, `sys.audit`, `gc`, `ctypes`, `exec`, `eval`, `compile`, `/proc`.
    """
    for entry in catalog.entries.values():
        for claim in entry.claims:
            shown = claim.inside.shows.raises if claim.inside.shows is not None else None
            for text in find_python(entry, claim):
                if not (_MAY_TRICK.search(text[1]) or (shown and "raise " in text[1])):
                    continue
                for node, what in _find_tricks(_parse(text[1]), shown and _last_part(shown)):
                    message = f"what a snippet shows must happen by itself, and here stands {what}"
                    mend = "Call the library in the way that makes it fail."
                    if not isinstance(node, ast.Raise):
                        mend = "Write the program without it: with it, a program could deceive what observes it."
                    yield problem_in(entry.source, text, _offset(text, node), "self-raised", message, mend)


def _oldest_pythons(catalog: Catalog, entry: Entry) -> dict[Text, Version]:
    """For each Python file that the record writes, the oldest Python that it runs on."""
    releases = catalog.packages[entry.package].package.releases
    found: dict[tuple[Location, str], Version] = {}
    for claim in entry.claims:
        if claim.inside.shows is not None and claim.inside.shows.raises in SYNTAX_ERRORS:
            continue
        pythons = [item.python for item in releases if is_in_scope(item.version, claim.applies_to)]
        for text in find_python(entry, claim) if pythons else ():
            found[text] = min([found.get(text, (99, 99)), *map(_parse_version, pythons)])
    return found


def _mend_python(code: str, error: SyntaxError) -> str:
    """How to mend what people paste: a session, a page's Markdown, a text editor's quotes, a newer Python's syntax."""
    said = error.msg
    if _PASTED.search(code):
        return "Write the program alone: no prompts, no shell commands, no output, no Markdown around it."
    if "invalid character" in said or "non-printable" in said:
        return "Write the character that Python knows: straight quotes, a hyphen, a plain space."
    if "only supported in Python" in said:
        return "Write it for the older Python too, or say with `applies_to:` which releases it is about."
    return "Mend it. A program of several lines stands below `code: |`, each line as Python needs it."


def _parse_version(python: str) -> Version:
    major, minor = python.split(".")
    return int(major), int(minor)


def _refuse(code: str, version: Version) -> SyntaxError | None:
    """Return why it is not valid; None also where only a newer Python than this one could tell."""
    try:
        ast.parse(code, feature_version=version)
    except SyntaxError as error:
        return error if version <= sys.version_info[:2] else None
    except (ValueError, RecursionError, MemoryError) as error:  # null characters; nested too deeply
        return SyntaxError(str(error))
    return None


def _parse(code: str) -> ast.Module:
    """Parse a snippet; one that is not valid is empty here, and told of by another rule."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def _caught_by(entry: Entry, claim: Claim) -> frozenset[str]:
    """The last parts of the names of the claimed class and of its base classes, as far as these are known."""
    name = claim.inside.never.raises if claim.inside.never is not None else None
    if name is None:
        return frozenset()
    bases = {_last_part(item.__name__) for item in getattr(getattr(builtins, name, None), "__mro__", ())}
    for runs in entry.evidence.claims.values() if entry.evidence is not None else ():
        for observation in runs.values():
            if name in observation.names:
                bases.update(map(_last_part, observation.names[name].bases))
    return frozenset({_last_part(name), "Exception", "BaseException", *bases})


def _find_swallowing(tree: ast.Module, caught: frozenset[str], warns: bool) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            if node.type is None:
                yield node, "a bare `except:`"
            elif _does_nothing(node.body) and not caught.isdisjoint(_names(node.type)):
                yield node, f"`except {ast.unparse(node.type)}:` without a remedy"
        elif isinstance(node, ast.Call):
            name, values = _names(node.func), {name for item in node.args for name in _names(item)}
            if "suppress" in name and not caught.isdisjoint(values):
                yield node, f"`{ast.unparse(node)}`"
            ignores = node.args and isinstance(node.args[0], ast.Constant) and node.args[0].value == "ignore"
            if warns and ignores and not {"filterwarnings", "simplefilter"}.isdisjoint(name):
                yield node, f"`{ast.unparse(node)}`"


def _does_nothing(body: list[ast.stmt]) -> bool:
    return all(
        isinstance(item, ast.Pass | ast.Continue | ast.Break)
        or (isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant))
        or (isinstance(item, ast.Return) and (item.value is None or isinstance(item.value, ast.Constant)))
        for item in body
    )


def _find_tricks(tree: ast.Module, shown: str | None) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and node.exc is not None and shown is not None:
            raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            if shown in _names(raised):
                yield node, f"`raise {shown}`"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TRICK_CALLS:
            yield node, f"`{node.func.id}()`"
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((node, f"`{name}`") for name in _trick_imports(node))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            trick = TRICKS.get((node.value.id, node.attr))
            if trick is not None:
                yield node, f"`{trick}`"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and re.match(r"/proc\b", node.value):
            yield node, "`/proc`"


def _trick_imports(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (root for root in (item.name.partition(".")[0] for item in node.names) if root in TRICK_MODULES)
    elif node.module is not None:
        root = node.module.partition(".")[0]
        yield from (root,) if root in TRICK_MODULES else ()
        yield from (TRICKS[root, item.name] for item in node.names if (root, item.name) in TRICKS)


def _names(node: ast.expr) -> set[str]:
    """The last parts of the names in an expression that is a name, an attribute, or a tuple of these."""
    if isinstance(node, ast.Tuple):
        return {name for item in node.elts for name in _names(item)}
    if isinstance(node, ast.Attribute):
        return {node.attr}
    return {node.id} if isinstance(node, ast.Name) else set()


def _last_part(name: str) -> str:
    return name.rpartition(".")[2]


def _offset(text: Text, node: ast.AST) -> int:
    """Where a node begins in its text. Python counts columns in bytes of UTF-8."""
    line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
    before = text[1].split("\n")[line - 1].encode()[:column].decode()
    return offset_at(text[1], Position(line, len(before) + 1))
