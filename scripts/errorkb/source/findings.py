"""The Problems of one file while it is read."""

from __future__ import annotations

from errorkb.problems import Problem
from errorkb.source.places import Position

MAX_PROBLEMS = 100


class Findings:
    """Collects the Problems of the file that ``path`` names."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._problems: set[Problem] = set()

    def add(self, place: Position, code: str, message: str, mend: str) -> None:
        """Add one Problem; the fields are those of Problem."""
        self._problems.add(Problem(self.path, place.line, place.column, code, message, mend))

    def listed(self) -> list[Problem]:
        """Return the Problems by place; of more than a hundred, the first hundred and one that counts the rest."""
        problems = sorted(self._problems)
        if len(problems) <= MAX_PROBLEMS:
            return problems
        rest = problems[MAX_PROBLEMS:]
        message = f"{len(rest)} more findings from here on are not listed"
        more = Problem(self.path, rest[0].line, rest[0].column, "more-findings", message, "Mend those above first.")
        return [*problems[:MAX_PROBLEMS], more]
