"""Public names, resolved in the environment that a record names: a run of our own program, not of a snippet."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter

from errorkb.evidence import ResolvedName
from errorkb.verify.runs import Run, RunResult, WallModel


class _Answer(WallModel):
    """What the resolver says of a name: what it led to, or why to nothing."""

    name: str
    importable: bool
    why: str | None
    real: str | None
    bases: list[str]
    warns: list[str]


def plan_resolving(key: str, names: Sequence[str], python: str, environment: str) -> Run:
    """Plan the run that resolves names (``TypeError``, ``redis.exceptions.ConnectionError``)."""
    source = Path(__file__).with_name("resolver.py").read_text(encoding="utf-8")
    files = {"app.py": source, "names.json": json.dumps(list(names))}
    return Run(
        key=key, arguments=["app.py"], files=files, env={}, python=python, environment=environment, hosts={}
    )  # fmt: skip


def parse_resolved(result: RunResult) -> dict[str, ResolvedName]:
    """Parse what that run left. Raises ``ValueError`` with what it printed, if it did not end as it must."""
    try:
        answers = TypeAdapter(list[_Answer]).validate_json(result.stdout)
    except ValueError as failure:
        raise ValueError(f"the names were not resolved: {result.ending}\n{result.stderr}") from failure
    return {answer.name: _resolved(answer) for answer in answers}


def _resolved(answer: _Answer) -> ResolvedName:
    if answer.real is None:
        return ResolvedName(reason=answer.why or "it is not a class")
    bases = tuple(base.removeprefix("builtins.") for base in answer.bases)
    return ResolvedName(real=answer.real.removeprefix("builtins."), bases=bases)
