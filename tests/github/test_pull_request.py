"""The way of a pull request, by the commands of its workflow: a good record and a bad one, in a repository of their own."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from errorkb.paths import ROOT
from projects import PACKAGE, Project, make_project
from trees import RECORD, edit

GOOD = RECORD
TWIN = ("references:", "look_alikes: {plain/good: Its key is another.}\nreferences:")
BAD = edit(RECORD, ("severity: medium", "severity: dreadful"), ('"a": 1}["b"]', '"a": 1}["a"]'), TWIN)
ANNOTATION = (
    "::error file=errors/plain/bad.yaml,line=4,col=11,title=unknown-word::`severity` must be one of critical, high, "
    "medium, low, was 'dreadful' errors/vocabulary.yaml says what each means.\n"
)


def commands() -> list[str]:
    """What the jobs that look at the records run, without what prepares the machine."""
    workflow: Any = yaml.safe_load((ROOT / ".github/workflows/pull-request.yml").read_text(encoding="utf-8"))
    steps = [step for job in ("check", "test") for step in workflow["jobs"][job]["steps"]]
    return [step["run"] for step in steps if not step.get("run", "make").startswith(("make", "sudo"))]


LINT, VERIFY, SAVE = commands()


def run(project: Project, command: str) -> tuple[int, str]:
    words = [sys.executable if word == "python" else word for word in command.split()]
    git = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "A",
        "GIT_COMMITTER_NAME": "A",
    }
    mail = {"GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_EMAIL": "a@example.com"}
    result = subprocess.run(
        words, cwd=project.root, env={**os.environ, **git, **mail}, capture_output=True, text=True, check=False
    )
    return result.returncode, result.stdout


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A base with one package and no records."""
    project = make_project(tmp_path / "project", {"plain/package.yaml": PACKAGE})
    (project.root / ".github").mkdir()
    (project.root / ".github/parts.sh").write_text((ROOT / ".github/parts.sh").read_text())
    (project.root / ".gitignore").write_text("/build/\n/.venv\n__pycache__/\n")
    for command in ("git init --quiet --initial-branch=main", "git add --all", "git commit --quiet --message Base"):
        assert run(project, command)[0] == 0
    return project


@pytest.mark.sandbox
def test_findings_are_on_their_lines_and_evidence_is_offered(project: Project) -> None:
    (project.errors / "plain/good.yaml").write_text(GOOD)
    (project.errors / "plain/bad.yaml").write_text(BAD)
    assert run(project, LINT) == (1, f"{ANNOTATION}2 records, 1 problem\n")

    (project.errors / "plain/bad.yaml").write_text(BAD.replace("dreadful", "medium"))
    assert run(project, LINT) == (0, "2 records, 0 problems\n")

    status, printed = run(project, VERIFY)
    assert status == 1
    assert "errors/plain/bad.yaml: broken on 3.11: claimed: raises KeyError; seen: ended clean\n" in printed
    assert "good" not in printed
    assert run(project, SAVE) == (0, "")
    offered = project.root / "build/evidence/errors/plain"
    assert {"good.evidence.json", "bad.evidence.json"} <= {path.name for path in offered.iterdir()}

    # What is offered is unpacked and committed: nothing is left to run, and the bad record is refused.
    status, printed = run(project, VERIFY)
    assert (status, printed.splitlines()[-1][:12]) == (0, "0 claims run")
    status, printed = run(project, LINT)
    assert status == 1
    found = [line.partition("::")[2].partition("::")[0] for line in printed.splitlines()]
    assert found == [
        "error file=errors/plain/bad.yaml,line=3,col=10,title=unseen-wording",
        "error file=errors/plain/bad.yaml,line=13,col=1,title=not-as-claimed",
        "",
    ]
