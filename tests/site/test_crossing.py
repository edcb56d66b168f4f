"""Which of two changes is the fix, told from crosswise runs."""

import pytest

from errorkb.catalog import Standing
from errorkb.claims import BROKEN_CODE, FIXED_CODE, Claim, Expectation, Program
from errorkb.evidence import Observation, ObservedException
from errorkb.model.package import Release
from errorkb.site.crossing import render_crossed
from errorkb.site.standing import Stand

OPEN = Expectation(None, open=True)
CLAIM = Claim("x", (), Program("", (), (), (), (), ()), None, OPEN, None, ends_only=True)


def stand(*ends: tuple[str, str], current: bool = True) -> Stand:
    standings = []
    for version, end in ends:
        release = Release(version=version, python="3.11", as_of="2026-11-24", why="x")
        exceptions = (ObservedException(name=end, message=""),) if end.endswith("Error") else ()
        observed = "raised" if exceptions else "clean" if end == "clean" else "exited"
        seen = Observation(date="2026-11-24", python="3.11.7", isolation="bubblewrap", digest="d", observed=observed,
                           exit_code=0 if end == "clean" else 2, exceptions=exceptions)  # fmt: skip
        standings.append(Standing(release, OPEN, seen, current))
    return Stand(CLAIM, standings)


@pytest.mark.parametrize(
    ("broken", "fixed", "said"),
    [
        ("kit.KeyError", "kit.KeyError", "the broken code in the fixed world raises KeyError; the fixed code in the broken world raises KeyError. Both changes are needed."),
        ("kit.KeyError", "clean", "the broken code in the fixed world raises KeyError; the fixed code in the broken world ends without an error. The change in the code alone is enough."),
        ("clean", "exit", "the broken code in the fixed world ends without an error; the fixed code in the broken world stops with exit code 2. The change around the code alone is enough."),
        ("clean", "clean", "the broken code in the fixed world ends without an error; the fixed code in the broken world ends without an error. Either change alone is enough."),
    ],
)  # fmt: skip
def test_what_follows_from_crosswise_runs(broken: str, fixed: str, said: str) -> None:
    stands = {BROKEN_CODE: stand(("2.0", broken), ("1.0", broken)), FIXED_CODE: stand(("2.0", fixed), ("1.0", fixed))}
    assert render_crossed(stands) == f"Crosswise, on 2.0 and 1.0: {said}"


def test_releases_that_differ_are_told_apart() -> None:
    stands = {
        f"cause/a/{BROKEN_CODE}": stand(("2.0", "clean"), ("1.0", "kit.KeyError")),
        f"cause/a/{FIXED_CODE}": stand(("2.0", "clean"), ("1.0", "clean")),
    }
    said = render_crossed(stands, "cause/a/")
    assert said is not None
    assert said.startswith("Crosswise, on 2.0: ")
    assert " Crosswise, on 1.0: the broken code in the fixed world raises KeyError" in said
    assert render_crossed(stands) is None


def test_what_was_edited_since_is_not_told() -> None:
    both = {BROKEN_CODE: stand(("1.0", "clean"), current=False), FIXED_CODE: stand(("1.0", "clean"))}
    assert render_crossed(both) is None
