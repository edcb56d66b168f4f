"""How a command finds the project's environment, and how the environment is made."""

import ast
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from errorkb.paths import ROOT

# A Python that is not the project's: the one that the environment was made from.
SYSTEM_PYTHON = Path(sys._base_executable)  # type: ignore[attr-defined]

COMMAND = """\
import environment
environment.enter()
import sys
print(sys.prefix, sys.argv)
sys.exit(3)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one command, whose environment is made, without the packages."""
    folder = tmp_path / "pro ject"
    (folder / "scripts").mkdir(parents=True)
    for name in ("scripts/environment.py", "scripts/environment.sh", "requirements.txt"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "scripts/command.py").write_text(COMMAND)
    subprocess.run([SYSTEM_PYTHON, "-m", "venv", "--without-pip", folder / ".venv"], check=True)
    shutil.copy(ROOT / "requirements.txt", folder / ".venv/requirements.txt")
    return folder


def run_command(project: Path, python: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [str(python), os.path.relpath(project / "scripts/command.py", cwd), *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=20)


@pytest.mark.parametrize("inside", [False, True], ids=["system Python", "project's Python"])
def test_a_command_runs_in_the_environment_from_any_folder(inside: bool, project: Path) -> None:
    python = project / ".venv/bin/python" if inside else SYSTEM_PYTHON
    elsewhere = project / "a/b"
    elsewhere.mkdir(parents=True)
    for folder, script in ((project, "scripts/command.py"), (elsewhere, "../../scripts/command.py")):
        result = run_command(project, python, "a b", "", "--c=$d", cwd=folder)
        assert result.stdout == f"{project / '.venv'} {[script, 'a b', '', '--c=$d']}\n"
        assert (result.returncode, result.stderr) == (3, "")


SPOILT = {
    "no environment": lambda project: shutil.rmtree(project / ".venv"),
    "unfinished": lambda project: (project / ".venv/requirements.txt").unlink(),
    "made from another lock": lambda project: (project / "requirements.txt").write_text("other==1\n"),
    "its Python is gone": lambda project: (project / ".venv/bin/python").unlink(),
    "not an environment": lambda project: (project / ".venv/pyvenv.cfg").unlink(),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_one_line_says_how_to_make_the_environment(spoil, project: Path, tmp_path: Path) -> None:
    spoil(project)
    result = run_command(project, SYSTEM_PYTHON, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        f"The project's environment is missing or out of date: run `make -C {shlex.quote(str(project))} environment`\n"
    )


@pytest.mark.parametrize("path", sorted((ROOT / "scripts").glob("*.py")), ids=lambda path: path.name)
def test_a_command_can_be_read_by_an_old_python_and_enters_first(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 7))
    if path.name == "environment.py":
        return
    code = [
        ast.unparse(node) for node in tree.body if not isinstance(node, ast.Expr) or isinstance(node.value, ast.Call)
    ]
    code = [line for line in code if line != "from __future__ import annotations"]
    assert code[:2] == ["import environment", "environment.enter()"]


def make_environment(project: Path, path: str) -> subprocess.CompletedProcess[str]:
    command = ["/bin/sh", "scripts/environment.sh", "requirements.txt"]
    return subprocess.run(
        command, cwd=project, env={"PATH": path, "HOME": str(project)}, capture_output=True, text=True, check=False
    )


def write_pythons(folder: Path, **scripts: str) -> str:
    """Write commands that play interpreters; return the search path that finds them and what the script needs."""
    folder.mkdir()
    for tool in ("dirname", "ls", "grep", "cmp", "cp", "mv", "rm", "touch"):
        (folder / tool).symlink_to(shutil.which(tool) or tool)
    for name, text in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    return str(folder)


OLD = "exit 1"
WITHOUT_VENV = 'case "$2" in *ensurepip*) exit 1;; *) exit 0;; esac'
NO_PYTHON = (
    "No Python 3.11 or newer found as python3.13, python3.12, python3.11 or python3: install one, then repeat.\n"
)
NO_VENV = "python3 has no venv module: install it (Debian, Ubuntu: apt-get install python3-venv), then repeat.\n"


@pytest.mark.parametrize(
    ("pythons", "said"),
    [({}, NO_PYTHON), ({"python3": OLD}, NO_PYTHON), ({"python3": WITHOUT_VENV}, NO_VENV)],
    ids=["none", "too old", "without venv"],
)
def test_making_it_says_what_is_missing(pythons: dict[str, str], said: str, project: Path, tmp_path: Path) -> None:
    shutil.rmtree(project / ".venv")
    result = make_environment(project, write_pythons(tmp_path / "bin", **pythons))
    assert (result.returncode, result.stdout, result.stderr) == (1, "", said)
    assert not (project / ".venv").exists()


def test_making_it_passes_over_a_python_that_does_not_work(project: Path, tmp_path: Path) -> None:
    shutil.rmtree(project / ".venv")
    (project / "requirements.txt").write_text("")
    path = write_pythons(
        tmp_path / "bin",
        **{"python3.13": "exit 127", "python3.12": WITHOUT_VENV, "python3.11": f'exec "{SYSTEM_PYTHON}" "$@"'},
    )
    result = make_environment(project, path)
    assert result.returncode == 0, result.stderr
    assert (project / ".venv/bin/python").exists()
    assert (project / ".venv/requirements.txt").read_text() == ""


def test_nothing_is_installed_twice(project: Path) -> None:
    result = make_environment(project, os.environ["PATH"])
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_a_failed_installation_is_not_taken_for_a_finished_one(project: Path) -> None:
    (project / "requirements.txt").write_text("no-such-package\n")
    assert make_environment(project, os.environ["PATH"]).returncode != 0  # this environment has no pip
    assert not (project / ".venv/requirements.txt").exists()
