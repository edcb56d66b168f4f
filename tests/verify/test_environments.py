"""What of locks and environments can be told without a network."""

from pathlib import Path

import pytest

from errorkb.verify.environments import make_lock, name_environment, prepare_environment, render_instant
from errorkb.verify.runs import Interpreter

INTERPRETER = Interpreter(executable="/x/bin/python3.11", prefix="/x", version="3.11.7", banner="3.11.7")


@pytest.mark.parametrize(
    ("as_of", "instant"),
    [("2026-11-24", "2026-11-25T00:00:00Z"), ("2026-12-31", "2027-01-01T00:00:00Z")],
)
def test_the_whole_day_counts_in_utc(as_of: str, instant: str) -> None:
    assert render_instant(as_of) == instant


def test_nothing_required_is_a_lock_of_one_comment() -> None:
    assert make_lock([], "3.11", "2026-11-24") == "# For Python 3.11, as of 2026-11-24.\n"


def test_lock_python_and_date_name_an_environment() -> None:
    names = {
        name_environment(lock, python, as_of)
        for lock in ("a", "b")
        for python in ("3.11", "3.12")
        for as_of in ("2026-11-23", "2026-11-24")
    }
    assert len(names) == 8
    assert name_environment("a", "3.11", "2026-11-24") == name_environment("a", "3.11", "2026-11-24")


def test_an_environment_that_is_made_is_found_again(tmp_path: Path) -> None:
    name = name_environment("a", "3.11", "2026-11-24")
    (tmp_path / name).mkdir()
    assert prepare_environment("a", INTERPRETER, "2026-11-24", tmp_path) == name
