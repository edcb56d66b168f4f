"""Programs that mean harm: each comes to its own end, and leaves the machine as it was."""

import os
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from errorkb.verify.runs import RunResult
from hostile_programs import CANARY, HOSTILE, MARK, PREAMBLE
from sandboxed import (
    Place,
    adopt_orphans,
    find_files,
    find_processes,
    make_place,
    read_mounts,
)

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]

CLOCK_SECONDS = 60


@dataclass
class Seen:
    """How the programs ended, and what was found of them right after each, and after all."""

    results: dict[str, RunResult] = field(default_factory=dict)
    processes: dict[str, list[str]] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    reached: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Host:
    """What a program would like to reach or to change: servers, files, the clock, what is mounted."""

    tcp: socket.socket
    abstract: socket.socket
    canaries: tuple[Path, ...]

    def describe(self) -> dict[str, object]:
        """Describe what must not change."""
        return {
            "mounts": read_mounts(),
            "canaries": [path.read_text(encoding="utf-8") for path in self.canaries],
            "files of /etc": sorted((entry.name, entry.stat().st_mtime) for entry in os.scandir("/etc")),
            "host name": socket.gethostname(),
            "priorities": os.getpriority(os.PRIO_PROCESS, 0),
        }

    def reached(self) -> list[str]:
        """List the servers that anybody called."""
        found = []
        for name, server in (("TCP", self.tcp), ("abstract", self.abstract)):
            try:
                server.accept()[0].close()
                found.append(name)
            except BlockingIOError:
                continue
        return found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return make_place(tmp_path_factory.mktemp("environments"))


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    folder = tmp_path_factory.mktemp("host")
    canaries = (folder / CANARY, Path("/dev/shm", f"{CANARY}-{os.getpid()}"), Path("/tmp", f"{CANARY}-{os.getpid()}"))
    with socket.socket() as tcp, socket.socket(socket.AF_UNIX) as abstract, pytest.MonkeyPatch.context() as patch:
        tcp.bind(("127.0.0.1", 0))
        abstract.bind(f"\0{MARK}")
        for server in (tcp, abstract):
            server.listen()
            server.setblocking(False)
        for path in canaries:
            path.write_text(CANARY, encoding="utf-8")
        patch.setenv("THE_CANARY", CANARY)
        yield Host(tcp, abstract, canaries)
        for path in canaries:
            path.unlink()


@pytest.fixture(scope="module", params=["this user", "an ordinary user"])
def seen(request: pytest.FixtureRequest, place: Place, host: Host) -> Seen:
    ordinary = request.param == "an ordinary user"
    if ordinary and os.geteuid() != 0:
        pytest.skip("this user is an ordinary one")
    return watch(place, host, ordinary=ordinary)


def watch(place: Place, host: Host, *, ordinary: bool) -> Seen:
    """Run all programs, one after another, and look for what is left."""
    words = {"@PORT@": str(host.tcp.getsockname()[1]), "@PREFIX@": place.interpreter.prefix}
    runs = []
    for name, program in HOSTILE.items():
        code = PREAMBLE + program.code
        for word, value in words.items():
            code = code.replace(word, value)
        runs.append(place.make_run(name, code, f"{MARK}-{len(runs)}-", timeout_seconds=program.seconds))
    marks = {run.key: run.arguments[-1] for run in runs}
    seen, before, clocks = Seen(), host.describe(), time.time() - time.monotonic()
    files = find_files(MARK)
    with adopt_orphans() as wait_for_orphans:
        for result in (place.run_as_ordinary_user if ordinary else place.run_as_this_user)(runs):
            seen.results[result.key] = result
            seen.processes[result.key] = find_processes(marks[result.key])
        seen.left = wait_for_orphans()
    after = host.describe()
    seen.files = [path for path in find_files(MARK) if path not in files]
    seen.reached = host.reached()
    seen.changed = [name for name in before if before[name] != after[name]]
    if abs(time.time() - time.monotonic() - clocks) > CLOCK_SECONDS:
        seen.changed.append("clock")
    return seen


@pytest.mark.parametrize("name", HOSTILE)
def test_each_comes_to_its_own_end_and_no_process_is_left_of_it(seen: Seen, name: str) -> None:
    program, result = HOSTILE[name], seen.results[name]
    assert (result.ending, result.exit_code) == (program.ending, program.exit_code), result.stderr
    if program.says is not None:
        said = (result.stderr or result.stdout).splitlines()
        assert (said or [""])[-1] == program.says
    assert seen.processes[name] == []


def test_the_machine_is_as_it_was(seen: Seen) -> None:
    assert seen.left == [], "processes"
    assert seen.files == [], "files in folders that everybody shares"
    assert seen.reached == [], "servers of this machine"
    assert seen.changed == [], "mounts, files, settings"
