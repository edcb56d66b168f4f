"""Runs behind the wall for tests, as this user and as an ordinary one, and what of them is left on this machine."""

import ctypes
import os
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from errorkb.verify.environments import prepare_environment
from errorkb.verify.interpreters import find_interpreter
from errorkb.verify.namespace import FIRST_UID, build_worker_command
from errorkb.verify.pool import Pool
from errorkb.verify.runs import Interpreter, Run, RunResult

AS_OF = "2026-11-24"
PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
PR_SET_CHILD_SUBREAPER = 36
ENDING_SECONDS = 20
SHARED_FOLDERS = ("/", "/tmp", "/var/tmp", "/dev", "/dev/shm", "/run", "/home", "/etc", "/usr")
AS_ORDINARY_USER = """
import json, pathlib, sys
from errorkb.verify.pool import Pool
from errorkb.verify.runs import Interpreter, Run
interpreter, environments = Interpreter.model_validate_json(sys.argv[1]), pathlib.Path(sys.argv[2])
with Pool(1, {interpreter.minor: interpreter}, environments) as pool:
    for result in pool.run_all(map(Run.model_validate_json, sys.stdin)):
        print(result.model_dump_json(), flush=True)
"""


@dataclass(frozen=True)
class Place:
    """Where runs are made: an interpreter, the folder of the environments, and an empty one in it."""

    interpreter: Interpreter
    environments: Path
    environment: str

    def make_run(self, key: str, code: str, *arguments: str, **rest: object) -> Run:
        """Make the run of one program."""
        facts = {"key": key, "arguments": ["app.py", *arguments], "files": {"app.py": code}, "env": {}, "hosts": {}}
        return Run.model_validate({**facts, "python": PYTHON, "environment": self.environment, **rest})

    def run_as_this_user(self, runs: Sequence[Run]) -> Iterator[RunResult]:
        """Yield the result of each run."""
        with Pool(1, {PYTHON: self.interpreter}, self.environments) as pool:
            yield from pool.run_all(runs)

    def run_as_ordinary_user(self, runs: Sequence[Run]) -> Iterator[RunResult]:
        """Yield the result of each run, made by a process that root started and that is root no more."""
        command = build_worker_command(0, 0, {PYTHON: self.interpreter}, self.environments)
        as_user, python = command[: command.index("--clear-groups") + 1], command[command.index("-m") - 1]
        arguments = [self.interpreter.model_dump_json(), str(self.environments)]
        environ = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}
        with subprocess.Popen(
            [*as_user, python, "-c", AS_ORDINARY_USER, *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/", env=environ,
        ) as process:  # fmt: skip
            assert process.stdin
            assert process.stdout
            process.stdin.write("".join(run.model_dump_json(by_alias=True) + "\n" for run in runs))
            process.stdin.close()
            yield from map(RunResult.model_validate_json, process.stdout)
        assert process.returncode == 0


def make_place(environments: Path) -> Place:
    """Prepare an environment without packages: that needs no network."""
    interpreter = find_interpreter(PYTHON)
    assert interpreter
    environment = prepare_environment("", interpreter, AS_OF, environments)
    assert isinstance(environment, str), environment
    return Place(interpreter, environments, environment)


@contextmanager
def adopt_orphans() -> Iterator[Callable[[], list[str]]]:
    """Become the parent of every process that outlives its own, so that none is missed.

    What is yielded waits until none is left of those that were started since, and returns those that do not end.
    """
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    already = set(list_descendants())
    try:
        yield lambda: _wait_for_none(already)
    finally:
        libc.prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def list_descendants() -> dict[str, str]:
    """The command lines, by process id, of all that this process, or one of them, started and that still run."""
    family, found = [str(os.getpid())], {}
    for member in family:
        children = [child for path in Path(f"/proc/{member}/task").glob("*/children") for child in _read(path).split()]
        family += children
        found |= {child: _read(Path(f"/proc/{child}/cmdline")).replace("\0", " ") for child in children}
    return {child: command for child, command in found.items() if command}


def _wait_for_none(but: Collection[str]) -> list[str]:
    deadline = time.monotonic() + ENDING_SECONDS
    while True:
        left = [command for child, command in list_descendants().items() if child not in but]
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.05)


def find_processes(mark: str) -> list[str]:
    """The command lines, of any process of this machine, that hold a mark."""
    commands = (_read(path).replace("\0", " ") for path in Path("/proc").glob("[0-9]*/cmdline"))
    return [command for command in commands if mark in command]


def find_files(mark: str) -> list[str]:
    """The files in folders that everybody shares whose name holds a mark or that a worker's user owns."""
    entries = (entry for folder in SHARED_FOLDERS for entry in os.scandir(folder))
    workers = range(FIRST_UID, FIRST_UID + 100)
    return [entry.path for entry in entries if mark in entry.name or _owner(entry) in workers]


def read_mounts() -> str:
    """What is mounted."""
    return Path("/proc/self/mountinfo").read_text(encoding="utf-8")


def _owner(entry: "os.DirEntry[str]") -> int | None:
    try:
        return entry.stat(follow_symlinks=False).st_uid
    except OSError:
        return None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
