"""Run one command to its end, whatever it does: clock, output, memory. Afterwards none of its processes is left."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
    """A command under way: bubblewrap, a handle on the first process inside, why it was stopped if it was."""

    process: asyncio.subprocess.Process
    inside: int | None = None
    pid: int | None = None
    status: int | None = None
    ending: Ending = "exited"
    packets: list[bytes] = field(default_factory=list)

    def stop(self, ending: Ending) -> None:
        """Kill everything, for the first reason given. The kernel ends a namespace with its first process."""
        if self.ending == "exited":
            self.ending = ending
        with contextlib.suppress(ProcessLookupError):
            if self.inside is None:
                self.process.kill()
            else:
                signal.pidfd_send_signal(self.inside, signal.SIGKILL)


async def run_command(
    command: Sequence[str], descriptors: Sequence[int], report: socket.socket | None, timeout_seconds: float
) -> Ended:
    """Run bubblewrap's command and wait until every process inside is gone.

    ``descriptors`` are inherited; ``report`` is our end of the observer's socket. Raises ``WallFailed`` where the
    program was never started. Cancelled, it kills what it started.
    """
    status_read, status_write = os.pipe()
    command = [command[0], "--json-status-fd", str(status_write), *command[1:]]
    try:
        process = await asyncio.create_subprocess_exec(
            *command, pass_fds=[*descriptors, status_write], stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env={"PATH": os.defpath}, cwd="/",
        )  # fmt: skip
    finally:
        os.close(status_write)
        for descriptor in descriptors:
            os.close(descriptor)
    going = _Going(process)
    try:
        return await _follow(going, status_read, report, timeout_seconds)
    finally:
        going.stop("signalled")
        await process.wait()
        if going.inside is not None:
            await _wait_readable(going.inside)  # readable once the first process, hence every process inside, is gone
            os.close(going.inside)


async def _follow(going: _Going, status_read: int, report: socket.socket | None, timeout_seconds: float) -> Ended:
    process = going.process
    assert process.stdout
    assert process.stderr
    clock = asyncio.get_running_loop().call_later(timeout_seconds, going.stop, "timed-out")
    watch = asyncio.create_task(_watch_use(going))
    try:
        stdout, stderr, *_ = await asyncio.gather(
            _read_stream(going, process.stdout), _read_stream(going, process.stderr),
            _read_status(going, status_read), _read_report(going, report), process.wait(),
        )  # fmt: skip
    finally:
        clock.cancel()
        watch.cancel()
    if going.status is None and going.ending == "exited":
        raise WallFailed(stderr.decode(errors="replace").strip() or "bubblewrap ended without a word")
    return Ended(going.ending, going.status, stdout, stderr, going.packets)


async def _read_stream(going: _Going, stream: asyncio.StreamReader) -> bytes:
    kept = bytearray()
    while chunk := await stream.read(CHUNK):
        kept += chunk[: OUTPUT_BYTES - len(kept)]
        if len(kept) == OUTPUT_BYTES:
            going.stop("over-output")
    return bytes(kept)


async def _read_status(going: _Going, status_read: int) -> None:
    """Read what bubblewrap tells of its child, one JSON object a line; the exit code comes only if it was started."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(status_read, "rb", buffering=0)
    )
    try:
        while line := await reader.readline():
            facts: dict[str, Any] = json.loads(line)
            if "child-pid" in facts:
                going.pid = facts["child-pid"]
                going.inside = _open_child(going.process.pid, facts["child-pid"])
                if going.ending != "exited":
                    going.stop(going.ending)
            going.status = facts.get("exit-code", going.status)
    finally:
        transport.close()


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
