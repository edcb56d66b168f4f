"""Interpreters are found in a fixed order, and chosen by patch release."""

import json
from pathlib import Path

import pytest

from errorkb.verify.interpreters import choose_interpreter, find_interpreter, list_candidates, probe_interpreter
from errorkb.verify.runs import Interpreter


def make_python(prefix: Path, version: tuple[int, int, int], name: str = "cpython", abi: str = "") -> Path:
    """Make a program that answers the probe as an interpreter of this version would."""
    path = prefix / "bin" / f"python{version[0]}.{version[1]}"
    path.parent.mkdir(parents=True)
    facts = {
        "name": name,
        "abi": abi,
        "prefix": str(prefix),
        "version": [*version, "final", 0],
        "banner": ".".join(map(str, version)),
    }
    path.write_text(f"#!/bin/sh\necho '{json.dumps(facts)}'\n")
    path.chmod(0o755)
    return path


def test_candidates_are_listed_in_a_fixed_order(tmp_path: Path) -> None:
    pyenv = make_python(tmp_path / ".pyenv/versions/3.11.7", (3, 11, 7))
    managed = make_python(tmp_path / ".local/share/uv/python/cpython-3.11.9", (3, 11, 9))
    tools = make_python(tmp_path / "tools/Python/3.11.4/x64", (3, 11, 4))
    on_path = make_python(tmp_path / "mine", (3, 11, 1))
    shim = make_python(tmp_path / "pyenv-shims", (3, 11, 7)).rename(tmp_path / "pyenv-shims/python3.11")
    shims = shim.parent.rename(tmp_path / "shims")
    environ = {
        "HOME": str(tmp_path),
        "RUNNER_TOOL_CACHE": str(tmp_path / "tools"),
        "PATH": f"{shims}:{tmp_path / 'mine/bin'}",
    }
    assert list_candidates("3.11", environ)[:4] == [pyenv, managed, tools, on_path]
    assert not any(path.parent == shims for path in list_candidates("3.11", environ))


def test_a_folder_that_may_not_be_entered_holds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_path = make_python(tmp_path / "mine", (3, 11, 1))

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "glob", refuse)
    environ = {"PYENV_ROOT": "/closed", "PATH": str(on_path.parent)}
    assert list_candidates("3.11", environ)[:1] == [on_path]


@pytest.mark.parametrize(("name", "abi"), [("pypy", ""), ("cpython", "t"), ("cpython", "d")])
def test_other_kinds_are_not_taken(tmp_path: Path, name: str, abi: str) -> None:
    assert probe_interpreter(make_python(tmp_path / "x", (3, 13, 0), name, abi)) is None


def test_what_does_not_answer_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "python3.11"
    path.write_text("#!/bin/sh\nexit 1\n")
    path.chmod(0o755)
    assert probe_interpreter(path) is None


def known(prefix: str, version: str) -> Interpreter:
    return Interpreter(executable=f"{prefix}/bin/python", prefix=prefix, version=version, banner=version)


@pytest.mark.parametrize(
    ("found", "chosen"),
    [
        ([known("/usr", "3.11.9"), known("/a", "3.11.2")], "/a"),
        ([known("/a", "3.11.2"), known("/b", "3.11.10")], "/b"),
        ([known("/a", "3.11.2"), known("/b", "3.11.2")], "/a"),
        ([known("/a", "3.12.2"), known("/usr", "3.11.2")], "/usr"),
    ],
)
def test_the_newest_patch_that_is_not_the_systems_is_chosen(found: list[Interpreter], chosen: str) -> None:
    interpreter = choose_interpreter("3.11", found)
    assert interpreter
    assert interpreter.prefix == chosen


def test_a_missing_interpreter_is_an_outcome(tmp_path: Path) -> None:
    assert find_interpreter("3.99", {"HOME": str(tmp_path), "PATH": ""}) is None
