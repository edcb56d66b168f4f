"""Printed tracebacks, against the exceptions that were really raised."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errorkb.tracebacks import Frame, Traceback, final_traceback, normalise_text, parse_tracebacks

OBSERVE = """
import json, sys, threading, traceback

def name(cls):
    own = cls.__name__ if sys.version_info < (3, 9) else cls.__qualname__
    plain = ("builtins", "__main__") if sys.version_info >= (3, 11) else ("builtins",)
    return own if cls.__module__ in plain else cls.__module__ + "." + own

def describe(e):
    frames = [[f.filename, f.lineno, f.name] for f in traceback.extract_tb(e.__traceback__)]
    message = str(e)
    if isinstance(e, SyntaxError) and e.lineno is not None:
        frames.append([e.filename, e.lineno, None])
        message = e.msg
    members = [chain(m) for m in getattr(e, "exceptions", ())]
    message = "\\n".join([message, *getattr(e, "__notes__", ())])
    return {"frames": frames, "exception": name(type(e)), "message": message, "link": None, "members": members}

def chain(e):
    found = [describe(e)]
    while True:
        link = "cause" if e.__cause__ is not None else "context"
        e = e.__cause__ if e.__cause__ is not None else None if e.__suppress_context__ else e.__context__
        if e is None:
            return found
        found.insert(0, dict(describe(e), link=link))

def report(e):
    print(json.dumps(chain(e)), flush=True)

def uncaught(kind, e, tb):
    report(e)
    sys.__excepthook__(kind, e, tb)

