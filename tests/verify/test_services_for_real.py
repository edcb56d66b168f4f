"""Real servers really run: for one program, behind a wall of their own, and gone after it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from errorkb.verify.environments import prepare_environment
from errorkb.verify.namespace import FIRST_UID, build_worker_command, start_worker
from errorkb.verify.pool import Pool, RunFailed
from errorkb.verify.runs import Interpreter, Run, RunResult
from errorkb.verify.services import find_program

pytestmark = [pytest.mark.sandbox, pytest.mark.services, pytest.mark.slow]

PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
EACH = pytest.mark.parametrize("service", ["postgresql", "redis"])


@pytest.fixture(scope="module")
def environment(interpreter: Interpreter, environments: Path) -> str:
    name = prepare_environment("", interpreter, "2026-11-24", environments)
    assert isinstance(name, str), name
    return name


@pytest.fixture(scope="module")
def pool(interpreter: Interpreter, environments: Path, environment: str) -> Iterator[Pool]:
    with Pool(1, {PYTHON: interpreter}, environments) as pool:
        yield pool


def make_run(environment: str, code: str, *asked: str, **rest: object) -> Run:
    facts = {"key": "k", "arguments": ["-c", code], "files": {}, "env": {}, "python": PYTHON, "hosts": {}}
    return Run.model_validate({**facts, "environment": environment, "services": asked, "timeout_seconds": 30, **rest})


def run_one(pool: Pool, run: Run) -> RunResult:
    (result,) = pool.run_all([run])
    return result


# Both protocols by hand, so that nothing needs to be installed: a name is counted up in Redis; in PostgreSQL a
# start-up message for the user app is answered by a request for a password.
COUNT = """
import socket
with socket.create_connection(("localhost", 6379), 5) as server:
    server.sendall(b"INCR runs\\r\\n")
    print(server.recv(100))
"""
ASK = """
import socket
text = b"\\0\\x03\\0\\0user\\0app\\0database\\0app\\0\\0"
with socket.create_connection(("localhost", 5432), 5) as server:
    server.sendall((len(text) + 4).to_bytes(4, "big") + text)
    print(server.recv(100)[9:22])
