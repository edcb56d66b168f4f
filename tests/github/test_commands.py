"""The commands that only the workflows call, with a repository of their own and a stand-in for GitHub's command line."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from errorkb.catalog import load
from errorkb.evidence import Finding
from errorkb.paths import ERRORS, ROOT
from errorkb.site.changes import MOST_CHARACTERS, compare_sites, read_lines, render_changes
from errorkb.verify.outcomes import UNCHECKED, compare_outcomes, render_issue, render_summary

SCRIPTS = ("parts.sh", "propose.sh", "report.sh")
GH = """\
#!/bin/sh
echo "$*" >>"$GH_LOG"
case "$1 $2" in
"pr list") printf '%s' "$OPEN" ;;
"issue list") printf '%s' "$OPEN" ;;
"issue create") cat >>"$GH_LOG" ;;
esac
"""


def run(folder: Path, *command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    identity = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    environment = {**os.environ, **identity, "PATH": f"{folder.parent}/bin{os.pathsep}{os.environ['PATH']}", **environ}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def git(folder: Path, *arguments: str) -> str:
    result = run(folder, "git", "-c", "user.name=A", "-c", "user.email=a@example.com", *arguments)
    assert result.returncode == 0, result.stderr
    return result.stdout


def write(folder: Path, files: Mapping[str, str | None]) -> None:
    for name, text in files.items():
        if text is None:
            (folder / name).unlink()
        else:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)


def read(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()
    }


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A clone with two records and a lock; ``gh`` only writes down how it was called."""
    write(tmp_path, {"bin/gh": GH, "gh.log": ""})
    (tmp_path / "bin/gh").chmod(0o755)
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "origin")
    git(tmp_path, "clone", "--quiet", "origin", "clone")
    clone = tmp_path / "clone"
    write(clone, {"errors/kit/a.evidence.json": "a", "errors/kit/b.evidence.json": "b", "errors/kit/locks/1.txt": "1"})
    (clone / ".github").mkdir()
    for name in SCRIPTS:
        shutil.copy(ROOT / ".github" / name, clone / ".github")
    write(clone, {".gitignore": "/build/\n", "body.md": "What was seen.\n"})
    git(clone, "checkout", "--quiet", "-B", "main")
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--message", "Start")
    git(clone, "push", "--quiet", "origin", "main")
    return clone


def parts(folder: Path, *arguments: str) -> None:
    result = run(folder, "sh", ".github/parts.sh", *arguments)
    assert (result.returncode, result.stderr) == (0, "")


def test_parts_of_several_jobs_are_put_together(repository: Path, tmp_path: Path) -> None:
    """One moves to another lock, one makes the old lock anew: what a job made wins over what another removed."""
    jobs: list[dict[str, str | None]] = [
        {"errors/kit/a.evidence.json": "a, again", "errors/kit/locks/1.txt": None, "errors/kit/locks/2.txt": "2"},
        {"errors/kit/b.evidence.json": "b, again", "errors/kit/locks/1.txt": "1, again"},
    ]
    before = read(repository / "errors")
    for number, files in enumerate(jobs, 1):
        write(repository, files)
        parts(repository, "save", str(tmp_path / f"parts/part-{number}"))
        git(repository, "checkout", "--quiet", ".")
        git(repository, "clean", "--quiet", "--force")
    assert read(repository / "errors") == before
    assert sorted(read(tmp_path / "parts")) == [
        "part-1/errors/kit/a.evidence.json",
        "part-1/errors/kit/locks/2.txt",
        "part-1/removed.txt",
        "part-2/errors/kit/b.evidence.json",
        "part-2/errors/kit/locks/1.txt",
    ]
    parts(repository, "put", str(tmp_path / "parts"))
    assert read(repository / "errors") == {
        "kit/a.evidence.json": "a, again",
        "kit/b.evidence.json": "b, again",
        "kit/locks/1.txt": "1, again",
        "kit/locks/2.txt": "2",
    }


