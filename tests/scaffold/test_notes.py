"""A note is put into the file of a record, and not another character of it changes."""

from pathlib import Path

import pytest

from errorkb.scaffold.notes import add_note, build_note, put_note
from trees import RECORD

ANSWERS = {"note": "It also helps to: wait.", "releases": "", "code": "", "prints": ""}
NOTE = build_note(ANSWERS, "anna", "2026-11-24")
ADDED = '  - by: anna\n    date: "2026-11-24"\n    text: "It also helps to: wait."\n'
OLD = '  - by: bert\n    date: "2026-01-02"\n    text: Or not.\n'

PLACES = {
    "the first note": (RECORD, f"{RECORD}notes:\n{ADDED}"),
    "no end of line": (RECORD.rstrip("\n"), f"{RECORD}notes:\n{ADDED}"),
    "behind others": (f"{RECORD}notes:\n{OLD}", f"{RECORD}notes:\n{OLD}{ADDED}"),
    "before another key": (
        f"{RECORD}notes:\n{OLD}\n# Who wrote it.\nauthors: [bert]\n",
        f"{RECORD}notes:\n{OLD}{ADDED}\n# Who wrote it.\nauthors: [bert]\n",
    ),
    "behind a comment of the last": (
        f"{RECORD}notes:\n{OLD}    # is it so?\n# the end\n",
        f"{RECORD}notes:\n{OLD}    # is it so?\n{ADDED}# the end\n",
    ),
    "in a list without space before it": (
        f"{RECORD}notes:\n- by: bert\n  date: '2026-01-02'\n  text: |\n    Or not.\n\n\nauthors: [bert]\n",
        f"{RECORD}notes:\n- by: bert\n  date: '2026-01-02'\n  text: |\n    Or not.\n"
        '- by: anna\n  date: "2026-11-24"\n  text: "It also helps to: wait."\n\n\nauthors: [bert]\n',
    ),
    "in brackets": (
        f"{RECORD}notes: []\n",
        f'{RECORD}notes: [{{"by": "anna", "date": "2026-11-24", "text": "It also helps to: wait."}}]\n',
    ),
    "Windows line ends": (
        RECORD.replace("\n", "\r\n"),
        f"{RECORD}notes:\n{ADDED}".replace("\n", "\r\n"),
    ),
}


@pytest.mark.parametrize(("text", "expected"), PLACES.values(), ids=PLACES)
def test_where_a_note_is_put(text: str, expected: str) -> None:
    assert add_note(text, NOTE) == expected


def test_a_note_has_what_was_answered() -> None:
    answers = {"note": "Wait.", "releases": ">=2", "code": "print(1)", "prints": "1"}
    assert build_note(answers, "anna", "2026-11-24") == {
        "by": "anna",
        "date": "2026-11-24",
        "applies_to": ">=2",
        "text": "Wait.",
        "code": "print(1)\n",
        "prints": "1",
    }


REFUSED = {
    "by": ({}, "anna b", "`by` must be a GitHub name"),
    "applies_to": ({"releases": "new ones"}, "anna", "`applies_to`"),
    "code": (
        {"code": 'key = "sk-abc123def456ghi789jkl"', "prints": "1"},
        "anna",
        "`code`: it holds what looks like a key",
    ),
}


@pytest.mark.parametrize(("answers", "by", "said"), REFUSED.values(), ids=REFUSED)
def test_a_note_that_cannot_be_is_refused_and_the_file_stays(
    tmp_path: Path, answers: dict[str, str], by: str, said: str
) -> None:
    path = tmp_path / "missing.yaml"
    path.write_text(RECORD)
    found = put_note(path, build_note({**ANSWERS, **answers}, by, "2026-11-24"))
    assert [line.startswith(said) for line in found] == [True], found
    assert path.read_text() == RECORD
    assert list(tmp_path.iterdir()) == [path]
