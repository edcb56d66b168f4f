"""`generate.py` on bad data: findings with their places, exit code 1, and the last output as it was."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from errorkb.catalog import load
from errorkb.paths import ROOT
from trees import RECORD, build_tree, edit

pytestmark = pytest.mark.slow
GENERATE, RECORD_FILE = "scripts/generate.py", "errors/sample/record.yaml"


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one sound record, generated."""
    root = tmp_path_factory.mktemp("project")
    build_tree(root / "errors", {"sample/record.yaml": RECORD, "sample/other.yaml": OTHER})
    for name in ("scripts", "templates"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (".venv", "requirements.txt", "mkdocs.yml"):
        (root / name).symlink_to(ROOT / name)
    result = run(root)
    assert (result.returncode, result.stderr) == (0, "")
    assert re.fullmatch(r"2 records, \d+ files, \d+ changed\n", result.stdout)
    return root


@pytest.fixture
def project(generated: Path, tmp_path: Path) -> Path:
    """The same, for one test."""
    return Path(shutil.copytree(generated, tmp_path / "project", symlinks=True))


OTHER = edit(RECORD, ("raises: KeyError", "raises: IndexError"))


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(root / GENERATE), *arguments]
    return subprocess.run(command, cwd=root.parent, capture_output=True, text=True, check=False, timeout=60)


def read_all(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file with its content and the time of its last change."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns) for path in paths}


def put(name: str, content: bytes) -> Callable[[Path], object]:
    return lambda errors: (errors / name).write_bytes(content)


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "a value that is none": (
        put("sample/record.yaml", edit(RECORD, ("1-5 min", "soon")).encode()),
        "errors/sample/record.yaml:6:11: wrong-value",
    ),
    "a record that breaks a rule": (
        put("sample/record.yaml", edit(RECORD, ("Print the keys.", "TODO")).encode()),
        "errors/sample/record.yaml:12:61: todo",
    ),
    "a folder called like a record": (lambda errors: (errors / "sample/x.yaml").mkdir(), "errors/sample/x.yaml:1:1: file-unreadable"),
    "a pipe": (lambda errors: os.mkfifo(errors / "sample/x.yaml"), "errors/sample/x.yaml:1:1: file-unreadable"),
    "a link to a device": (lambda errors: (errors / "sample/x.yaml").symlink_to("/dev/zero"), "errors/sample/x.yaml:1:1: file-unreadable"),
    "a binary file": (put("sample/x.yaml", bytes(range(256))), "errors/sample/x.yaml:2:118: not-utf-8"),
    "an empty file": (put("sample/x.yaml", b""), "errors/sample/x.yaml:1:1: empty-file"),
    "nested too deep": (put("sample/x.yaml", b"[" * 80_000), "errors/sample/x.yaml:1:51: too-deep"),
    "a link to itself": (lambda errors: (errors / "sample/x.yaml").symlink_to("x.yaml"), "errors/sample/x.yaml:1:1: file-unreadable"),
    "a folder that is a link to itself": (lambda errors: (errors / "loop").symlink_to("loop"), "errors/loop:1:1: stray-file"),
    "a folder that is a link to its parent": (lambda errors: (errors / "loop").symlink_to("."), "errors/loop:1:1: stray-file"),
    "no vocabulary": (lambda errors: (errors / "vocabulary.yaml").unlink(), "errors/vocabulary.yaml:1:1: file-unreadable"),
    "no records at all": (shutil.rmtree, "errors/vocabulary.yaml:1:1: file-unreadable"),
    "evidence that is no JSON": (put("sample/record.evidence.json", b"{"), "errors/sample/record.evidence.json:1:1: evidence-unreadable"),
    "evidence that is a folder": (lambda errors: (errors / "sample/record.evidence.json").mkdir(), "errors/sample/record.evidence.json:1:1: file-unreadable"),
    "a lock that is no text": (
        lambda errors: ((errors / "sample/locks").mkdir(), (errors / "sample/locks/1.0.txt").write_bytes(b"\xff")),
        "errors/sample/locks/1.0.txt:1:1: not-utf-8",
    ),
    "a name that is no text": (lambda errors: Path(os.fsdecode(bytes(errors) + b"/sample/\xff.yaml")).touch(), "errors/sample/\\udcff.yaml:1:1: stray-file"),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "finding"), BAD.values(), ids=BAD)
def test_bad_data_is_refused_with_its_place_and_the_last_output_stays(
    spoil: Callable[[Path], object], finding: str, project: Path
) -> None:
    before = read_all(project / "build")
    assert len(before) > 30
    (project / "errors/sample/other.yaml").write_text(edit(OTHER, ("The key is not there", "Another text")))
    spoil(project / "errors")
    result = run(project)
    assert (result.returncode, result.stdout) == (1, "")
    assert [line for line in result.stderr.splitlines() if line.startswith(finding)], result.stderr
    assert re.search(r"^\d+ problems?$", result.stderr, re.MULTILINE)
    assert "Traceback" not in result.stderr
    assert read_all(project / "build") == before


def test_a_file_that_may_not_be_read_is_told_of(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)  # root may read everything, so no mode would do
    found = load(project / "errors").problems
    assert {problem.code for problem in found} == {"file-unreadable"}
    assert {problem.message for problem in found} == {
        f"errors/{name} must be a file that can be read: Permission denied"
        for name in ("vocabulary.yaml", "sample/package.yaml", "sample/record.yaml", "sample/other.yaml")
    }


def test_only_what_changed_is_written_and_check_tells_what_is_stale(project: Path) -> None:
    before = read_all(project / "build")
    (project / RECORD_FILE).write_text(edit(RECORD, ("Print the keys.", "Print all keys.")))
    result = run(project, "--check")
    assert result.returncode == 1
    assert result.stderr == "build/docs/sample/record.md is stale\nMend it: python scripts/generate.py\n"
    assert read_all(project / "build") == before
    assert run(project).stdout.endswith(", 1 changed\n")
    after = read_all(project / "build")
    assert {name for name in before if before[name] != after[name]} == {"docs/sample/record.md"}
    assert (run(project, "--check").returncode, run(project).stdout.endswith(", 0 changed\n")) == (0, True)