def test_what_was_removed_is_removed(repository: Path, tmp_path: Path) -> None:
    write(repository, {"errors/kit/locks/1.txt": None})
    parts(repository, "save", str(tmp_path / "part"))
    git(repository, "checkout", "--quiet", ".")
    parts(repository, "put", str(tmp_path / "part"))
    assert sorted(read(repository / "errors")) == ["kit/a.evidence.json", "kit/b.evidence.json"]


@pytest.mark.parametrize("name", ["errors/../body.md", "body.md", "/etc/passwd"])
def test_a_part_removes_nothing_elsewhere(name: str, repository: Path, tmp_path: Path) -> None:
    write(tmp_path, {"part/removed.txt": f"{name}\n"})
    result = run(repository, "sh", ".github/parts.sh", "put", str(tmp_path / "part"))
    assert (result.returncode, result.stderr) == (1, f"not a file under errors/: {name}\n")
    assert (repository / "body.md").exists()


def test_where_nothing_changed_nothing_is_saved_or_proposed(repository: Path, tmp_path: Path) -> None:
    parts(repository, "save", str(tmp_path / "part"))
    assert read(tmp_path / "part") == {}
    parts(repository, "put", str(tmp_path / "nothing"))
    result = run(
        repository, "sh", ".github/propose.sh", "evidence/x", "Evidence", "body.md", GH_LOG=f"{tmp_path}/gh.log"
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "Nothing changed.\n", "")
    assert (tmp_path / "gh.log").read_text() == ""


@pytest.mark.parametrize(
    ("number", "calls"),
    [
        ("", "pr create --head evidence/x --title Evidence --body-file body.md\n"),
        ("7", "api --silent --method PATCH repos/{owner}/{repo}/pulls/7 --field body=@body.md\n"),
    ],
    ids=["opened", "renewed"],
)
def test_what_changed_is_proposed_once(number: str, calls: str, repository: Path, tmp_path: Path) -> None:
    write(repository, {"errors/kit/a.evidence.json": "a, again", "body.md": "Not of the records.\n"})
    result = run(
        repository, "sh", ".github/propose.sh", "evidence/x", "Evidence", "body.md",
        GH_LOG=f"{tmp_path}/gh.log", OPEN=number,
    )  # fmt: skip
    assert (result.returncode, result.stderr) == (0, "")
    asked = "auth setup-git\npr list --head evidence/x --state open --json number --jq .[].number\n"
    assert (tmp_path / "gh.log").read_text() == asked + calls
    assert git(repository, "diff", "--name-only", "origin/main", "origin/evidence/x") == "errors/kit/a.evidence.json\n"


@pytest.mark.parametrize(("number", "created"), [("", True), ("3", False)], ids=["opened", "open already"])
def test_an_outcome_is_reported_once(number: str, created: bool, repository: Path, tmp_path: Path) -> None:
    write(tmp_path, {"issues/kit--a.md": "Outcome changed: kit/a\n\n- `broken` on 1: it is\n"})
    result = run(
        repository, "sh", ".github/report.sh", str(tmp_path / "issues"), GH_LOG=f"{tmp_path}/gh.log", OPEN=number
    )
    assert (result.returncode, result.stderr) == (0, "")
    log = (tmp_path / "gh.log").read_text()
    assert log.startswith("issue list --state open")
    text = "issue create --title Outcome changed: kit/a --body-file -\n\n- `broken` on 1: it is\n"
    assert log.endswith(text) is created


NAME = "python/none-subscript"


