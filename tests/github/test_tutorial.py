"""The tutorial's files are written, its changes made and its commands run, in a project of their own.

A command printed something else on purpose? `.venv/bin/python -m pytest tests/github/test_tutorial.py --force-regen`
writes what it prints now into templates/docs/contribute/tutorial.md; then read the diff.
"""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from pytest_regressions.file_regression import FileRegressionFixture

from errorkb.paths import ROOT

PAGE = ROOT / "templates" / "docs" / "contribute" / "tutorial.md"
BLOCK = re.compile(r'^```(?P<kind>\w+)(?: title="(?P<name>[^"]+)")?\n(?P<text>.*?)^```\n', re.MULTILINE | re.DOTALL)
# A command goes on while its lines end in a backslash.
PROMPT = re.compile(r"\$ (?:.*\\\n)*.*")
COPIED = ("errors", "scripts", "templates", "mkdocs.yml", "requirements.txt")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, tmp_path)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    return tmp_path


@pytest.mark.sandbox
def test_the_tutorial_prints_what_its_commands_print(project: Path, file_regression: FileRegressionFixture) -> None:
    page = PAGE.read_text(encoding="utf-8")
    file_regression.check(follow(page, project), encoding="utf-8", fullpath=PAGE)
    assert (project / "errors/python/pop-from-empty-list.evidence.json").is_file()


def follow(page: str, project: Path) -> str:
    """Do what the page says, from top to bottom; return it with the outputs as they are now."""

    def do(block: re.Match[str]) -> str:
        kind, name, text = block["kind"], block["name"], block["text"]
        if kind == "console":
            return f"```console\n{run(PROMPT.match(text)[0], project)}```\n"  # type: ignore[index]
        if kind == "diff":
            change(project / name, text)
        elif name:
            assert not (ROOT / name).exists(), f"{name} is in the project by now: choose another error"
            (project / name).write_text(text, encoding="utf-8")
        return block[0]

    return BLOCK.sub(do, page)


def run(prompt: str, project: Path) -> str:
    """The command after the prompt with what it prints; progress goes to the other stream, in no fixed order."""
    assert prompt.startswith("$ python scripts/")
    path = f"{project / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "CI": ""}
    result = subprocess.run(
        shlex.split(prompt.removeprefix("$ ").replace("\\\n", "")),
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in result.stderr
    return f"{prompt}\n{result.stdout}"


def change(path: Path, diff: str) -> None:
    """Put the lines with a plus in the place of those with a minus, which must be there once."""
    old, new = ("".join(f"{line[1:]}\n" for line in diff.splitlines() if line.startswith(sign)) for sign in ("-", "+"))
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_page_is_followed_from_top_to_bottom(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts/count.py").write_text("print(open('a.txt').read().split())\n")
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    console = "```console\n$ python scripts/count.py\n{}```\n"
    page = f'```text title="a.txt"\none\ntwo\n```\n{console}\n```diff title="a.txt"\n-one\n+three\n```\n{console}'
    assert follow(page.format("stale\n", ""), tmp_path) == page.format("['one', 'two']\n", "['three', 'two']\n")
