"""Programs really run behind the wall: what they see, how they end, what is left of them."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from errorkb.model.server import Answer, Rule, StubHost, Tls
from errorkb.verify.environments import make_lock, prepare_environment
from errorkb.verify.names import parse_resolved, plan_resolving
from errorkb.verify.namespace import build_worker_command, start_worker
from errorkb.verify.pool import Pool, RunFailed
from errorkb.verify.runs import Interpreter, Run, RunResult
from errorkb.verify.sandbox import LIMITS

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]

AS_OF = "2026-11-24"
HOST = "api.example.com"
PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
SOFT_AND_HARD = [(limit, limit) for limit in LIMITS.values()]


@pytest.fixture(scope="session")
def environment(interpreter: Interpreter, environments: Path) -> str:
    lock = make_lock(["requests==2.34.2"], PYTHON, AS_OF, interpreter)
    assert isinstance(lock, str), lock
    name = prepare_environment(lock, interpreter, AS_OF, environments)
    assert isinstance(name, str), name
    return name


@pytest.fixture(scope="module")
def pool(interpreter: Interpreter, environments: Path, environment: str) -> Iterator[Pool]:
    with Pool(1, {PYTHON: interpreter}, environments) as pool:
        yield pool


def make_run(environment: str, code: str, **rest: object) -> Run:
    facts = {"key": "k", "arguments": ["app.py"], "files": {"app.py": code}, "env": {}, "python": PYTHON}
    return Run.model_validate({**facts, "environment": environment, "hosts": {}, "timeout_seconds": 30, **rest})


def stub(tls: Tls = "valid", **answer: object) -> dict[str, StubHost]:
    rule = Rule(request="GET /x", answer="a")
    return {HOST: StubHost(tls=tls, rules=[(rule, Answer.model_validate({"body": {"hi": "there"}, **answer}))])}


def run_one(pool: Pool, run: Run) -> RunResult:
    (result,) = pool.run_all([run])
    return result


GET = "import requests\nprint(requests.get('https://api.example.com/x').json())\n"


def test_a_request_reaches_the_stub_over_tls(pool: Pool, environment: str) -> None:
    result = run_one(pool, make_run(environment, GET, hosts=stub()))
    assert (result.stderr, result.stdout, result.exit_code) == ("", "{'hi': 'there'}\n", 0)
    assert [request.model_dump() for request in result.requests] == [
        {"method": "GET", "host": HOST, "path": "/x", "status": 200}
    ]


@pytest.mark.parametrize(
    ("hosts", "last_line"),
    [
        (stub("expired"), "certificate has expired"),
        (stub("self-signed"), "certificate verify failed: self-signed certificate"),
        (stub("unknown-ca"), "unable to get local issuer certificate"),
        (stub("wrong-host"), "certificate is not valid for 'api.example.com'"),
        (stub(drop=True), "RemoteDisconnected('Remote end closed connection without response')"),
        (stub(truncate=3), "IncompleteRead(3 bytes read, 12 more expected)"),
        (stub(body="<html>"), "requests.exceptions.JSONDecodeError: Expecting value: line 1 column 1 (char 0)"),
        ({}, "[Errno -2] Name or service not known"),
    ],
)
def test_faults_of_the_network(pool: Pool, environment: str, hosts: dict[str, StubHost], last_line: str) -> None:
    result = run_one(pool, make_run(environment, GET, hosts=hosts))
    assert last_line in result.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("code", "stdout"),
    [
        ("import os; print(sorted(os.environ))", "['HOME', 'LANG', 'PATH', 'PWD']\n"),
        ("import os; print(os.getuid(), os.getcwd(), os.uname().nodename)", "1000 /app sandbox\n"),
        ("import os; print(sorted(map(int, os.listdir('/proc/self/fd')))[:-1])", "[0, 1, 2]\n"),
        ("import os; print(os.listdir('/app'), os.listdir('/tmp'), os.listdir('/home/user'))", "['app.py'] [] []\n"),
        ("import requests, sys; print(requests.__file__.split('/requests')[0])", None),
        ("import os; print(os.path.exists('/root/.ssh'), os.path.exists('/etc/shadow'))", "False False\n"),
        (f"import resource as r; print([r.getrlimit(one) for one in {tuple(LIMITS)}])", f"{SOFT_AND_HARD}\n"),
        ("import resource as r; print(r.getrlimit(r.RLIMIT_CPU))", "(35, 35)\n"),
    ],
)
def test_what_a_program_sees(pool: Pool, environment: str, code: str, stdout: str | None) -> None:
    expected = stdout or f"/usr/local/lib/python{PYTHON}/site-packages\n"
    result = run_one(pool, make_run(environment, code))
    assert (result.stdout, result.stderr) == (expected, "")


@pytest.mark.parametrize(
    ("code", "last_line"),
    [
        ("open('/usr/x', 'w')", "OSError: [Errno 30] Read-only file system: '/usr/x'"),
        ("open('/x', 'w')", "OSError: [Errno 30] Read-only file system: '/x'"),
        ("open('/dev/x', 'w')", "OSError: [Errno 30] Read-only file system: '/dev/x'"),
        ("open('/etc/hosts', 'a')", "PermissionError: [Errno 13] Permission denied: '/etc/hosts'"),
        ("import os; os.chmod('/etc/hosts', 0o666)", "OSError: [Errno 30] Read-only file system: '/etc/hosts'"),
        (
            "import socket; socket.create_connection(('192.0.2.1', 80), 3)",
            "OSError: [Errno 101] Network is unreachable",
        ),
        (
            "import socket; socket.create_connection(('127.0.0.1', 443), 3)",
            "ConnectionRefusedError: [Errno 111] Connection refused",
        ),
        ("import socket; socket.socket(40)", "OSError: [Errno 97] Address family not supported by protocol"),
        (
            "import socket; socket.socket(2, socket.SOCK_RAW, 1)",
            "PermissionError: [Errno 1] Operation not permitted",
        ),
        ("import os; os.memfd_create('x')", "PermissionError: [Errno 1] Operation not permitted"),
    ],
)
def test_what_a_program_may_not(pool: Pool, environment: str, code: str, last_line: str) -> None:
    result = run_one(pool, make_run(environment, code))
    assert (result.stderr.splitlines()[-1], result.exit_code) == (last_line, 1)


def test_a_traceback_names_the_program_as_it_lies_in_app(pool: Pool, environment: str) -> None:
    result = run_one(pool, make_run(environment, "1 / 0\n"))
    assert result.stderr.splitlines()[:2] == [
        "Traceback (most recent call last):",
        '  File "/app/app.py", line 1, in <module>',
    ]


FORK_BOMB = "import os, time\nwhile True:\n    try: os.fork()\n    except OSError: time.sleep(0.1)\n"
CHILDREN = "import os, time\nfor _ in range(4): os.fork()\nx = b'x' * 400_000_000\ntime.sleep(60)\n"


@pytest.mark.parametrize(
    ("code", "timeout", "ending", "exit_code", "signal"),
    [
        ("import sys; sys.exit(3)", 30, "exited", 3, None),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", 30, "signalled", None, "SIGSEGV"),
        ("while True: pass", 1, "timed-out", None, None),
        ("import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)", 1, "timed-out", None, None),
        (FORK_BOMB, 2, "timed-out", None, None),
        ("while True: print('x' * 10_000)", 30, "over-output", None, None),
        (CHILDREN, 30, "over-memory", None, None),
        ("b'x' * 10**10", 30, "exited", 1, None),
        ("import os; os.kill(os.getppid(), 9)", 30, "exited", 0, None),
        ("import os; os._exit(0)", 30, "exited", 0, None),
    ],
)
def test_how_a_program_ends(
    pool: Pool, environment: str, code: str, timeout: float, ending: str, exit_code: int | None, signal: str | None
) -> None:
    result = run_one(pool, make_run(environment, code, timeout_seconds=timeout))
    assert (result.ending, result.exit_code, result.signal) == (ending, exit_code, signal)


def count_processes(mark: str) -> int:
    return sum(mark in read_command(path) for path in Path("/proc").glob("[0-9]*/cmdline"))


def read_command(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def test_nothing_is_left_of_a_program_that_goes_into_the_background(pool: Pool, environment: str) -> None:
    code = "import subprocess; subprocess.Popen(['sleep', '98765'], start_new_session=True, stdout=-3, stderr=-3)"
    assert run_one(pool, make_run(environment, code)).exit_code == 0
    assert count_processes("98765") == 0


SHOWS = """
import logging, sys, threading, warnings
warnings.warn("careful", DeprecationWarning)
logging.getLogger("my.log").error("bad %s", "thing")
def work():
    raise KeyError("in thread")