sys.excepthook = uncaught
printed = threading.excepthook
threading.excepthook = lambda args: (report(args.exc_value), printed(args))
"""
PROGRAMS = {
    "plain": """
        def f(x):
            return g(
                x,
                1,
            )
        def g(x, y):
            return x / (y - 1)
        f(1)
    """,
    "cause": """
        def f():
            try:
                {}["a"]
            except KeyError as e:
                raise ValueError("bad") from e
        try:
            f()
        except ValueError:
            raise TypeError("worse")
    """,
    "suppressed": """
        try:
            1 / 0
        except ZeroDivisionError:
            raise OSError(2, "no") from None
    """,
    "cause never raised": """
        raise ValueError("x") from KeyError("y")
    """,
    "after a warning": """
        import warnings
        warnings.warn("careful: this")
        raise ValueError("x") from KeyError
    """,
    "empty message": """
        raise ValueError
    """,
    "white message": """
        raise ValueError("\\n")
    """,
    "message of lines": """
        try:
            raise ValueError("one: 1\\n\\n  File \\"x\\", line 1\\n    two\\n")
        finally:
            raise RuntimeError("a\\n\\nb")
    """,
    "class in a function": """
        def f():
            class E(Exception):
                pass
            return E
        raise f()("x")
    """,
    "class in a module": """
        import json
        json.loads("{")
    """,
    "recursion": """
        def f(n):
            return f(n + 1) if n < 500 else 1 / 0
        f(1)
    """,
    "syntax": """
        def f():
            exec("x = 1\\ny = = 2")
        f()
    """,
    "indentation": """
        exec("if 1:\\nx")
    """,
    "thread": """
        import threading
        def work():
            try:
                int("x")
            except ValueError as e:
                raise OSError("y") from e
        t = threading.Thread(target=work)
        t.start()
        t.join()
    """,
    "keyboard": """
        raise KeyboardInterrupt
    """,
    "quoted traceback": """
        class RemoteTraceback(Exception):
            pass
        raise KeyError("a") from RemoteTraceback("\\n\\"\\"\\"\\nTraceback (most recent call last):\\n  File \\"x\\", line 1, in f\\nKeyError: 'a'\\n\\"\\"\\"")
    """,
}
PROGRAMS_311 = {
    "notes": """
        e = ValueError("x")
        e.add_note("one\\n\\ntwo")
        e.add_note("three")
        raise e
    """,
    "group": """
        def caught(f):
            try:
                f()
            except Exception as e:
                return e
        def chained():
            try:
                {}["a"]
            except KeyError as e:
                raise ValueError("two\\nlines") from e
        inner = ExceptionGroup("inner", [OSError(2, "no"), TypeError()])
        inner.add_note("noted\\nagain")
        members = [caught(chained), inner, caught(lambda: exec("= 1")), ExceptionGroup("a", [ExceptionGroup("b", [KeyError("c")])])]
        zero = caught(lambda: 1 / 0)
        bare = ValueError("bare")
        bare.__cause__ = KeyError("cause")
        divided = caught(lambda: 1 / 0)
        try:
            raise ExceptionGroup("outer\\nlines", [*members, bare]) from LookupError("first")
        finally:
            raise ExceptionGroup("last", [zero])
    """,
    "group in a thread": """
        import threading
        def work():
            raise BaseExceptionGroup("g", [KeyboardInterrupt(), ValueError("x\\ny")])
        t = threading.Thread(target=work)
        t.start()
        t.join()
    """,
}


def find_interpreters() -> dict[str, tuple[int, int]]:
    """Return the interpreters at hand that run, with their versions; of each version one."""
    found = {sys.version_info[:2]: sys.executable}
    for minor in range(8, 14):
        path = shutil.which(f"python3.{minor}")
        if path and (3, minor) not in found:
            run = subprocess.run(
                [path, "-c", "import sys; print(sys.version_info[1])"], capture_output=True, text=True, check=False
            )
            if run.stdout.strip() == str(minor):
                found[3, minor] = path
    return {path: version for version, path in sorted(found.items())}


INTERPRETERS = find_interpreters()
RUNS = [
    pytest.param(python, program, id=f"{version[0]}.{version[1]}-{title}")
    for python, version in INTERPRETERS.items()
    for title, program in (PROGRAMS | (PROGRAMS_311 if version >= (3, 11) else {})).items()
]


def run(python: str, folder: Path, program: str) -> subprocess.CompletedProcess[str]:
    lines = program.strip("\n").split("\n")
    indent = len(lines[0]) - len(lines[0].lstrip())
    (folder / "app.py").write_text("import observe\n" + "\n".join(line[indent:] for line in lines), encoding="utf-8")
    (folder / "observe.py").write_text(OBSERVE, encoding="utf-8")
    return subprocess.run([python, "app.py"], cwd=folder, capture_output=True, text=True, check=False, timeout=30)


def as_data(traceback: Traceback) -> dict[str, Any]:
    frames = [[f.file, f.line, f.function] for f in traceback.frames for _ in range(f.repeated + 1)]
    members = [[as_data(member) for member in chain] for chain in traceback.members]
    return {
        "frames": frames,
        "exception": traceback.exception,
        "message": traceback.message,
        "link": traceback.link,
        "members": members,
    }


@pytest.mark.parametrize(("python", "program"), RUNS)
def test_what_is_printed_is_what_was_raised(python: str, program: str, tmp_path: Path) -> None:
    completed = run(python, tmp_path, program)
    raised = json.loads(completed.stdout)
    parsed = parse_tracebacks(completed.stderr)
    assert [as_data(traceback) for traceback in parsed] == raised
    assert final_traceback(completed.stderr) == parsed[-1]
    in_thread = "import threading" in program
    assert {traceback.origin for traceback in parsed} == {"thread" if in_thread else None}
    assert all(traceback.heading.startswith("Exception in thread Thread-1") == in_thread for traceback in parsed)


@pytest.mark.parametrize("python", INTERPRETERS)
def test_code_is_the_source_without_markers(python: str, tmp_path: Path) -> None:
    completed = run(python, tmp_path, PROGRAMS["plain"])
    first, second, third = final_traceback(completed.stderr).frames  # type: ignore[union-attr]
    assert (first.code, third.code) == ("f(1)", "return x / (y - 1)")
    assert second.code in ("return g(", "return g(\n    x,\n    1,\n)")


@pytest.mark.parametrize("python", INTERPRETERS)
def test_a_program_that_is_no_python(python: str, tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("x = 1\ndef f(:\n    pass\n", encoding="utf-8")
    completed = subprocess.run([python, "bad.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    (traceback,) = parse_tracebacks("bad.py:1: SyntaxWarning: odd\n  x = 1\n" + completed.stderr)
    assert (traceback.exception, traceback.message) == ("SyntaxError", "invalid syntax")
    frame = traceback.frames[-1]
    assert (Path(frame.file).name, frame.line, frame.function, frame.code) == ("bad.py", 2, None, "def f(:")


@pytest.mark.parametrize("python", INTERPRETERS)
def test_an_ignored_exception_is_final_only_if_alone(python: str, tmp_path: Path) -> None:
    program = "class A:\n    def __del__(self):\n        raise ValueError('ignored')\na = A()\ndel a\n"
    (tmp_path / "alone.py").write_text(program, encoding="utf-8")
    (tmp_path / "both.py").write_text(program.replace("del a\n", "raise KeyError('main')\n"), encoding="utf-8")
    alone, both = (
        subprocess.run([python, name], cwd=tmp_path, capture_output=True, text=True, check=False).stderr
        for name in ("alone.py", "both.py")
    )
    (ignored,) = parse_tracebacks(alone)
    assert (ignored.exception, ignored.message, ignored.origin) == ("ValueError", "ignored", "ignored")
    assert ignored.heading.startswith("Exception ignored in: <function A.__del__ at 0x")
    assert final_traceback(alone) == ignored
    assert [t.exception for t in parse_tracebacks(both)] == ["KeyError", "ValueError"]
    assert final_traceback(both) == parse_tracebacks(both)[0]


HEADER = "Traceback (most recent call last):\n"
PLACE = '  File "a.py", line 1, in f\n'
CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
GROUP = '  + Exception Group Traceback (most recent call last):\n  |   File "a.py", line 1, in f\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("Usage: app\nError: no\n", []),
        (HEADER, []),
        (HEADER + PLACE, []),
        (HEADER + PLACE + "not an exception\n", []),
        ('  File "a.py", line 3\nthat is all\n', []),
        (f"before\n{HEADER}E\n", [Traceback((), "E", "")]),
        (f"{HEADER}{PLACE}E:\n", [Traceback((Frame("a.py", 1, "f"),), "E", "")]),
        (f"{HEADER}{PLACE}a.E: x\nafter".replace("\n", "\r\n"), [Traceback((Frame("a.py", 1, "f"),), "a.E", "x\nafter")]),
        (f"{HEADER}E: x\n{HEADER}F: y", [Traceback((), "E", "x"), Traceback((), "F", "y")]),
        (f"noise\n\nE: x\nmore: y\n{CAUSE}{HEADER}F: y", [Traceback((), "more", "y", link="cause"), Traceback((), "F", "y")]),
        (f"{CAUSE}{HEADER}F: y", [Traceback((), "F", "y")]),
        (f'{HEADER}E: \n"""\n{HEADER}F: y', [Traceback((), "E", '\n"""'), Traceback((), "F", "y")]),
        (f"{HEADER}E: x\nTask exception was never retrieved\n{HEADER}F: y", [
            Traceback((), "E", "x"), Traceback((), "F", "y", heading="Task exception was never retrieved")]),
        (f"{GROUP}  | G: g (1 sub-exception)\n  +-+---------------- 1 ----------------\n    | E: x\n", [
            Traceback((Frame("a.py", 1, "f"),), "G", "g (1 sub-exception)", members=((Traceback((), "E", "x"),),))]),
        (f"{GROUP}  | G: g\nafter", [Traceback((Frame("a.py", 1, "f"),), "G", "g\nafter")]),
    ],
)  # fmt: skip
def test_texts(text: str, expected: list[Traceback]) -> None:
    assert parse_tracebacks(text) == expected


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("<A at 0x7f12ab34cd56> 0xffff 0x7F12AB34CD56", "<A at 0x…> 0xffff 0x7F12AB34CD56"),
        ('File "/usr/lib/python3.11/json/x.py"', 'File "/usr/local/lib/python3.11/json/x.py"'),
        ("/usr/local/lib/python3.11/a /usr/lib/python3/b /x/usr/lib/python3.8/c", None),
        ("/tmp/x 2026-11-24 id=140234", None),
    ],
)
def test_normalise(text: str, normal: str | None) -> None:
    assert normalise_text(text) == (normal or text)
    assert normalise_text(normalise_text(text)) == normalise_text(text)


PARTS = [
    HEADER, PLACE, CAUSE, GROUP, "E: x\n", "F\n", "\n", "    code\n", "    ~~^^\n", '  File "b.py", line 2\n', "SyntaxError: no\n",
    "  [Previous line repeated 3 more times]\n", "  | G: g\n", "  +-+---------------- 1 ----------------\n", "    | E: x\n", '"""\n',
    "    +---------------- 2 ----------------\n", "    +------------------------------------\n", "Exception in thread T:\n", "  | ",
    "    +-+---------------- 1 ----------------\n", "      | E: y\n", "Exception ignored in: x\n", "  | Traceback (most recent call last):\n",
]  # fmt: skip


@given(st.text() | st.lists(st.sampled_from(PARTS)).map("".join))
def test_any_text(text: str) -> None:
    tracebacks = parse_tracebacks(text)
    assert all(traceback.exception and traceback.exception in text for traceback in tracebacks)
    assert (final_traceback(text) is None) == (not tracebacks)


@pytest.mark.parametrize(
    "part", [*PARTS, HEADER + PLACE, HEADER + "E: x\n", HEADER + 'E: \n"""\n', GROUP + PARTS[13], CAUSE + "E: x\n"]
)
def test_long_texts_take_linear_time(part: str) -> None:
    start = time.perf_counter()
    parse_tracebacks(part * (300_000 // len(part)))
    assert time.perf_counter() - start < 60  # a quadratic search would take hours


def test_a_group_of_any_depth() -> None:
    lines = ["  " * depth + "  +-+---------------- 1 ----------------\n" for depth in range(400)]
    (traceback,) = parse_tracebacks(
        GROUP + "  | G: g\n" + "".join(f"{line}{' ' * i * 2}    | G: {i}\n" for i, line in enumerate(lines))
    )
    depth = 0
    while traceback.members:
        traceback, depth = traceback.members[0][-1], depth + 1
    assert depth == 50
