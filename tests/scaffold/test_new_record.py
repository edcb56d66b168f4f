"""scripts/new_record.py, as a person runs it: at a terminal, without one, and with whatever text as a paste."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_regressions.file_regression import FileRegressionFixture

import new_record
from errorkb.catalog import load
from projects import make_project
from terminals import Terminal, converse, open_terminal
from trees import build_tree

PASTE = """\
Requirement already satisfied: shelf-kit==1.4.0
\x1b[31mTraceback (most recent call last):\x1b[0m
  File "/home/anna/shop.py", line 3, in <module>
    shelf_kit.find(7, key="sk-abc123def456ghi789")
  File "/venv/lib/python3.11/site-packages/shelf_kit/api.py", line 9, in find
    raise NoShelf(number)
shelf_kit.NoShelf: no shelf has the number 7
"""
BROKEN = "import shelf_kit\n\nprint(shelf_kit.find(7))\n"
FIXED = "import shelf_kit\n\nprint(shelf_kit.find(1))\n"
ANSWERS = [
    ("broken", "brokn.py"),
    ("broken", "broken.py"),
    ("fixed", "."),
    ("fixed", "fixed.py"),
    ("raises", ""),
    ("package", "Shelf Kit"),
    ("package", ""),
    ("distribution", ""),
    ("module", ""),
    ("package_name", "Shelf kit"),
    ("about", "Shelves for shops."),
    ("home", "http://example.com"),
    ("home", "https://example.com/shelf-kit"),
    ("releases", "1.3, 1.4.0"),
    ("python", "3.10, 3.11, 3.12"),
    ("python", "3.10, 3.11"),
    ("as_of", "2024-01-31, 2026-11-24"),
    ("message", ""),
    ("slug", ""),
    ("http", ""),
    ("severity", "bad"),
    ("severity", "high"),
    ("level", "beginner"),
    ("retry", "never"),
    ("fix_time", "soon"),
    ("fix_time", "1-2 min"),
    ("symptom", "There is no shelf with this number"),
    ("summary", ""),
    ("quick_fix", "Look the number up with `shelf_kit.list()`."),
    ("why", "Shelves are numbered when they are bought: a number that was never given has no shelf."),
    ("cause", "The number is not that of a shelf"),
    ("check", "The message shows a number that `shelf_kit.list()` does not."),
    ("fix", "Use a number that is listed."),
    ("prints", "shelf 1\\napples"),
    ("explanation", "Shelf 1 is there."),
    ("url", ""),
    ("title", "Shelf kit, documentation"),
    ("verify", "n"),
]
"""Each question, by what its prompt begins with or asks, and what is typed."""
TYPED = [answer for _, answer in ANSWERS]


@contextmanager
def at_terminal(project: Path, *arguments: str) -> Iterator[tuple[Terminal, subprocess.Popen[bytes]]]:
    """The command under test at a terminal."""
    command = [sys.executable, str(project / "scripts/new_record.py"), *arguments]
    with open_terminal(command, project.parent) as opened:
        yield opened


@pytest.fixture
def folder(project: Path) -> Path:
    """The folder beside the project, with a paste and two programs."""
    for name, text in (("paste.txt", PASTE), ("broken.py", BROKEN), ("fixed.py", FIXED)):
        (project.parent / name).write_text(text)
    return project.parent


def run(project: Path, *arguments: str, text: str | bytes = b"") -> tuple[int, str, str]:
    command = [sys.executable, str(project / "scripts/new_record.py"), *arguments]
    content = text.encode() if isinstance(text, str) else text
    result = subprocess.run(
        command, input=content, capture_output=True, check=False, cwd=project.parent, env={"PATH": os.environ["PATH"]}
    )
    out = re.sub(r"(\.yaml); .*\)$", r"\1; WHY)", result.stdout.decode(), flags=re.MULTILINE)
    return result.returncode, out, result.stderr.decode()


def list_files(project: Path) -> list[str]:
    return sorted(path.relative_to(project).as_posix() for path in (project / "errors").rglob("*") if path.is_file())


@pytest.mark.slow
def test_the_whole_dialogue(project: Path, folder: Path, file_regression: FileRegressionFixture) -> None:
    with at_terminal(project, "--from-traceback", "paste.txt") as (terminal, process):
        converse(terminal, TYPED)
        assert not terminal.read_to_prompt(), terminal.shown
        assert process.wait(10) == 1
    assert "sk-abc123" not in terminal.shown
    files = [project / "errors/shelf-kit" / name for name in ("package.yaml", "no-shelf.yaml")]
    text = terminal.shown + "".join(f"\n===== {path.name} =====\n{path.read_text()}" for path in files)
    text = re.sub(r"^as of \[\d{4}-\d{2}-\d{2}\]", "as of [TODAY]", text, flags=re.MULTILINE)
    file_regression.check(text, encoding="utf-8", extension=".txt")
    assert load(project / "errors").problems == ()


@pytest.mark.slow
@pytest.mark.parametrize("answered", [0, 1, 3, 7, len(ANSWERS) - 2])
def test_ctrl_c_leaves_nothing(project: Path, folder: Path, answered: int) -> None:
    before = list_files(project)
    with at_terminal(project, "--from-traceback", "paste.txt") as (terminal, process):
        converse(terminal, TYPED[:answered])
        assert terminal.read_to_prompt()
        terminal.type("\x03")
        assert not terminal.read_to_prompt()
        assert process.wait(10) == 1
    assert terminal.shown.endswith("\nStopped; nothing was written.\n")
    assert "Traceback" not in terminal.shown
    assert list_files(project) == before


SIMPLE = ("--yes", "--package", "sample", "--fix-time", "1-2 min", "--url", "https://example.com/keys")
KEY_ERROR = "KeyError: 'pear'"


@pytest.mark.slow
def test_without_anybody_to_ask_each_place_that_is_missing_is_named(project: Path, folder: Path) -> None:
    code, out, error = run(project, "--from-traceback", "-", *SIMPLE, text=KEY_ERROR)
    assert (code, error) == (1, "")
    assert re.findall(r"^errors/sample/key-error\.yaml:\d+:\d+: (\S+)", out, re.MULTILINE) == [
        *("todo", "unknown-word", "unknown-word", "unknown-word"),
        *("todo",) * 9,
    ]
    assert "explanation" not in (project / "errors/sample/key-error.yaml").read_text().partition("# More")[0]
    assert out.startswith("raises: KeyError\n\nWrote errors/sample/key-error.yaml\n")
    assert out.endswith(
        "13 problems\n"
        "Next: python scripts/preview.py sample/key-error shows its page, python scripts/verify.py sample/key-error runs it.\n"
    )
    record = load(project / "errors").entries["sample/key-error"].record
    assert (record.raises, record.message and record.message[0].text) == ("KeyError", "'pear'")


MISSING_PAGE = "Traceback (most recent call last):\nsample.Missing: no shelf holds the key 'b'\n"
FITS = "There is a page for this: https://errors.example/sample/missing/ (errors/sample/missing.yaml; WHY)\n"


@pytest.mark.slow
def test_an_error_that_has_a_page_is_pointed_at_it(project: Path, folder: Path) -> None:
    before = list_files(project)
    (folder / "known.txt").write_text(MISSING_PAGE)
    said = f"raises: sample.Missing\n{FITS}"
    asked = "Start another page all the same? [y/N]: "
    nothing = "Nothing was written. --anyway starts another page all the same.\n"
    assert run(project, "--from-traceback", "known.txt", "--yes") == (1, said, nothing)
    assert run(project, "--from-traceback", "known.txt", text="n\n") == (0, f"{said}{asked}Nothing was written.\n", "")
    assert list_files(project) == before
    code, out, _ = run(project, "--from-traceback", "known.txt", "--anyway", "--slug", "other", *SIMPLE)
    assert (code, out.startswith(f"{said}\nWrote errors/sample/other.yaml\n")) == (1, True)


WRAPPED = MISSING_PAGE.replace("sample.Missing", "kit.errors.Missing")


@pytest.mark.slow
def test_a_page_about_another_class_with_the_same_message_is_only_a_hint(project: Path, folder: Path) -> None:
    code, out, error = run(project, "--from-traceback", "-", "--slug", "gone", *SIMPLE, text=WRAPPED)
    assert (code, error) == (1, "")
    hint = FITS.replace("There is a page for this", "This may be it")
    assert out.startswith(f"raises: kit.errors.Missing\n{hint}\nWrote errors/sample/gone.yaml\n")


@pytest.mark.slow
def test_the_address_of_a_reference_is_left_open_and_found(project: Path, folder: Path) -> None:
    code, out, error = run(project, "--from-traceback", "-", *SIMPLE[:-2], text=KEY_ERROR)
    assert (code, error) == (1, "")
    lines = (project / "errors/sample/key-error.yaml").read_text().split("\n")
    found = re.findall(r"^errors/sample/key-error\.yaml:(\d+):\d+: todo ", out, re.MULTILINE)
    assert [lines[int(line) - 1].strip() for line in found][-2:] == [
        "- title: TODO",
        "url: https://example.com/TODO",
    ]
    assert "sample/key-error" in load(project / "errors").entries


ISSUE = """\
### What the terminal printed

```text
Traceback (most recent call last):
  File "/venv/lib/python3/site-packages/shelf_kit/api.py", line 9, in find
    raise NoShelf(7, "sk-abc123def456ghi789")
shelf_kit.NoShelf: no shelf has the number 7
```

### Releases

shelf-kit 1.4.0, Python 3.12

### What helped

Listing the shelves first.
"""
NEW = (
    "--home",
    "https://example.com",
    "--url",
    "https://example.com/a",
    "--severity",
    "high",
    "--level",
    "beginner",
    "--retry",
    "never",
)


@pytest.mark.slow
def test_an_issue_about_a_missing_page_becomes_a_draft(project: Path, folder: Path) -> None:
    (folder / "issue.md").write_text(ISSUE)
    world = ("--broken", "broken.py", "--fixed", "fixed.py", "--prints", "1", "--env", "SHELVES=7", "--arg", "x")
    arguments = ("--from-issue", "issue.md", "--yes", "--fix-time", "1-2 min", *NEW, *world)
    code, out, error = run(project, *arguments)
    assert (code, error) == (1, "")
    assert out.startswith(
        "raises: shelf_kit.NoShelf\ninstalled: shelf_kit 1.4.0\n\n"
        "Wrote errors/shelf-kit/package.yaml\nWrote errors/shelf-kit/no-shelf.yaml\n"
    )
    line = "/errors/shelf-kit/ @errorkb/maintainers\n"
    assert f"shelf-kit is a new package. .github/CODEOWNERS needs a line for it, in order: {line}Next: " in out
    assert "sk-abc123" not in (project / "errors/shelf-kit/no-shelf.yaml").read_text()
    catalog = load(project / "errors")
    record = catalog.entries["shelf-kit/no-shelf"].record
    release = catalog.packages["shelf-kit"].package.releases[0]
    assert (release.version, release.python) == ("1.4.0", "3.12")
    assert record.quick_fix.text == "TODO: is this so? Listing the shelves first."
    assert record.broken is not None
    assert (record.broken.env, record.broken.args) == ({"SHELVES": "7"}, ("x",))


NOTE = "### Page\n\nhttps://errors.example/sample/missing/\n\n### Note\n\nAsk `anna`.\n\n### Program\n\n_No response_\n"


@pytest.mark.slow
def test_an_issue_with_a_note_puts_it_into_the_record(project: Path, folder: Path) -> None:
    (folder / "issue.md").write_text(NOTE)
    before = (project / "errors/sample/missing.yaml").read_text()
    code, out, error = run(project, "--from-issue", "issue.md", "--yes", "--by", "anna")
    assert (code, error) == (0, "")
    assert out == (
        "Added the note of anna to errors/sample/missing.yaml\nLint finds nothing.\n"
        "Next: python scripts/preview.py sample/missing shows its page, python scripts/verify.py sample/missing runs it.\n"
    )
    added = (project / "errors/sample/missing.yaml").read_text().removeprefix(before)
    assert re.sub(r"\d{4}-\d{2}-\d{2}", "TODAY", added) == (
        'notes:\n  - by: anna\n    date: "TODAY"\n    text: Ask `anna`.\n'
    )


@pytest.mark.slow
def test_an_issue_about_a_wrong_page_names_the_runs_in_doubt(project: Path, folder: Path) -> None:
    text = "### Page\n\nsample/missing\n\n### What is wrong\n\nkey=sk-abc123def456ghi789 helps.\n\n### Releases\n\nx\n"
    before = list_files(project)
    assert run(project, "--from-issue", "-", "--yes", text=text) == (
        0,
        "The page is errors/sample/missing.yaml; no draft can be made of what is said to be wrong (x):\n"
        "    key=[key] helps.\n"
        "Repeat its runs: python scripts/verify.py sample/missing --check\n",
        "",
    )
    assert list_files(project) == before


@pytest.mark.slow
def test_a_log_record_is_started(project: Path, folder: Path) -> None:
    arguments = ("--logs", "asyncio:ERROR", "--message", "Task exception was never retrieved", *SIMPLE)
    code, _, error = run(project, *arguments)
    assert (code, error) == (1, "")
    record = load(project / "errors").entries["sample/asyncio-error"].record
    assert record.logs is not None
    assert (record.logs.logger, record.logs.level) == ("asyncio", "ERROR")


SECRET = 'KEY = "sk-abc123def456ghi789jkl"\n'
REFUSED: dict[str, tuple[tuple[str, ...], bytes, str]] = {
    "no file": (("--from-traceback", "none.txt"), b"", "none.txt: No such file or directory"),
    "a folder": (("--from-traceback", "."), b"", ".: Is a directory"),
    "an empty paste": (("--from-traceback", "-", "--yes"), b" \n", "-: there is nothing in it: paste what the terminal printed, the last line at least"),
    "a binary paste": (("--from-traceback", "-", "--yes"), b"\x7fELF\0\1", "-: this is not text: it holds zero bytes"),
    "no error in it": (("--from-traceback", "-", "--yes"), b"the shop is open", "-: no exception, warning or error was found in it: --raises, --warns, --logs, --exits or --signals says which"),
    "nobody to ask": (("--from-traceback", "-"), b"KeyError: 'a'", "standard input is the paste, so nothing can be asked: give flags and --yes, or the paste in a file"),
    "answers that end": (("--raises", "KeyError"), b"", "the answers ended too early, and nothing was written: give flags, and --yes to be asked nothing"),
    "an answer that is missing": (("--yes", "--package", "sample", "--raises", "KeyError"), b"", "--yes needs --fix-time: The author's estimate: `2-5 min`."),
    "a class without its module": (("--yes", "--from-traceback", "-"), b"NoShelfError: no", "--yes needs --raises: The public name of the exception that ends the program. NoShelfError was printed without its module."),
    "a package that would be new": (("--yes", "--from-traceback", "-"), b"samples_kit.NoShelfError: no", "--yes needs --home: The package's home page. samples-kit would be a new package; --package names one that is there, such as sample."),
    "a package that is like none": (("--yes", "--raises", "kit.Odd", "--home", "https://a.b"), b"", "--yes needs --releases: The releases that the package's records are run on, with commas between them. kit would be a new package; --package names one that is there."),
    "an answer that is wrong": (("--raises", "KeyError", *SIMPLE, "--http", "9"), b"", "--http: `http` must be 400 or more, was 9"),
    "a word that is none": (("--raises", "KeyError", *SIMPLE, "--retry", "soon"), b"", "--retry: `retry` must be one of never, after waiting, safe, was 'soon'"),
    "a package that is a path": (("--raises", "KeyError", "--yes", "--package", "../x"), b"", "--package: must be small letters, digits and single hyphens, such as old-key-wins, was '../x'"),
    "two symptoms": (("--raises", "KeyError", "--exits", "2"), b"", "one of --raises, --warns, --logs, --exits, --signals says what the user sees"),
    "a record that is there": (("--raises", "sample.Missing", *SIMPLE), b"", "--slug: errors/sample/missing.yaml is there already"),
    "a log record without its level": (("--logs", "asyncio", *SIMPLE), b"", "--logs: must be the logger and the level, such as asyncio:ERROR, was 'asyncio'"),
    "two texts": (("--from-traceback", "a", "--from-issue", "b"), b"", "--from-traceback or --from-issue, not both"),
    "an issue of no form": (("--from-issue", "-", "--yes"), b"### What helped\n\nx", "-: this is not what a form wrote, which begins with ### What the terminal printed or ### Page"),
    "an issue of nothing": (("--from-issue", "-", "--yes"), b"### Page\n\n### Note\n\nx", "-: nothing stands under ### Page"),
    "a binary issue": (("--from-issue", "-", "--yes"), b"\0", "-: this is not text: it holds zero bytes"),
    "a note by nobody": (("--from-issue", "-", "--yes"), NOTE.encode(), "--yes needs --by: the GitHub name of who wrote the note"),
    "a note by no name": (("--from-issue", "-", "--yes", "--by", "a b"), NOTE.encode(), "the note: `by` must be a GitHub name alone, without @, was 'a b'"),
    "a note for no page": (("--from-issue", "-", "--yes"), NOTE.replace("missing", "mising").encode(), "there is no page 'sample/mising'; near it: sample/missing"),
    "a world without a program": (("--raises", "KeyError", "--env", "A=1", *SIMPLE), b"", "--env, --arg, --file, --server, --service, --requires are about a program: --broken and --fixed name it"),
    "a variable without a value": (("--raises", "KeyError", "--env", "A", *SIMPLE), b"", "--env: must be NAME=VALUE, was 'A'"),
    "one program of two": (("--raises", "KeyError", "--broken", "broken.py", *SIMPLE), b"", "--broken and --fixed come together"),
    "a program that is none": (("--raises", "KeyError", "--broken", "elf", "--fixed", "fixed.py", *SIMPLE), b"", "elf: a program must be text, and this is not"),
    "a program with a key": (("--raises", "KeyError", "--broken", "secret.py", "--fixed", "fixed.py", *SIMPLE), b"", "secret.py: it holds what looks like a key: write test-key-good or test-key-bad in its place"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("arguments", "text", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_done_is_said_in_one_line(
    project: Path, folder: Path, arguments: tuple[str, ...], text: bytes, said: str
) -> None:
    (folder / "elf").write_bytes(b"ELF\0")
    (folder / "secret.py").write_text(SECRET)
    before = list_files(project)
    code, _, error = run(project, *arguments, text=text)
    assert (code, error) == (2, f"Error: {said}\n")
    assert list_files(project) == before


LINES = st.sampled_from(
    [
        "Traceback (most recent call last):",
        '  File "/srv/a.py", line 1, in <module>',
        '  File "/v/site-packages/shelf/a.py", line 1, in f',
        "KeyError: 'a'",
        "a.b.NoShelf: no shelf 7 of {x}",
        "x.<locals>.E: \x1b[1m7\x1b[0m",
        "/srv/a.py:1: UserWarning: {a} {a} 'b'",
        "a.py: error: no: 'b'",
        "Killed",
        "  + Exception Group Traceback (most recent call last):",
        "key=sk-abc123def456ghi789jkl",
        "Ошибка: нет",
        "",
    ]
)


@pytest.fixture(scope="module")
def errors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tree(tmp_path_factory.mktemp("any") / "errors", {})


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200) | st.text().map(str.encode) | st.lists(LINES | st.text(max_size=20)).map(lambda lines: "\n".join(lines).encode()))  # fmt: skip
def test_any_text_gives_a_record_that_loads_or_one_line(errors: Path, content: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(new_record, "ERRORS", errors)
        patch.setattr(new_record, "ROOT", errors.parent)
        arguments = ["--from-traceback", "-", "--anyway", "--slug", "new", *SIMPLE]
        result = CliRunner().invoke(new_record.main, arguments, input=content)
    assert isinstance(result.exception, SystemExit), (result.output, result.exc_info)
    written = errors / "sample/new.yaml"
    if result.exit_code == 2:
        assert re.fullmatch(r"Error: .*\n", result.stderr)
        assert not written.exists()
        return
    catalog = load(errors)
    text = written.read_text(encoding="utf-8")
    written.unlink()
    assert catalog.problems == ()
    assert "sample/new" in catalog.entries
    assert "sk-abc" not in text + result.output


@pytest.mark.slow
def test_of_ten_megabytes_the_end_is_read(project: Path) -> None:
    code, out, error = run(project, "--from-traceback", "-", *SIMPLE, text="x" * 10_000_000 + f"\n{KEY_ERROR}\n")
    assert (code, error) == (1, "")
    assert out.startswith("raises: KeyError\n")


@pytest.mark.slow
@pytest.mark.sandbox
def test_what_was_written_in_the_simplest_way_is_as_claimed(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project")
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "a.py").write_text('prices = {"apple": 3}\nprint(prices["pear"])\n')
        (Path(name) / "b.py").write_text('prices = {"apple": 3}\nprint(prices.get("pear", 0))\n')
        programs = ("--broken", f"{name}/a.py", "--fixed", f"{name}/b.py", "--prints", "0")
        arguments = (
            "--from-traceback",
            "-",
            *programs,
            "--verify",
            "--yes",
            "--package",
            "plain",
            "--fix-time",
            "1-2 min",
            "--url",
            "https://example.com",
        )
        code, out, error = run(project.root, *arguments, text=KEY_ERROR)
    assert code == 0, out + error
    assert out.endswith("2 claims run, 0 findings, 0 differences, 0 without an interpreter, 0 without a server\n")
    assert project.evidence() == {"plain/key-error": ["broken", "fixed"]}
