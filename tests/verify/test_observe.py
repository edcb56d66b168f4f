"""What two runs left → one observation."""

from typing import Any

import pytest

from errorkb.evidence import Finding, Link, Observation
from errorkb.verify.observe import find_disagreements, observe
from errorkb.verify.runs import RunResult

TRACEBACK = """\
Traceback (most recent call last):
  File "/app/app.py", line 2, in <module>
    {code}
{last}
"""


def ran(stderr: str = "", report: list[dict[str, Any]] | None = None, **changes: Any) -> RunResult:
    facts = {
        "key": "k", "ending": "exited", "exit_code": 1, "signal": None, "stdout": "", "stderr": stderr, "python_version": "3.11.7",
        "requests": [], "report": report or [],
    }  # fmt: skip
    return RunResult.model_validate({**facts, **changes})


def see(stderr: str, report: list[dict[str, Any]] | None = None, **changes: Any) -> Observation:
    observed = ran(stderr, report, **changes) if report is not None else None
    return observe(ran(stderr, **changes), observed, {}, "2026-11-24", "d")


def reported(name: str, message: str, **changes: Any) -> dict[str, Any]:
    return {
        "event": "uncaught",
        "class": name,
        "message": message,
        "attributes": {},
        "chain": [],
        "members": [],
        **changes,
    }


def printed(last: str) -> str:
    return TRACEBACK.format(code="work()", last=last)


@pytest.mark.parametrize(
    ("last", "message", "kept"),
    [
        ("NameError: name 'x' is not defined. Did you mean: 'xs'?", "name 'x' is not defined", "name 'x' is not defined"),
        ("ValueError: no\nsys:1: RuntimeWarning: coroutine 'f' was never awaited", "no", "no"),
        ("ValueError: no\na note", "no", "no"),
        ("ValueError: at 0x7f00aa11bb22", "at 0x7f33cc44dd55", "at 0x…"),
        ("ValueError", "", ""),
        ("ValueError: \n\nYou tried it.", "\n\nYou tried it.", "You tried it."),
        ("ValueError: no", "something else", "no"),
        ("SyntaxError: invalid syntax", "invalid syntax (app.py, line 1)", "invalid syntax"),
        ("ValueError: " + "x" * 9000, "x" * 8000, "x" * 9000),
    ],
    ids=["suggestion", "written after", "note", "address", "empty", "begins with line ends", "another", "print says less", "report was cut"],
)  # fmt: skip
def test_a_message_is_what_the_exception_says_and_not_what_is_printed_behind_it(
    last: str, message: str, kept: str
) -> None:
    name = f"builtins.{last.partition(':')[0]}" if ":" in last else "builtins.ValueError"
    seen = see(printed(last), [reported(name, message)])
    assert seen.exception
    assert seen.exception.message == kept


def test_without_a_report_the_message_is_what_was_printed() -> None:
    seen = see(printed("NameError: name 'x' is not defined. Did you mean: 'xs'?"))
    assert seen.exception
    assert seen.exception.message == "name 'x' is not defined. Did you mean: 'xs'?"


def test_of_two_reports_that_fit_the_longer_one_is_meant() -> None:
    seen = see(printed("kit.Error: one two"), [reported("kit.Error", "one"), reported("kit.Error", "one two")])
    assert seen.exception
    assert seen.exception.message == "one two"


def test_attributes_and_the_chain_come_with_the_report() -> None:
    text = printed("KeyError: 'a'") + "\nDuring handling of the above exception, another exception occurred:\n\n"
    text += printed("kit.Error: broke. Did you mean: 'b'?")
    chain = [{"relation": "context", "class": "builtins.KeyError", "message": "'a'"}]
    report = [reported("kit.Error", "broke", attributes={"status_code": 401, "place": "0x7f00aa11bb22"}, chain=chain)]
    seen = see(text, report)
    assert seen.exception
    assert seen.exception.attributes == {"status_code": 401, "place": "0x…"}
    assert seen.exception.chain == (Link(relation="context", name="KeyError", message="'a'"),)


GROUP = """\
  + Exception Group Traceback (most recent call last):
  |   File "/app/app.py", line 1, in <module>
  |     raise ExceptionGroup("two", [NameError("no x")])
  | ExceptionGroup: two (1 sub-exception)
  +-+---------------- 1 ----------------
    | NameError: no x. Did you mean: 'xs'?
    +------------------------------------
"""


@pytest.mark.parametrize(
    ("last", "report", "proof"),
    [
        ("kit.Error: no", [reported("kit.Error", "no", unproven=[])], "raised"),
        ("kit.Error: no", [reported("kit.Error", "no", unproven=["kit.Error"])], "alike"),
        ("kit.Error: no", [reported("kit.Other", "no")], "printed"),
        ("kit.Error: no", [], "printed"),
        ("Own: no", [reported("__main__.Own", "no")], "raised"),
        (
            "SyntaxError: invalid syntax",
            [reported("builtins.SyntaxError", "invalid syntax (app.py, line 1)")],
            "raised",
        ),
        ("kit.Error: no", None, None),
    ],
)
def test_the_observed_run_proves_that_an_exception_was_raised(
    last: str, report: list[dict[str, Any]] | None, proof: str | None
) -> None:
    assert see(printed(last), report).exceptions[0].proof == proof


