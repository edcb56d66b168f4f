"""From a traceback of an error that has no page to a change that the project's own checks pass, at a terminal."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from errorkb.paths import ROOT
from terminals import converse, open_terminal

PASTE = """\
Traceback (most recent call last):
  File "/home/anna/jobs.py", line 3, in <module>
    print(jobs.pop())
          ^^^^^^^^^^
IndexError: pop from empty list
"""
BROKEN = 'jobs = ["wash"]\nfor _ in range(2):\n    print(jobs.pop())\n'
FIXED = 'jobs = ["wash"]\nwhile jobs:\n    print(jobs.pop())\n'
ANSWERS = (
    *("", "", "", "pop-from-empty-list", ""),
    *("medium", "beginner", "never", "1-5 min"),
    "There is nothing left to take from the list",
    "The program takes an element out of a list that has none.",
    "Ask before you take: `while jobs:` runs as long as there is an element.",
    "A list cannot give what it does not have, and `pop()` has no default.",
    "The loop takes more often than there are elements",
    "`print(len(jobs))` before the line prints 0.",
    "Let the list itself decide how often, with `while jobs:`.",
    *("wash", "The loop ends when the list is empty."),
    *("https://docs.python.org/3/tutorial/datastructures.html", "Data structures, Python tutorial"),
    "y",
)
COMMANDS: tuple[tuple[tuple[str, ...], tuple[str, ...], int], ...] = (
    (("python", "scripts/match.py", "paste.txt"), (), 1),
    (
        ("python", "scripts/new_record.py", "--from-traceback", "paste.txt", "--broken", "a.py", "--fixed", "b.py"),
        ANSWERS,
        0,
    ),
    (("make", "check"), (), 0),
)
"""Each command, what is typed at it, and how it ends."""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What a clone of this project as it stands would hold, with the environment that `make environment` makes."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    folder = tmp_path / "clone"
    for name in filter(None, os.fsdecode(listed.stdout).split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name, follow_symlinks=False)
    shutil.copytree(ROOT / ".venv", folder / ".venv", symlinks=True)
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    for name, text in (("paste.txt", PASTE), ("a.py", BROKEN), ("b.py", FIXED)):
        (folder / name).write_text(text)
    return folder


@pytest.mark.slow
@pytest.mark.sandbox
def test_three_commands_lead_from_a_traceback_to_a_change_that_the_checks_pass(clone: Path) -> None:
    for command, answers, status in COMMANDS:
        program = [str(clone / ".venv/bin/python"), *command[1:]] if command[0] == "python" else list(command)
        with open_terminal(program, clone) as (terminal, process):
            converse(terminal, answers)
            assert not terminal.read_to_prompt(600), terminal.shown
            assert process.wait(10) == status, terminal.shown
    assert (clone / "errors/python/pop-from-empty-list.evidence.json").is_file()
