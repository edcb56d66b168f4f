"""scripts/match.py, run as a person runs it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from errorkb.paths import ROOT
from trees import RECORD, build_tree, edit

MISSING = edit(
    RECORD,
    ("raises: KeyError", "raises: sample.Missing"),
    ("message: \"'{key}'\"", "message: no shelf holds the key {key}"),
)
LINE = "sample.Missing: no shelf holds the key 'b'"
PAGE = """\
This looks like your error

sample.Missing  The key is not there
  Quick fix: Ask with .get().
  Page:      https://errors.example/sample/missing/
  Why:       raised sample.Missing, and all 5 words of its message
"""
NONE = """\
No page yet
  exception: shop.EmptyError
  message: [key] of [e-mail address]

Start one:
  python scripts/new_record.py --from-traceback {}
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    build_tree(root / "errors", {"sample/missing.yaml": MISSING})
    shutil.copytree(ROOT / "scripts", root / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "mkdocs.yml").write_text('site_name: x\nsite_url: "https://errors.example/" # here\n')
    for name in (".venv", "requirements.txt"):
        (root / name).symlink_to(ROOT / name)
    return root


def match(project: Path, text: str | bytes, *arguments: str) -> tuple[int, str, str]:
    command = [sys.executable, str(project / "scripts" / "match.py"), *arguments]
    content = text.encode() if isinstance(text, str) else text
    result = subprocess.run(command, input=content, capture_output=True, env={"PATH": os.environ["PATH"]}, check=False)
    return result.returncode, result.stdout.decode(), result.stderr.decode()


def test_the_page_its_fix_its_address_and_the_reason(project: Path) -> None:
    assert match(project, LINE) == (0, PAGE, "")


def test_a_file_is_read_and_no_page_says_how_to_start_one(project: Path, tmp_path: Path) -> None:
    path = tmp_path / "a b.txt"
    path.write_text("shop.EmptyError: sk-abcdef1234567890 of anna@example.com")
    assert match(project, "", str(path)) == (1, NONE.format(f"'{path}'"), "")


def test_others_of_a_log_are_named(project: Path) -> None:
    trace = 'Traceback (most recent call last):\n  File "a.py", line 1, in f\n'
    code, out, _ = match(project, f"{trace}{LINE}\n{trace}OSError: the printer is out of paper\n")
    assert code == 1
    assert out.startswith("Of 2 errors the last: OSError: the printer is out of paper\n\nNo page yet\n")
    assert out.endswith(f"The other errors\n  {LINE}  https://errors.example/sample/missing/\n")


def test_json_holds_the_whole_answer(project: Path) -> None:
    code, out, _ = match(project, LINE, "--json")
    assert code == 0
    answer = json.loads(out)
    assert answer["taken"] == LINE
    assert [(result["record"], result["tier"]) for result in answer["results"]] == [("sample/missing", "this")]


def test_lines_are_answered_by_lines(project: Path) -> None:
    questions = [{"id": "a", "text": LINE}, {"id": 2, "text": ""}, {"id": None, "text": "\ud800"}]
    code, out, err = match(project, "\n".join(map(json.dumps, questions)) + "\n\n", "--jsonl")
    answers = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert [answer["id"] for answer in answers] == ["a", 2, None]
    assert answers[0]["matches"][0]["record"] == "sample/missing"
    assert 0.65 <= answers[0]["matches"][0]["score"] <= 1
    assert set(answers[0]["matches"][0]) == {"record", "score", "why"}
    assert answers[1]["matches"] == answers[2]["matches"] == []


def test_every_line_that_is_no_question_is_named(project: Path) -> None:
    lines = b'{"id": 1, "text": "x"}\nnope\n[1]\n{"id": 2}\n{"id": 3, "text": 4}\n\xff\n' + b"[" * 100_000
    code, out, err = match(project, lines, "--jsonl")
    assert (code, out) == (2, "")
    shape = 'must be {"id": …, "text": "…"}'
    assert err.splitlines() == [
        "Error: line 2: must be JSON: Expecting value",
        f"       line 3: {shape}",
        f"       line 4: {shape}",
        f"       line 5: {shape}",
        "       line 6: must be JSON: it cannot be read",
        "       line 7: must be JSON: it cannot be read",
    ]


@pytest.mark.parametrize("text", ["", " \n\t"])
def test_nothing_is_no_question(project: Path, text: str) -> None:
    said = "nothing was given: paste a traceback, or pipe one in: python app.py 2>&1 | python scripts/match.py"
    assert match(project, text) == (2, "", f"Error: {said}\n")


@pytest.mark.parametrize(
    ("text", "arguments", "said"),
    [
        (b"\x7fELF\x00\x01", (), "this is not text: it holds zero bytes"),
        (b"x", ("no-such-file",), "no-such-file: No such file or directory"),
        (b"x", ("--json", "--jsonl"), "--json and --jsonl exclude each other"),
    ],
)
def test_misuse_is_said_in_one_line(project: Path, text: bytes, arguments: tuple[str, ...], said: str) -> None:
    assert match(project, text, *arguments) == (2, "", f"Error: {said}\n")


def test_hostile_text_never_ends_in_a_traceback(project: Path) -> None:
    for text in (
        b"\xff\xfe\xfa",
        b"<script>\x1b]0;x\x07",
        b"[" * 300_000,
        b"ValueError: \xe2\x80\xae" + b"x" * 1_000_000,
    ):
        code, out, err = match(project, text)
        assert code in (0, 1)
        assert err == ""
        assert "\x1b" not in out


def test_a_reader_that_stops_is_no_error(project: Path) -> None:
    question = json.dumps({"id": 1, "text": LINE}).encode() + b"\n"
    command = [sys.executable, str(project / "scripts" / "match.py"), "--jsonl"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(question * 3000)
        process.stdin.close()
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