thread = threading.Thread(target=work)
thread.start()
thread.join()
class Gone:
    def __del__(self):
        raise RuntimeError("late")
Gone()
print([entry for entry in sys.path if "observer" in entry], "sitecustomize" in sys.modules, open("app.py").fileno())
try:
    int("x")
except ValueError as cause:
    raise FileNotFoundError(2, "No such file", "y") from cause
"""


def test_an_observed_run_prints_the_same_and_reports_the_rest(pool: Pool, environment: str) -> None:
    pristine = run_one(pool, make_run(environment, SHOWS))
    observed = run_one(pool, make_run(environment, SHOWS, observed=True))
    assert pristine.report == []
    assert mask(observed.stderr) == mask(pristine.stderr)
    assert (observed.stdout, observed.exit_code) == (pristine.stdout, 1)
    assert pristine.stdout == "[] False 3\n"
    events = {event["event"]: event for event in observed.report}
    assert list(events) == ["start", "warning", "log", "thread", "unraisable", "uncaught", "exit"]
    assert (events["warning"]["class"], events["warning"]["message"]) == ("builtins.DeprecationWarning", "careful")
    assert events["log"] == {
        "event": "log", "logger": "my.log", "level": "ERROR", "message": "bad thing", "raised": None,
    }  # fmt: skip
    assert events["thread"]["class"] == "builtins.KeyError"
    assert events["unraisable"]["message"] == "late"
    uncaught = events["uncaught"]
    assert uncaught["mro"][:3] == ["builtins.FileNotFoundError", "builtins.OSError", "builtins.Exception"]
    assert (uncaught["attributes"]["errno"], uncaught["attributes"]["filename"]) == (2, "y")
    assert [(link["relation"], link["class"]) for link in uncaught["chain"]] == [("cause", "builtins.ValueError")]
    assert uncaught["innermost"]["file"] == "/app/app.py"


def mask(text: str) -> str:
    """Leave out addresses, which differ from run to run."""
    return " ".join("0x" if word.startswith("0x") else word for word in text.split())


def test_a_program_cannot_speak_for_the_observer(pool: Pool, environment: str) -> None:
    code = 'import os\ntry: os.write(900, b\'{"event": "uncaught"}\')\nexcept OSError: pass\n'
    observed = run_one(pool, make_run(environment, code, observed=True))
    assert [event["event"] for event in observed.report] == ["start", "forged", "exit"]


def test_a_class_that_lies_about_its_module_is_unproven(pool: Pool, environment: str) -> None:
    code = "class ReadTimeout(Exception): __module__ = 'requests.exceptions'\nimport requests\nraise ReadTimeout\n"
    observed = run_one(pool, make_run(environment, code, observed=True))
    (uncaught,) = [event for event in observed.report if event["event"] == "uncaught"]
    assert (uncaught["class"], uncaught["unproven"]) == (
        "requests.exceptions.ReadTimeout",
        ["requests.exceptions.ReadTimeout"],
    )


def test_names_are_resolved_where_they_are_used(pool: Pool, environment: str) -> None:
    names = ["TypeError", "requests.ConnectionError", "requests.client.X", "nowhere.Error", "requests.get"]
    resolved = parse_resolved(run_one(pool, plan_resolving("k", names, PYTHON, environment)))
    assert resolved["TypeError"].real == "TypeError"
    assert resolved["requests.ConnectionError"].real == "requests.exceptions.ConnectionError"
    assert resolved["requests.client.X"].reason == "AttributeError: requests has no 'client'"
    assert resolved["nowhere.Error"].reason == "ModuleNotFoundError: No module named 'nowhere'"
    assert resolved["requests.get"].reason == "it is not a class"


def test_runs_are_spread_and_each_has_a_result(interpreter: Interpreter, environments: Path, environment: str) -> None:
    runs = [make_run(environment, f"print({number})", key=str(number)) for number in range(6)]
    with Pool(2, {PYTHON: interpreter}, environments) as pool:
        results = {result.key: result.stdout for result in pool.run_all(runs)}
    assert results == {str(number): f"{number}\n" for number in range(6)}


def test_an_interpreter_that_is_another_inside_is_an_error(
    interpreter: Interpreter, environments: Path, environment: str
) -> None:
    wrong = interpreter.model_copy(update={"banner": "another"})
    with Pool(1, {PYTHON: wrong}, environments) as pool, pytest.raises(RunFailed, match="must be 'another' inside"):
        run_one(pool, make_run(environment, "pass"))


def test_a_run_that_no_worker_survives_is_reported(
    interpreter: Interpreter, environments: Path, environment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Pool(1, {PYTHON: interpreter}, environments) as pool:
        monkeypatch.setattr("errorkb.verify.pool.GRACE_SECONDS", -30)
        with pytest.raises(RunFailed, match="k: its worker died 2 times: the worker ended with status -9"):
            run_one(pool, make_run(environment, "import time; time.sleep(54321)"))
    assert count_processes("54321") == 0


def test_a_worker_ends_with_its_parent(interpreter: Interpreter, environments: Path, environment: str) -> None:
    worker = start_worker(0, {PYTHON: interpreter}, environments)
    worker.send_run(make_run(environment, "pass", arguments=["-c", "import time; time.sleep(43210)"]))
    deadline = time.monotonic() + 10
    while count_processes("43210") == 0 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert count_processes("43210") > 0
    worker.close()
    assert count_processes("43210") == 0


AS_ORDINARY_USER = """
import pathlib, sys
from errorkb.verify.pool import run_all
from errorkb.verify.runs import Interpreter, Run
interpreter, run = Interpreter.model_validate_json(sys.argv[1]), Run.model_validate_json(sys.argv[2])
(result,) = run_all([run], 1, {run.python: interpreter}, pathlib.Path(sys.argv[3]))
print(result.model_dump_json())
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become an ordinary user")
def test_root_and_an_ordinary_user_see_the_same(
    pool: Pool, interpreter: Interpreter, environments: Path, environment: str
) -> None:
    run = make_run(environment, GET + "raise SystemExit(open('/etc/passwd').read())", hosts=stub(), observed=True)
    command = build_worker_command(0, 0, {PYTHON: interpreter}, environments)
    as_user = command[: command.index("--clear-groups") + 1]
    python = command[command.index("-m") - 1]
    arguments = [interpreter.model_dump_json(), run.model_dump_json(by_alias=True), str(environments)]
    path = os.pathsep.join(sys.path)
    done = subprocess.run(
        [*as_user, python, "-c", AS_ORDINARY_USER, *arguments],
        capture_output=True, text=True, cwd="/", check=False, env={"PATH": os.environ["PATH"], "PYTHONPATH": path},
    )  # fmt: skip
    assert done.stderr == ""
    assert RunResult.model_validate_json(done.stdout) == run_one(pool, run)
