"""The process that lives in a private network namespace and runs one program after another.

Speaks JSON lines: settings, then runs, on standard input; replies on standard output. It ends, and with it
whatever it started, when standard input does: that is how it learns that its parent was killed.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import secrets
import signal
import socket
import struct
import sys
from pathlib import Path
from typing import Any

from errorkb.verify.certificates import Authority
from errorkb.verify.process import Ended, WallFailed, hold, run_command
from errorkb.verify.runs import Interpreter, Reply, Run, RunResult, Unavailable, WorkerSettings
from errorkb.verify.sandbox import World, build_command, describe_environment, describe_limits, describe_system
from errorkb.verify.seccomp import NoSeccomp, render_filter
from errorkb.verify.services import ServiceHost
from errorkb.verify.stubs import StubInternet

LINE_BYTES = 64 * 1024 * 1024
ENDING_SECONDS = 2
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
# PostgreSQL guards its data by a System V segment.
SERVICES_NEED = ("shmget",)
SHOW_BANNER = ["-c", "import sys; print(sys.version)"]


class Worker:
    """Runs programs, one at a time, in the namespaces that this process was started in."""

    def __init__(self, settings: WorkerSettings, seccomp: bytes) -> None:
        self._settings = settings
        self._seccomp = seccomp
        self._system = describe_system()
        self._authority = Authority()
        self._services = ServiceHost(self._system, render_filter(SERVICES_NEED))
        self._checked: set[str] = set()

    async def run(self, run: Run) -> RunResult:
        """Run one program against the stubs of its hosts and its services.

        Raises ``WallFailed`` where it, or a service, could not be started.
        """
        interpreter = self._settings.interpreters[run.python]
        await self._check_interpreter(run, interpreter)
        async with (
            StubInternet(run.hosts, self._authority) as stubs,
            self._services.serve(run.services, run.timeout_seconds) as services,
        ):
            ended, report = await self._run_inside(run, interpreter)
        seen = {"requests": stubs.requests, "services": services}
        return make_result(run, interpreter.version, ended, report).model_copy(update=seen)

    async def _check_interpreter(self, run: Run, interpreter: Interpreter) -> None:
        """Make sure, once, that what runs inside is the very interpreter that was found outside."""
        if run.python in self._checked:
            return
        asked = run.model_copy(update={"arguments": SHOW_BANNER, "files": {}, "env": {}, "observed": False})
        ended, _ = await self._run_inside(asked, interpreter)
        inside = ended.stdout.decode(errors="replace").removesuffix("\n")
        if inside != interpreter.banner:
            heard = inside or ended.stderr.decode(errors="replace")
            raise WallFailed(f"Python must be {interpreter.banner!r} inside as outside, and is {heard!r}")
        self._checked.add(run.python)

    async def _run_inside(self, run: Run, interpreter: Interpreter) -> tuple[Ended, list[dict[str, Any]]]:
        site, bundles = describe_environment(Path(self._settings.environments, run.environment), run.python)
        held: list[int] = []
        ours, theirs, token = _open_report() if run.observed else (None, None, b"")
        if theirs is not None:
            held.append(theirs)
        world = World(interpreter, site, bundles, self._system, self._authority.certificate, self._seccomp, theirs)

        def keep(content: bytes) -> int:
            held.append(hold(content))
            return held[-1]

        command = build_command(run, world, keep)
        ended = await run_command(command, held, ours, describe_limits(run), run.timeout_seconds)
        return ended, read_report(ended.packets, token)


def _open_report() -> tuple[socket.socket, int, bytes]:
    """Open the observer's channel: our end, the number of its end, and the token that it is told first."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)
    token = secrets.token_hex(16).encode()
    ours.send(token)
    return ours, theirs.detach(), token


def read_report(packets: list[bytes], token: bytes) -> list[dict[str, Any]]:
    """Read the observer's packets; one that lacks the token was sent by the program, and is named ``forged``."""
    return [json.loads(packet[len(token) :]) if packet.startswith(token) else {"event": "forged"} for packet in packets]


def make_result(run: Run, python_version: str, ended: Ended, report: list[dict[str, Any]]) -> RunResult:
    """Say how a run ended. A status above 128 counts as a signal where there is one of that number."""
    number = (ended.status or 0) - 128
    signalled = ended.ending == "exited" and number in {one.value for one in signal.Signals}
    exited = ended.ending == "exited" and not signalled
    return RunResult(
        key=run.key,
        ending="signalled" if signalled else ended.ending,
        exit_code=ended.status if exited else None,
        signal=signal.Signals(number).name if signalled else None,
        stdout=ended.stdout.decode(errors="replace"),
        stderr=ended.stderr.decode(errors="replace"),
        python_version=python_version,
        requests=[],
        report=report,
    )


def raise_loopback() -> None:
    """Bring up the loopback interface of a new network namespace."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        answer = fcntl.ioctl(handle, SIOCGIFFLAGS, struct.pack("16sh14x", b"lo", 0))
        flags = struct.unpack("16sh14x", answer)[1] | IFF_UP
        fcntl.ioctl(handle, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags))


def _reply(reply: Reply) -> None:
    sys.stdout.write(json.dumps(reply.model_dump()) + "\n")
    sys.stdout.flush()


async def _answer(worker: Worker, line: bytes) -> Reply:
    try:
        return Reply(result=await worker.run(Run.model_validate_json(line)))
    except (WallFailed, OSError, ValueError, KeyError) as failure:
        return Reply(failure=f"{type(failure).__name__}: {failure}")


async def _serve(reader: asyncio.StreamReader, worker: Worker) -> None:
    coming = asyncio.create_task(reader.readline())
    while line := await coming:
        coming = asyncio.create_task(reader.readline())
        answering = asyncio.create_task(_answer(worker, line))
        await asyncio.wait({coming, answering}, return_when=asyncio.FIRST_COMPLETED)
        if not answering.done():  # only the end of input comes before the reply
            answering.cancel()
            await asyncio.wait({answering}, timeout=ENDING_SECONDS)
            if not answering.done():  # bubblewrap, killed just after it forked, left a child that holds its pipes
                os._exit(1)  # and the kernel ends that child with the namespace, whose first process this is
            return
        _reply(answering.result())


async def main() -> None:
    """Read settings, get ready or say why not, then run what comes."""
    reader = asyncio.StreamReader(limit=LINE_BYTES)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    settings = WorkerSettings.model_validate_json(await reader.readline())
    try:
        raise_loopback()
        worker = Worker(settings, render_filter())
    except NoSeccomp as failure:
        _reply(Reply(unavailable=Unavailable(reason=str(failure), mend="sudo apt-get install libseccomp2")))
        return
    _reply(Reply())
    await _serve(reader, worker)


if __name__ == "__main__":
    asyncio.run(main())
