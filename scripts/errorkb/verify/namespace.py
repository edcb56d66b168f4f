"""Start workers: processes with a private network and no privilege. One path for root and for an ordinary user.

Root first lets go of being root, as ``stage`` says; from there on both go the same way.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from errorkb.verify.runs import Interpreter, Reply, Run, WorkerSettings

SCRIPTS = Path(os.path.realpath(__file__)).parents[2]
FIRST_UID = 61000  # systemd leaves 60578 to 61183 unused
INSTALL = "sudo apt-get install bubblewrap util-linux libseccomp2"
# The worker is the first process of its own process namespace: however it dies, the kernel ends what it started. That
# bubblewrap dies with its parent is not enough: it says so to the kernel only some time after its start.
UNSHARE = (
    *("unshare", "--user", "--map-root-user", "--net", "--mount"),
    *("--pid", "--fork", "--kill-child", "--mount-proc", "--"),
)
PACKAGES = {"bwrap": "bubblewrap", "unshare": "util-linux", "setpriv": "util-linux"}
KNOBS = (
    ("/proc/sys/kernel/unprivileged_userns_clone", "0", "sudo sysctl -w kernel.unprivileged_userns_clone=1"),
    ("/proc/sys/user/max_user_namespaces", "0", "sudo sysctl -w user.max_user_namespaces=10000"),
    (
        "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
        "1",
        "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
    ),
)


class SandboxUnavailable(Exception):  # noqa: N818  named for what happened
    """Raised where a machine cannot run snippets behind the wall. ``mend`` is what to do about it."""

    def __init__(self, reason: str, mend: str) -> None:
        super().__init__(f"{reason}\n    {mend}")
        self.reason = reason
        self.mend = mend


class WorkerDied(Exception):  # noqa: N818  named for what happened
    """A worker ended without a reply; carries what it said last."""


@dataclass
class WorkerProcess:
    """A worker under way, and the two ends that one speaks to it by."""

    process: subprocess.Popen[bytes]
    said: IO[bytes]

    def send(self, line: str) -> None:
        """Send one JSON line. Raises ``WorkerDied`` if nobody is there to read it."""
        assert self.process.stdin
        try:
            self.process.stdin.write(line.encode() + b"\n")
            self.process.stdin.flush()
        except OSError as failure:
            raise self.mourn() from failure

    def send_run(self, run: Run) -> None:
        """Ask for a run; the reply is read when it comes."""
        self.send(run.model_dump_json(by_alias=True))

    def receive(self) -> Reply:
        """Wait for the reply. Raises ``WorkerDied`` if there will be none."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line.endswith(b"\n"):
            raise self.mourn()
        return Reply.model_validate(json.loads(line))

    def mourn(self) -> WorkerDied:
        """Say what a dead worker said last."""
        self.process.kill()
        code = self.process.wait()
        self.said.seek(0)
        return WorkerDied(self.said.read().decode(errors="replace").strip() or f"the worker ended with status {code}")

    def close(self) -> None:
        """End the worker, and with it whatever it runs."""
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                stream.close()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.said.close()


def check_tools() -> None:
    """Raise ``SandboxUnavailable`` unless the programs that build the wall are installed."""
    missing = sorted({PACKAGES[name] for name in PACKAGES if shutil.which(name) is None})
    if missing:
        raise SandboxUnavailable(f"the sandbox needs {', '.join(missing)}", f"sudo apt-get install {' '.join(missing)}")


def start_worker(index: int, interpreters: Mapping[str, Interpreter], environments: Path) -> WorkerProcess:
    """Start the worker of this number and wait until it is ready. Raises ``SandboxUnavailable`` if it cannot be."""
    check_tools()
    environments = Path(os.path.realpath(environments))
    said = tempfile.TemporaryFile()  # noqa: SIM115  closed by WorkerProcess
    process = subprocess.Popen(
        build_worker_command(os.geteuid(), index, interpreters, environments),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, cwd="/", env=_worker_environ(),
    )  # fmt: skip
    worker = WorkerProcess(process, said)
    try:
        worker.send(WorkerSettings(interpreters=dict(interpreters), environments=str(environments)).model_dump_json())
        reply = worker.receive()
    except WorkerDied as death:
        worker.said.close()
        raise _explain(str(death), interpreters, environments) from death
    if reply.unavailable:
        worker.close()
        raise SandboxUnavailable(reply.unavailable.reason, reply.unavailable.mend)
    return worker


def build_worker_command(
    uid: int, index: int, interpreters: Mapping[str, Interpreter], environments: Path
) -> list[str]:
    """Build the command that starts a worker. Every part of it but the first replaces itself by the next."""
    python = _own_python()
    ordinary = [*UNSHARE, python, "-m", "errorkb.verify.worker"]
    if uid != 0:
        return ordinary
    needed = json.dumps([str(path) for path in _needed_folders(interpreters, environments)])
    user = str(FIRST_UID + index)
    return [
        *("unshare", "--mount", "--", python, "-I", str(SCRIPTS / "errorkb/verify/stage.py"), needed),
        *("setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--inh-caps=-all", "--"),
        *ordinary,
    ]


def _own_python() -> str:
    """Return the interpreter that runs this, without the virtual environment around it: links may lead anywhere."""
    return os.path.realpath(Path(sys.base_prefix, "bin", f"python{sys.version_info[0]}.{sys.version_info[1]}"))


def _own_packages() -> list[Path]:
    found = [Path(os.path.realpath(entry)) for entry in sys.path if entry.endswith(("site-packages", "dist-packages"))]
    return [path for path in dict.fromkeys(found) if path.is_dir()]


def _needed_folders(interpreters: Mapping[str, Interpreter], environments: Path) -> list[Path]:
    prefixes = [Path(os.path.realpath(sys.base_prefix)), *(Path(one.prefix) for one in interpreters.values())]
    return sorted({SCRIPTS, environments, *_own_packages(), *prefixes})


def _worker_environ() -> dict[str, str]:
    paths = os.pathsep.join(map(str, [SCRIPTS, *_own_packages()]))
    fixed = {"LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1", "PYTHONSAFEPATH": "1"}
    return {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "PYTHONPATH": paths, **fixed}


def _explain(said: str, interpreters: Mapping[str, Interpreter], environments: Path) -> SandboxUnavailable:
    """Find out why a worker could not start, from what it said and how this machine is set."""
    for path, bad, mend in KNOBS:
        if Path(path).exists() and Path(path).read_text().strip() == bad:
            return SandboxUnavailable(f"this machine restricts user namespaces ({path} is {bad})", mend)
    for folder in _needed_folders(interpreters, environments):
        if os.geteuid() == 0 and folder.stat().st_mode & (stat.S_IROTH | stat.S_IXOTH) != stat.S_IROTH | stat.S_IXOTH:
            return SandboxUnavailable(f"workers are not root and cannot read {folder}", f"chmod -R o+rX {folder}")
    return SandboxUnavailable(f"a worker could not be started: {said}", INSTALL)
