"""The real servers of one run: started in the worker's private network for it, ended and wiped after it.

Each runs behind a wall of its own, with its data in memory, and no program can see more of it than its port.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import functools
import os
import re
import subprocess
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from errorkb.model.service import KINDS
from errorkb.verify.process import Ended, WallFailed, hold, run_command
from errorkb.verify.sandbox import LIMITS, MIB, UID, WALL

USR = Path("/usr")
DATA = "/data"
DATA_BYTES = 256 * MIB
SETUP_SECONDS = 60.0
START_SECONDS = 30.0
POLL_SECONDS = 0.02
VERSION_SECONDS = 20
PASSWD = f"user:x:{UID}:{UID}:user:{DATA}:/bin/sh\n"
STARTUP = b"\0\x03\0\0user\0app\0database\0app\0\0"
# A cluster with one ordinary user and its database, packed into the file that is given as $1. The superuser has no
# password, so nobody gets in as such.
SET_UP_POSTGRESQL = r"""
"${0%/*}/initdb" --pgdata=/data --username=postgres --auth=trust --locale=C.UTF-8 --encoding=UTF8 \
    --wal-segsize=1 --no-sync >&2 || exit
echo 'host all all all scram-sha-256' >/data/pg_hba.conf
"$0" --single -D /data -F postgres <<END >&2 || exit
CREATE ROLE app LOGIN PASSWORD 'test-key-good'
CREATE DATABASE app OWNER app
END
exec tar -C /data -cf "$1" .
"""
# It logs next to nothing: what a command prints has a limit, and a program could end the server by making it log.
RUN_POSTGRESQL = r"""
tar -C /data -xf "$1" || exit
exec "$0" -D /data -F -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c shared_buffers=16MB \
    -c timezone=UTC -c lc_messages=C -c log_min_messages=panic