def test_members_of_a_group_are_reported_too() -> None:
    member = reported("builtins.NameError", "no x")
    seen = see(GROUP, [reported("builtins.ExceptionGroup", "two (1 sub-exception)", members=[member])])
    assert [(item.name, item.message, item.where) for item in seen.exceptions] == [
        ("ExceptionGroup", "two (1 sub-exception)", None),
        ("NameError", "no x", "group"),
    ]


@pytest.mark.parametrize(
    ("result", "observed"),
    [
        (ran(exit_code=0), "clean"),
        (ran("usage: app\n", exit_code=2), "exited"),
        (ran(printed("ValueError: no")), "raised"),
        (ran("Exception in thread Thread-1:\n" + printed("ValueError: no"), exit_code=0), "raised"),
        (ran(ending="signalled", exit_code=None, signal="SIGSEGV"), "signalled"),
        (ran(ending="timed-out", exit_code=None), "timed-out"),
    ],
)
def test_how_a_program_ended(result: RunResult, observed: str) -> None:
    assert observe(result, None, {}, "2026-11-24", "d").observed == observed


def test_where_an_exception_was_raised() -> None:
    library = 'Traceback (most recent call last):\n  File "/app/app.py", line 1, in <module>\n    f()\n'
    library += (
        '  File "/usr/local/lib/python3.11/site-packages/kit/a.py", line 9, in f\n    raise Error\nkit.Error: no\n'
    )
    assert [see(text).exceptions[0].raised_in for text in (printed("ValueError: no"), library)] == [
        "snippet",
        "library",
    ]


SPAWNED = """\
Traceback (most recent call last):
  File "<string>", line 1, in <module>
    from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5, pipe_handle=7)
  File "/usr/local/lib/python3.11/multiprocessing/spawn.py", line 122, in spawn_main
    exitcode = _main(fd, parent_sentinel)
RuntimeError: not yet
"""


@pytest.mark.parametrize(
    ("stderr", "where"),
    [
        (printed("ValueError: no"), None),
        ("Exception in thread Thread-1:\n" + printed("ValueError: no"), "thread"),
        ("Process Process-1:\n" + printed("ValueError: no"), "child"),
        (SPAWNED, "child"),
    ],
)
def test_where_an_exception_ended_what(stderr: str, where: str | None) -> None:
    assert see(stderr).exceptions[0].where == where


def test_warnings_and_logs_are_what_the_observed_run_reported() -> None:
    report = [
        {"event": "warning", "class": "builtins.DeprecationWarning", "message": "old at 0x7f00aa11bb22"},
        {"event": "log", "logger": "asyncio", "level": "ERROR", "message": "never retrieved"},
    ]
    seen = see("", report, exit_code=0)
    assert [(item.name, item.message) for item in seen.warnings] == [("DeprecationWarning", "old at 0x…")]
    assert [(item.logger, item.level, item.message) for item in seen.logs] == [("asyncio", "ERROR", "never retrieved")]


@pytest.mark.parametrize(
    ("second", "finding"),
    [
        (ran(), None),
        (ran("at 0x7f00aa11bb22"), None),
        (ran(exit_code=0), ("ends 'exited 1'", "ends 'exited 0'")),
        (ran(stdout="hi"), ("prints ''", "prints 'hi'")),
        (ran("oh"), ("prints on stderr ''", "prints on stderr 'oh'")),
    ],
)
def test_two_runs_must_agree(second: RunResult, finding: tuple[str, str] | None) -> None:
    first = ran("at 0x7fffffffffff") if "0x" in second.stderr else ran()
    expected = (
        [Finding(claimed=f"two runs agree: the first {finding[0]}", seen=f"the second {finding[1]}")] if finding else []
    )
    assert find_disagreements(first, second) == expected


def test_of_long_texts_the_difference_is_shown() -> None:
    first, second = (ran(stdout="x" * 10**6 + end + "y" * 10**6) for end in ("a", "b"))
    assert find_disagreements(first, second) == [
        Finding(
            claimed=f"two runs agree: the first prints '{'x' * 40}a{'y' * 159}'",
            seen=f"the second prints '{'x' * 40}b{'y' * 159}'",
        )
    ]


def test_a_program_that_speaks_for_the_observer_is_found_out() -> None:
    assert find_disagreements(ran(), ran(report=[{"event": "forged"}])) == [
        Finding(claimed="only the observer reports", seen="the program wrote to its channel")
    ]
