"""A finding about data: where it is, what must be, what was, how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One finding. Bad data yields these; it never raises and never prints.

    ``path`` is relative to the project's root, with forward slashes. ``line`` and ``column`` count from 1.
    ``code`` is the rule's name in kebab-case. ``message`` says what must be and what was; ``mend`` says what
    to do about it, with the command where there is one.
    """

    path: str
    line: int
    column: int
    code: str
    message: str
    mend: str


def render_problem(problem: Problem) -> str:
    """Render one problem as ``path:line:col: CODE message`` and, indented below, how to mend it."""
    return f"{problem.path}:{problem.line}:{problem.column}: {problem.code} {problem.message}\n    {problem.mend}"


def render_problems(problems: Iterable[Problem]) -> str:
    """Render all problems, sorted by place, each once, followed by their count."""
    unique = sorted(set(problems))
    lines = [render_problem(problem) for problem in unique]
    return "\n".join([*lines, f"{len(unique)} problem{'s' * (len(unique) != 1)}"])