def test_only_outcomes_that_changed_are_told_of() -> None:
    before = load(ERRORS)
    entry = before.entries[NAME]
    assert entry.evidence is not None
    assert compare_outcomes(before, before) == {}
    run = entry.evidence.claims["broken"]["3.13"]
    changed = {
        "observed": "clean",
        "exceptions": (),
        "verdict": (Finding(claimed="raises TypeError", seen="ended clean"),),
    }
    runs = {**entry.evidence.claims["broken"], "3.13": run.model_copy(update=changed)}
    evidence = entry.evidence.model_copy(update={"claims": {**entry.evidence.claims, "broken": runs}})
    after = replace(before, entries={**before.entries, NAME: replace(entry, evidence=evidence)})
    line = "`broken` on 3.13: was raised TypeError, as claimed, is clean, not as claimed"
    assert compare_outcomes(before, after) == {NAME: [line]}
    assert render_issue(after.entries[NAME], [line]) == (
        f"Outcome changed: {NAME}\n\n- {line}\n\nWhat does not hold:\n\n"
        "- `broken` on 3.13: claimed: raises TypeError; seen: ended clean\n\n"
        f"Run it again:\n\n```\npython scripts/verify.py {NAME} --check\n```\n"
    )
    assert render_summary({NAME: [line]}) == (
        f"Every claim was run on every release. Outcomes that changed:\n\n- `{NAME}`\n    - {line}\n\n"
        f"A record that does not hold is mended in this branch before it is merged.\n{UNCHECKED}"
    )


def test_a_new_day_is_no_outcome_and_a_new_release_is_compared_with_the_newest() -> None:
    before = load(ERRORS)
    entry = before.entries[NAME]
    assert entry.evidence is not None
    runs = entry.evidence.claims["broken"]
    moved = {"3.99": runs["3.13"].model_copy(update={"date": "2027-01-01", "python": "3.99.1"})}
    evidence = entry.evidence.model_copy(update={"claims": {"broken": moved}})
    after = replace(before, entries={**before.entries, NAME: replace(entry, evidence=evidence)})
    assert compare_outcomes(before, after) == {}


def test_the_outcomes_are_written_where_the_next_job_finds_them(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "scripts/outcomes.py"), str(ERRORS), str(ERRORS), "--into", str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")
    assert read(tmp_path) == {"summary.md": result.stdout}
    assert result.stdout.startswith("Every claim was run on every release. No outcome changed; ")


OLD = "<nav>Menu</nav><article><h1>One <b>bold</b></h1><pre>a\n  b</pre><style>x</style></article>"
NEW = OLD.replace("  b", "  c").replace("Menu", "Other menu")


def test_the_lines_of_a_page_are_those_a_reader_reads() -> None:
    assert read_lines(OLD) == ["One bold", "a", "  b"]


@pytest.fixture
def sites(tmp_path: Path) -> tuple[Path, Path]:
    write(tmp_path / "old", {"same/index.html": OLD, "kit/index.html": OLD, "gone/index.html": OLD})
    write(
        tmp_path / "new", {"same/index.html": OLD, "kit/index.html": NEW, "new/index.html": OLD, "assets/kb.css": "a"}
    )
    return tmp_path / "old", tmp_path / "new"


def test_pages_that_read_otherwise_are_listed_with_what_differs(sites: tuple[Path, Path]) -> None:
    assert compare_sites(*sites) == {
        "gone/index.html": ["@@ -1,3 +0,0 @@", "-One bold", "-a", "-  b"],
        "kit/index.html": ["@@ -2,2 +2,2 @@", " a", "-  b", "+  c"],
        "new/index.html": ["@@ -0,0 +1,3 @@", "+One bold", "+a", "+  b"],
    }
    assert compare_sites(sites[0], sites[0]) == {}
    assert render_changes({}) == "No page reads otherwise.\n"
    assert render_changes({"kit/index.html": ["-a", "+b"]}) == (
        "1 page differs.\n\n- `kit/index.html`\n\n### kit/index.html\n\n``````diff\n-a\n+b\n``````\n"
    )


def test_what_is_too_long_for_a_summary_is_left_out_and_said() -> None:
    text = render_changes({"a": ["-a"], "b": ["x" * MOST_CHARACTERS]})
    assert text.startswith("2 pages differ.\n\n- `a`\n- `b`\n")
    assert text.endswith("-a\n``````\n\nThe rest is too long to be shown.\n")


def test_the_pages_that_differ_are_copied_with_what_they_load(sites: tuple[Path, Path], tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "scripts/changed_pages.py"), *map(str, sites), "--into", str(tmp_path / "to")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("3 pages differ.\n")
    assert sorted(read(tmp_path / "to")) == ["assets/kb.css", "kit/index.html", "new/index.html"]