"""


def test_each_run_finds_the_server_as_if_it_were_the_first(pool: Pool, environment: str) -> None:
    for _ in range(2):
        result = run_one(pool, make_run(environment, COUNT, "redis"))
        assert (result.stdout, result.stderr, result.services) == (
            "b':1\\r\\n'\n",
            "",
            {"Redis": find_version("redis")},
        )


def test_several_servers_are_there_at_once_and_want_their_passwords(pool: Pool, environment: str) -> None:
    result = run_one(pool, make_run(environment, ASK + COUNT, "postgresql", "redis-with-password"))
    assert result.stderr == ""
    assert result.stdout == "b'SCRAM-SHA-256'\nb'-NOAUTH Authentication required.\\r\\n'\n"
    assert result.services == {"PostgreSQL": find_version("postgresql"), "Redis": find_version("redis")}


def test_a_run_that_asks_for_none_finds_none(pool: Pool, environment: str) -> None:
    run_one(pool, make_run(environment, ASK, "postgresql"))
    result = run_one(pool, make_run(environment, ASK))
    assert result.stderr.splitlines()[-1] == "ConnectionRefusedError: [Errno 111] Connection refused"
    assert result.services == {}


@EACH
def test_a_program_cannot_see_the_servers_process_nor_its_data(pool: Pool, environment: str, service: str) -> None:
    code = "import os; print(sorted(filter(str.isdigit, os.listdir('/proc'))), os.path.exists('/data'))"
    assert run_one(pool, make_run(environment, code, service)).stdout == "['1', '2'] False\n"


def test_a_program_may_end_its_server_and_the_next_run_has_one_again(pool: Pool, environment: str) -> None:
    code = COUNT.replace("INCR runs", "SHUTDOWN NOSAVE")
    assert run_one(pool, make_run(environment, code, "redis")).stdout == "b''\n"
    assert run_one(pool, make_run(environment, COUNT, "redis")).stdout == "b':1\\r\\n'\n"


def test_a_server_that_does_not_start_is_an_error_that_says_why(
    interpreter: Interpreter, environments: Path, environment: str
) -> None:
    with Pool(1, {PYTHON: interpreter}, environments) as pool, pytest.raises(RunFailed) as failure:
        run_one(pool, make_run(environment, "pass", "redis", "redis-with-password"))
    assert str(failure.value).startswith("k: WallFailed: redis-with-password could not be started: ")
    assert "bind: Address already in use" in str(failure.value)


def find_version(name: str) -> str:
    found = find_program(name)
    assert found
    return found.version


INDEX = 77  # a worker of its own, so that others at work on this machine are not taken for it
SLEEP = "import time; time.sleep(60)"


def list_members(network: str) -> list[str]:
    """The names of the processes in a network namespace. Without one it is gone, with all its sockets."""
    return [name for path in Path("/proc").glob("[0-9]*") if (name := read_member(path, network))]


def read_member(process: Path, network: str) -> str | None:
    try:
        return (process / "comm").read_text().strip() if str((process / "ns/net").readlink()) == network else None
    except OSError:
        return None


def list_files() -> list[Path]:
    """The files of the worker where a server could leave some. (As an ordinary user nothing tells which are its own.)"""
    places = filter(Path.is_dir, map(Path, ("/tmp", "/var/tmp", "/dev/shm", "/run/postgresql")))
    return [path for place in places for path in place.iterdir() if owner_of(path) == FIRST_UID + INDEX]


def owner_of(path: Path) -> int | None:
    try:
        return path.lstat().st_uid
    except OSError:
        return None


def wait_for(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.01)
    return False


def is_under_way(members: list[str], server: str) -> bool:
    """Whether the server runs, and beside the worker's Python the program's."""
    return server in members and members.count(f"python{PYTHON}") == 2


@EACH
@pytest.mark.parametrize("end", ["close", "kill", "time"])
def test_nothing_is_left_however_it_ends(
    interpreter: Interpreter, environments: Path, environment: str, service: str, end: str
) -> None:
    worker = start_worker(INDEX, {PYTHON: interpreter}, environments)
    network = str(Path(f"/proc/{worker.process.pid}/ns/net").readlink())
    program = "postgres" if service == "postgresql" else "redis-server"
    assert program not in list_members(network)
    worker.send_run(make_run(environment, SLEEP, service, timeout_seconds=2 if end == "time" else 60))
    assert wait_for(lambda: is_under_way(list_members(network), program))
    if end == "time":
        result = worker.receive().result
        assert result
        assert result.ending == "timed-out"
        assert list_members(network) == ["unshare", f"python{PYTHON}"]
    if end == "kill":
        worker.process.kill()
    worker.close()
    assert wait_for(lambda: list_members(network) == [])
    assert list_files() == []


@pytest.mark.parametrize("name", ["bwrap", "initdb", "tar"])
def test_nothing_is_left_of_a_cluster_in_the_making(
    interpreter: Interpreter, environments: Path, environment: str, name: str
) -> None:
    worker = start_worker(INDEX, {PYTHON: interpreter}, environments)
    network = str(Path(f"/proc/{worker.process.pid}/ns/net").readlink())
    worker.send_run(make_run(environment, SLEEP, "postgresql"))
    assert wait_for(lambda: name in list_members(network))
    worker.process.kill()
    worker.close()
    assert wait_for(lambda: list_members(network) == [])
    assert list_files() == []


@EACH
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become an ordinary user")
def test_root_and_an_ordinary_user_see_the_same(
    pool: Pool, interpreter: Interpreter, environments: Path, environment: str, service: str
) -> None:
    run = make_run(environment, ASK if service == "postgresql" else COUNT, service)
    command = build_worker_command(0, 0, {PYTHON: interpreter}, environments)
    as_user = command[: command.index("--clear-groups") + 1]
    python = command[command.index("-m") - 1]
    arguments = [interpreter.model_dump_json(), run.model_dump_json(by_alias=True), str(environments)]
    done = subprocess.run(
        [*as_user, python, "-c", AS_ORDINARY_USER, *arguments], capture_output=True, text=True, cwd="/", check=False,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert done.stderr == ""
    assert RunResult.model_validate_json(done.stdout) == run_one(pool, run)


AS_ORDINARY_USER = """
import pathlib, sys
from errorkb.verify.pool import run_all
from errorkb.verify.runs import Interpreter, Run
interpreter, run = Interpreter.model_validate_json(sys.argv[1]), Run.model_validate_json(sys.argv[2])
(result,) = run_all([run], 1, {run.python: interpreter}, pathlib.Path(sys.argv[3]))
print(result.model_dump_json())
"""
