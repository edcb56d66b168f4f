"""scripts/lint.py, run as a person runs it: what it prints, where, and how it ends."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from errorkb.catalog import load
from errorkb.lint import check_catalog
from errorkb.paths import ROOT
from trees import RECORD, build_tree, edit

BAD = edit(
    RECORD,
    ("severity: medium", "severity: dreadful"),
    ("Ask with `.get()`.", "It never fails."),
    ("\"'{key}'\"", "no key {key}"),
)
WORD = "errors/sample/bad.yaml:4:11: unknown-word `severity` must be one of critical, high, medium, low, was 'dreadful'"
PROMISE = 'errors/sample/bad.yaml:9:15: promise prose must promise only what runs can prove, and "never fails" is more'
TEXT = f"""\
{WORD}
    errors/vocabulary.yaml says what each means.
{PROMISE}
    Say what was seen, and on which releases.
"""
STRAY = "errors/sample/100%, done.txt"
STRAY_TEXT = f"""\
{STRAY}:1:1: stray-file `sample/100%, done.txt` is not a file that belongs here
    Remove it. A record is errors/package/some-error.yaml, in lower case with hyphens.
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of its own, with one good record, one bad one, and a file that belongs elsewhere."""
    root = tmp_path_factory.mktemp("project")
    build_tree(root / "errors", {"sample/good.yaml": RECORD, "sample/bad.yaml": BAD, "other/package.yaml": "x"})
    (root / STRAY).write_text("")
    for name in ("scripts", "templates"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (".venv", "requirements.txt"):
        (root / name).symlink_to(ROOT / name)
    return root


def lint(project: Path, *arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(project / "scripts" / "lint.py"), *arguments]
    environment = {"PATH": os.environ["PATH"], "COLUMNS": "200"}
    return subprocess.run(
        command, cwd=folder or project, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )


def test_every_problem_is_printed_and_counted(project: Path) -> None:
    result = lint(project)
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout == (
        "errors/other/package.yaml:1:1: not-a-mapping a file must be keys with values at its top; "
        "this one is a single value\n"
        "    Write `key: value` lines.\n"
        f"{STRAY_TEXT}{TEXT}2 records, 4 problems\n"
    )


PATHS: dict[str, tuple[tuple[str, ...], str, int]] = {
    "a record without a problem": (("errors/sample/good.yaml",), "1 record, 0 problems\n", 0),
    "a record with problems": (("errors/sample/bad.yaml",), f"{TEXT}1 record, 2 problems\n", 1),
    "a record by its id": (("sample/bad",), f"{TEXT}1 record, 2 problems\n", 1),
    "a package by its id": (("sample",), f"{STRAY_TEXT}{TEXT}2 records, 3 problems\n", 1),
    "two records": (("errors/sample/bad.yaml", "errors/sample/good.yaml"), f"{TEXT}2 records, 2 problems\n", 1),
    "a file that is no record": (("errors/vocabulary.yaml",), "0 records, 0 problems\n", 0),
}


def test_what_a_record_says_wrongly_is_told_of_at_once_whatever_else_is_wrong(tmp_path: Path) -> None:
    bad = edit(
        RECORD,
        ("severity: medium", "sevrity: no"),
        ("Ask with `.get()`.", "It never fails. TODO"),
        ("Print the keys.", "Ask x() with sk-proj-1234567890abcdefgh."),
    )
    errors = build_tree(tmp_path / "errors", {"sample/bad.yaml": bad})
    problems = check_catalog(load(errors), errors)
    assert [f"{item.line}:{item.column} {item.code}" for item in problems if item.path == "errors/sample/bad.yaml"] == [
        "4:1 unknown-key",
        "4:10 read-as-boolean",
        "9:15 promise",
        "9:28 todo",
        "12:65 identifier-outside-backticks",
        "12:74 secret",
    ]


@pytest.mark.parametrize(("paths", "said", "code"), PATHS.values(), ids=PATHS)
def test_of_paths_only_what_lies_there(paths: tuple[str, ...], said: str, code: int, project: Path) -> None:
    result = lint(project, *paths)
    assert (result.stdout, result.stderr, result.returncode) == (said, "", code)


@pytest.mark.parametrize("path", ["errors/sample", "errors/sample/"])
def test_a_folder_is_what_lies_below_it(path: str, project: Path) -> None:
    assert lint(project, path).stdout.endswith(f"{TEXT}2 records, 3 problems\n")


@pytest.mark.parametrize("path", ["errors", "."])
def test_the_folder_of_records_and_the_project_are_everything(path: str, project: Path) -> None:
    assert lint(project, path).stdout == lint(project).stdout


def test_it_runs_from_any_directory(project: Path, tmp_path: Path) -> None:
    assert lint(project, folder=tmp_path).stdout == lint(project).stdout
    said = f"{TEXT}1 record, 2 problems\n"
    assert lint(project, "bad.yaml", folder=project / "errors" / "sample").stdout == said
    assert lint(project, str(project / "errors" / "sample" / "bad.yaml"), folder=tmp_path).stdout == said
    assert lint(project, "errors/sample/bad.yaml", folder=tmp_path).stdout == said, "as findings name it"


MISUSE = {
    "no such file": (
        ("errors/sample/gone.yaml",),
        "errors/sample/gone.yaml: there is no such file, folder, record or package\n",
    ),
    "one of two is missing": (
        ("errors/sample/good.yaml", "gone"),
        "gone: there is no such file, folder, record or package\n",
    ),
    "not a place of records": (("scripts",), "scripts: the records lie in errors/, and this is not there\n"),
}


@pytest.mark.parametrize(("arguments", "said"), MISUSE.values(), ids=MISUSE)
def test_misuse_is_told_in_one_line(arguments: tuple[str, ...], said: str, project: Path) -> None:
    result = lint(project, *arguments)
    assert (result.stdout, result.stderr, result.returncode) == ("", said, 2)


@pytest.mark.parametrize("arguments", [("--format", "xml"), ("--fix",)])
def test_what_is_no_option_is_misuse(arguments: tuple[str, ...], project: Path) -> None:
    result = lint(project, *arguments)
    assert (result.stdout, result.returncode) == ("", 2)
    assert result.stderr.startswith("Usage: lint.py [OPTIONS] [PATH]...\n")


def test_as_json_the_count_is_apart(project: Path) -> None:
    result = lint(project, "--format", "json", "errors/sample/bad.yaml")
    assert (result.returncode, result.stderr) == (1, "1 record, 2 problems\n")
    problems = json.loads(result.stdout)
    assert [
        f"{item['path']}:{item['line']}:{item['column']}: {item['code']} {item['message']}" for item in problems
    ] == [
        WORD,
        PROMISE,
    ]
    assert {item["mend"] for item in problems} == {
        "errors/vocabulary.yaml says what each means.",
        "Say what was seen, and on which releases.",
    }
    clean = lint(project, "--format", "json", "errors/sample/good.yaml")
    assert (json.loads(clean.stdout), clean.returncode) == ([], 0)


def test_on_github_a_problem_is_an_annotation_on_its_line(project: Path) -> None:
    result = lint(project, "--format", "github", "errors/sample")
    assert (result.returncode, result.stderr) == (1, "")
    stray, word, _, count = result.stdout.splitlines()
    assert stray == (
        "::error file=errors/sample/100%25%2C done.txt,line=1,col=1,title=stray-file::`sample/100%25, done.txt` is not a "
        "file that belongs here Remove it. A record is errors/package/some-error.yaml, in lower case with hyphens."
    )
    assert word == (
        "::error file=errors/sample/bad.yaml,line=4,col=11,title=unknown-word::`severity` must be one of critical, high, "
        "medium, low, was 'dreadful' errors/vocabulary.yaml says what each means."
    )
    assert count == "2 records, 3 problems"


def test_help_says_what_it_does(project: Path, tmp_path: Path) -> None:
    result = lint(project, "--help", folder=tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert (
        result.stdout
        == """\
