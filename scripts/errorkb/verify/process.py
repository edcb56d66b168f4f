"""Run one command to its end, whatever it does: clock, output, memory. Afterwards none of its processes is left."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import resource
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from errorkb.verify.memory import count_files, count_sockets, measure_memory
from errorkb.verify.runs import Ending
from errorkb.verify.sandbox import SPACES

MIB = 1024 * 1024
OUTPUT_BYTES = 1 * MIB
REPORT_BYTES = 4 * MIB
MEMORY_BYTES = 2048 * MIB
FILES = 50_000  # an empty file takes a kilobyte of the kernel's memory, which no size of a space bounds
SOCKETS = 2048  # what was sent and not received takes up to a quarter of a megabyte for each
WATCH_SECONDS = 0.05
CHUNK = 65536
PACKET = 262144


class WallFailed(Exception):  # noqa: N818  named for what happened
    """bubblewrap did not get as far as starting the program; carries what it said."""


@dataclass
class Ended:
    """What a command left. ``status`` is its exit code, 128 + N where signal N ended it, None where it was stopped."""

    ending: Ending
    status: int | None
    stdout: bytes
    stderr: bytes
    packets: list[bytes]


@dataclass
class _Going:
    """A command under way: bubblewrap and the first process inside, handles on both, why it was stopped if it was.

    What is inside waits at the ``gate`` until its limits are set.
    """

    process: subprocess.Popen[bytes]
    handle: int
    limits: Mapping[int, int]
    gate: int
    inside: int | None = None
    pid: int | None = None
    status: int | None = None
    ending: Ending = "exited"
    packets: list[bytes] = field(default_factory=list)

    def admit(self, pid: int) -> None:
        """Set the limits of the first process inside, which all others inherit, and let it in."""
        self.pid = pid
        self.inside = _open_child(self.process.pid, pid)
        if self.inside is None:
            return
        with contextlib.suppress(ProcessLookupError):
            for limit, value in self.limits.items():
                resource.prlimit(pid, limit, (value, value))
            os.write(self.gate, b"!")
        if self.ending != "exited":
            self.stop(self.ending)

    def stop(self, ending: Ending) -> None:
        """Kill everything, for the first reason given. The kernel ends a namespace with its first process."""
        if self.ending == "exited":
            self.ending = ending
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle if self.inside is None else self.inside, signal.SIGKILL)


def hold(content: bytes) -> int:
    """Keep bytes in a file in memory, for a command to inherit; return its descriptor."""
    descriptor = os.memfd_create("content")
    with os.fdopen(descriptor, "wb", buffering=0, closefd=False) as file:
        file.write(content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


async def run_command(
    command: Sequence[str],
    descriptors: Sequence[int],
    report: socket.socket | None,
    limits: Mapping[int, int],
    timeout_seconds: float,
) -> Ended:
    """Run bubblewrap's command and wait until every process inside is gone.

    ``descriptors`` are inherited; ``report`` is our end of the observer's socket; ``limits`` maps constants of
    ``resource`` to what each process inside may have at most. Raises ``WallFailed`` where the program was never
    started. Cancelled, it kills what it started.
    """
    status_read, status_write = os.pipe()
    gate_read, gate_write = os.pipe()
    command = [command[0], "--json-status-fd", str(status_write), "--block-fd", str(gate_read), *command[1:]]
    process = _start(command, [*descriptors, status_write, gate_read])
    going = _Going(process, os.pidfd_open(process.pid), limits, gate_write)
    try:
        return await _follow(going, status_read, report, timeout_seconds)
    finally:
        going.stop("signalled")
        await _wait_readable(going.handle)
        process.wait()
        if going.inside is not None:
            await _wait_readable(going.inside)  # readable once the first process, hence every process inside, is gone
        for descriptor in filter(None, (going.handle, going.inside, gate_write)):
            os.close(descriptor)  # the gate not earlier: its end would let in what has no limits yet


def _start(command: Sequence[str], inherited: Sequence[int]) -> subprocess.Popen[bytes]:
    """Start a command. Not by asyncio, which takes a thread and a millisecond more: the command waits at its gate."""
    try:
        return subprocess.Popen(
            command, pass_fds=inherited, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={"PATH": os.defpath}, cwd="/",
        )  # fmt: skip
    finally:
        for descriptor in inherited:
            os.close(descriptor)


async def _follow(going: _Going, status_read: int, report: socket.socket | None, timeout_seconds: float) -> Ended:
    process = going.process
    assert process.stdout
    assert process.stderr
    clock = asyncio.get_running_loop().call_later(timeout_seconds, going.stop, "timed-out")
    watch = asyncio.create_task(_watch_use(going))
    try:
        stdout, stderr, *_ = await asyncio.gather(
            _read_stream(going, process.stdout), _read_stream(going, process.stderr),
            _read_status(going, os.fdopen(status_read, "rb", buffering=0)), _read_report(going, report),
            _wait_readable(going.handle),
        )  # fmt: skip
    finally:
        clock.cancel()
        watch.cancel()
    if going.status is None and going.ending == "exited":
        raise WallFailed(stderr.decode(errors="replace").strip() or "bubblewrap ended without a word")
    return Ended(going.ending, going.status, stdout, stderr, going.packets)


@contextlib.asynccontextmanager
async def _open_reader(pipe: IO[bytes]) -> AsyncIterator[asyncio.StreamReader]:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    try:
        yield reader
    finally:
        transport.close()


async def _read_stream(going: _Going, pipe: IO[bytes]) -> bytes:
    kept = bytearray()
    async with _open_reader(pipe) as reader:
        while chunk := await reader.read(CHUNK):
            kept += chunk[: OUTPUT_BYTES - len(kept)]
            if len(kept) == OUTPUT_BYTES:
                going.stop("over-output")
    return bytes(kept)


async def _read_status(going: _Going, pipe: IO[bytes]) -> None:
    """Read what bubblewrap tells of its child, one JSON object a line; the exit code comes only if it was started."""
    async with _open_reader(pipe) as reader:
        while line := await reader.readline():
            facts: dict[str, Any] = json.loads(line)
            if "child-pid" in facts:
                going.admit(facts["child-pid"])
            going.status = facts.get("exit-code", going.status)


def _open_child(parent: int, pid: int) -> int | None:
    """Open a handle on bubblewrap's child, unless it is gone and its number is another's by now."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return None
    with contextlib.suppress(OSError):
        if f"\nPPid:\t{parent}\n" in Path(f"/proc/{pid}/status").read_text():
            return handle
    os.close(handle)
    return None


async def _read_report(going: _Going, report: socket.socket | None) -> None:
    if report is None:
        return
    size = 0
    with report:
        while packet := await asyncio.get_running_loop().sock_recv(report, PACKET):
            size += len(packet)
            going.packets.append(packet)
            if size > REPORT_BYTES:
                going.stop("over-output")
                return


async def _watch_use(going: _Going) -> None:
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        if going.pid is None:
            continue
        if measure_memory(going.pid, MEMORY_BYTES) > MEMORY_BYTES or count_sockets() > SOCKETS:
            going.stop("over-memory")
        if count_files(going.pid, SPACES) > FILES:
            going.stop("disk-full")


async def _wait_readable(descriptor: int) -> None:
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    loop.add_reader(descriptor, done.set)
    try:
        await done.wait()
    finally:
        loop.remove_reader(descriptor)