"""
RUN_REDIS = 'exec >&2 "$0" --bind 127.0.0.1 --port 6379 --dir /data --save "" --appendonly no --loglevel warning'


@dataclass(frozen=True)
class Software:
    """What plays a service.

    ``package`` is Debian's. ``patterns`` say where its program lies below /usr, ``version`` reads what that says of
    itself. ``setup`` makes its data once for all runs, or is None; both it and ``start`` are shell scripts: the
    program is $0, the packed data $1. A server that is ready answers ``hello`` by one of ``answers``.
    """

    package: str
    patterns: tuple[str, ...]
    version: str
    start: str
    hello: bytes
    answers: tuple[bytes, ...]
    setup: str | None = None


@dataclass(frozen=True)
class Installed:
    """A program that is here, and its major version."""

    program: Path
    version: str


_POSTGRESQL = Software(
    package="postgresql",
    patterns=("lib/postgresql/*/bin/postgres", "bin/postgres", "local/bin/postgres"),
    version=r"\(PostgreSQL\) (\d+)",
    start=RUN_POSTGRESQL,
    hello=(len(STARTUP) + 4).to_bytes(4) + STARTUP,
    answers=(b"R",),
    setup=SET_UP_POSTGRESQL,
)
_REDIS = Software(
    package="redis-server",
    patterns=("bin/redis-server", "local/bin/redis-server"),
    version=r"Redis server v=(\d+)",
    start=RUN_REDIS,
    hello=b"PING\r\n",
    answers=(b"+PONG",),
)
SOFTWARE = {
    "postgresql": _POSTGRESQL,
    "redis": _REDIS,
    "redis-with-password": replace(_REDIS, start=f"{RUN_REDIS} --requirepass test-key-good", answers=(b"-NOAUTH",)),
}


def find_program(name: str) -> Installed | None:
    """Find what plays a service on this machine: the newest, or None. Only below /usr, which is all a wall shows."""
    software = SOFTWARE[name]
    paths = [path for pattern in software.patterns for path in sorted(USR.glob(pattern)) if os.access(path, os.X_OK)]
    found = [Installed(path, version) for path in paths if (version := _ask_version(path, software.version))]
    return max(found, key=lambda one: int(one.version), default=None)


@functools.cache
def _ask_version(program: Path, pattern: str) -> str | None:
    try:
        done = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=VERSION_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(pattern, done.stdout)
    return match[1] if match else None


def describe_lack(names: Iterable[str]) -> str | None:
    """Say which of these services this machine lacks, and the command that mends it; None if it lacks none."""
    missing = sorted({SOFTWARE[name].package for name in names if find_program(name) is None})
    return f"needs {' and '.join(missing)}: sudo apt-get install {' '.join(missing)}" if missing else None


class ServiceHost:
    """Starts services, one set at a time. ``system`` shows the machine's programs, ``seccomp`` is their filter."""

    def __init__(self, system: Sequence[str], seccomp: bytes) -> None:
        self._system = system
        self._seccomp = seccomp
        self._packed: dict[str, int] = {}

    @contextlib.asynccontextmanager
    async def serve(self, names: Sequence[str], seconds: float) -> AsyncIterator[dict[str, str]]:
        """Serve for at most so many seconds: entered, they answer; left, they are gone with all that they held.

        Yields the major version of each, by the server's name. Raises ``WallFailed`` where one cannot be started.
        """
        async with contextlib.AsyncExitStack() as stack:
            versions = {}
            for name in names:
                installed = find_program(name)
                if installed is None:
                    raise WallFailed(describe_lack([name]))
                await stack.enter_async_context(self._serve_one(name, installed.program, seconds))
                versions[KINDS[name].name] = installed.version
            yield versions

    @contextlib.asynccontextmanager
    async def _serve_one(self, name: str, program: Path, seconds: float) -> AsyncIterator[None]:
        packed = await self._set_up(name, program)
        going = asyncio.create_task(self._run(SOFTWARE[name].start, program, packed, START_SECONDS + seconds))
        try:
            await _wait_ready(name, going)
            yield
        finally:
            going.cancel()
            await asyncio.wait({going})

    async def _set_up(self, name: str, program: Path) -> int | None:
        """Make what every run of a service begins with, once, and return the file in memory that holds it."""
        setup = SOFTWARE[name].setup
        if setup is not None and name not in self._packed:
            file = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
            ended = await self._run(setup, program, file, SETUP_SECONDS)
            if ended.status != 0:
                os.close(file)
                raise _fail(name, ended)
            fcntl.fcntl(file, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK)
            self._packed[name] = file
        return self._packed.get(name)

    async def _run(self, script: str, program: Path, packed: int | None, seconds: float) -> Ended:
        held = [hold(PASSWD.encode()), hold(self._seccomp)]
        command = [
            *("bwrap", *WALL, "--clearenv", "--setenv", "LANG", "C.UTF-8", "--setenv", "PATH", "/usr/bin:/bin"),
            *self._system,
            *("--proc", "/proc", "--dev", "/dev", "--ro-bind-data", str(held[0]), "/etc/passwd"),
            *("--perms", "0700", "--size", str(DATA_BYTES), "--tmpfs", DATA),
            *("--remount-ro", "/", "--chdir", DATA, "--seccomp", str(held[1])),
            *("--", "sh", "-c", script, str(program)),
        ]
        if packed is not None:
            held.append(os.dup(packed))
            command.append(f"/proc/self/fd/{held[-1]}")
        return await run_command(command, held, None, LIMITS, seconds)


async def _wait_ready(name: str, going: asyncio.Task[Ended]) -> None:
    """Wait until a server answers as it must. Raises ``WallFailed`` where it ended instead, or takes too long."""
    deadline = asyncio.get_running_loop().time() + START_SECONDS
    while not await _is_ready(name):
        if going.done():
            raise _fail(name, going.result())
        if asyncio.get_running_loop().time() > deadline:
            raise WallFailed(f"{name} was not ready after {START_SECONDS:g} seconds")
        await asyncio.sleep(POLL_SECONDS)


async def _is_ready(name: str) -> bool:
    software = SOFTWARE[name]
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(START_SECONDS):
            reader, writer = await asyncio.open_connection("127.0.0.1", KINDS[name].port)
            try:
                writer.write(software.hello)
                return (await reader.read(64)).startswith(software.answers)
            finally:
                writer.close()
    return False


def _fail(name: str, ended: Ended) -> WallFailed:
    said = ended.stderr.decode(errors="replace").strip()
    return WallFailed(f"{name} could not be started: {said or f'{ended.ending}, status {ended.status}'}")