Usage: lint.py [OPTIONS] [PATH]...

  Print every problem of all records, or of those at PATH (or of that id).

Options:
  --format [text|json|github]  [default: text]
  --document                   Write the rules and the fields into
                               templates/docs; check nothing.
  --help                       Show this message and exit.
"""
    )


@pytest.mark.parametrize(
    ("name", "line"), [("contribute.md", "- `todo`.*"), ("contribute/fields.md", r"\| `quick_fix`.*")]
)
def test_the_lists_of_rules_and_of_fields_are_renewed(name: str, line: str, project: Path) -> None:
    page = project / "templates" / "docs" / name
    whole = page.read_text(encoding="utf-8")
    page.write_text(re.sub(f"^{line}\n", "", whole, flags=re.MULTILINE), encoding="utf-8")
    assert page.read_text(encoding="utf-8") != whole
    result = lint(project, "--document")
    assert (result.stdout, result.stderr, result.returncode) == ("", "", 0)
    assert page.read_text(encoding="utf-8") == whole


def test_a_file_whose_name_cannot_be_printed_is_told_of(tmp_path: Path, project: Path) -> None:
    (project / os.fsdecode(b"errors/sample/\xff\n.txt")).write_text("")
    try:
        result = lint(project, "errors/sample")
    finally:
        (project / os.fsdecode(b"errors/sample/\xff\n.txt")).unlink()
    assert result.returncode == 1
    assert "errors/sample/\\udcff\\n.txt:1:1: stray-file " in result.stdout
