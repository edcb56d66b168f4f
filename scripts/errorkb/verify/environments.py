"""Locks and environments, made by uv. Where packages come from is the machine's business; which ones, is the lock's."""

from __future__ import annotations

import datetime
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uv

from errorkb.verify.runs import Interpreter

# What says where packages come from and how they are reached. Everything else that uv reads from the environment
# (UV_PRERELEASE, UV_CONSTRAINT, UV_EXCLUDE_NEWER, UV_PYTHON, …) would change what is installed, so it is left out.
PASSED_ON = frozenset(
    (
        *("PATH", "HOME", "XDG_CACHE_HOME", "TMPDIR", "NETRC", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSL_CLIENT_CERT"),
        *("UV_CACHE_DIR", "UV_OFFLINE", "UV_INSECURE_HOST", "UV_HTTP_TIMEOUT", "UV_NATIVE_TLS", "UV_SYSTEM_CERTS"),
        *("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL"),
        *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy"),
    )
)
NETWORK_SIGNS = ("Request failed after", "error sending request", "network was disabled")
DISK_SIGNS = ("No space left on device", "(os error 13)", "(os error 28)", "(os error 30)", "(os error 122)")
# Where systems keep the authorities that they trust. uv's own list knows no private one.
TRUSTED = (
    *("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem"),
    "/etc/ssl/cert.pem",
)
REASON_LINES = 12
UV_SECONDS = 1800


@dataclass(frozen=True)
class CannotInstall:
    """Why a lock or an environment could not be made: uv's last lines."""

    reason: str


class PackagesUnavailable(Exception):  # noqa: N818  named for what happened
    """uv could not do its work at all: no network, no disk. Says nothing about the packages asked for.

    ``mend`` is what to do about it.
    """

    def __init__(self, reason: str, mend: str) -> None:
        super().__init__(f"{reason}\n    {mend}")
        self.reason = reason
        self.mend = mend


def render_instant(as_of: str) -> str:
    """Render the end of a day (``2026-11-24``) for uv, which leaves out what was uploaded at this instant or later.

    The day is taken in UTC; uv would take a bare date in the machine's own time zone.
    """
    return f"{datetime.date.fromisoformat(as_of) + datetime.timedelta(days=1)}T00:00:00Z"


def make_lock(
    requirements: Sequence[str], python: str, as_of: str, interpreter: Interpreter | None = None
) -> str | CannotInstall:
    """Resolve requirements for a minor version of Python, as of the end of a day, into a lock with hashes.

    ``interpreter`` builds what has no wheel; without one, the interpreter that runs this does. The lock names
    no path and no index. An empty list gives a lock of one comment.
    """
    header = f"# For Python {python}, as of {as_of}.\n"
    if not requirements:
        return header
    executable = interpreter.executable if interpreter else sys.executable
    arguments = ["pip", "compile", "-", "--quiet", "--generate-hashes", "--no-header", "--no-annotate"]
    arguments += ["--python-version", python, "--python", executable, "--exclude-newer", render_instant(as_of)]
    done = _run_uv(arguments, "\n".join(requirements))
    return header + done.stdout if done.returncode == 0 else _explain(done)


def name_environment(lock: str, python: str, as_of: str) -> str:
    """Name the environment of a lock: a digest of the lock, the minor version of Python and the date."""
    return hashlib.sha256("\0".join((python, as_of, lock)).encode()).hexdigest()[:24]


def prepare_environment(lock: str, interpreter: Interpreter, as_of: str, folder: Path) -> str | CannotInstall:
    """Make the environment of a lock below ``folder``, or find it made, and return its name.

    It is whole or absent: built under another name and renamed. Several processes may ask at once.
    """
    name = name_environment(lock, interpreter.minor, as_of)
    if (folder / name).is_dir():
        return name
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)  # workers are not root, and the umask may be a narrow one
    with _hold_lock(folder / f".{name}.lock"):
        return name if (folder / name).is_dir() else _build_environment(lock, interpreter, as_of, folder / name)


def _build_environment(lock: str, interpreter: Interpreter, as_of: str, target: Path) -> str | CannotInstall:
    building = target.with_name(f".{target.name}.building")
    shutil.rmtree(building, ignore_errors=True)
    made = _run_uv(["venv", "--quiet", "--python", interpreter.executable, str(building)])
    if made.returncode:
        raise _give_up(made.stderr or f"it ended with status {made.returncode}")
    site = find_site_packages(building, interpreter.minor)
    for patch in site.glob("_virtualenv.*"):  # uv's import hook for distutils: no one's real program runs with it
        patch.unlink()
    arguments = ["pip", "sync", "-", "--quiet", "--require-hashes", "--compile-bytecode", "--strict"]
    arguments += ["--allow-empty-requirements", "--python", str(building / "bin/python")]
    done = _run_uv([*arguments, "--exclude-newer", render_instant(as_of)], lock)
    if done.returncode:
        shutil.rmtree(building)
        return _explain(done)
    _let_others_read(site)
    building.rename(target)
    return target.name


def find_site_packages(environment: Path, minor: str) -> Path:
    """Return the folder of an environment that holds its packages."""
    return environment / "lib" / f"python{minor}" / "site-packages"


@contextmanager
def _hold_lock(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _run_uv(arguments: list[str], text: str = "") -> subprocess.CompletedProcess[str]:
    """Run uv without any settings but those that say where packages come from."""
    environ = {name: value for name, value in os.environ.items() if name in PASSED_ON}
    if environ.keys().isdisjoint(("UV_SYSTEM_CERTS", "UV_NATIVE_TLS")) and any(Path(path).exists() for path in TRUSTED):
        environ["UV_SYSTEM_CERTS"] = "true"
    dies_with_us = ("setpriv", "--pdeathsig", "KILL", "--")
    try:
        return subprocess.run(
            [*dies_with_us, uv.find_uv_bin(), "--no-config", "--no-python-downloads", "--color", "never", *arguments],
            input=text, capture_output=True, text=True, errors="replace", env=environ, cwd="/", umask=0o022,
            timeout=UV_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise _give_up(f"no answer within {UV_SECONDS} seconds") from None


def _explain(done: subprocess.CompletedProcess[str]) -> CannotInstall:
    """Tell packages that cannot be had (uv exits 1) from a machine that cannot fetch (mostly uv exits 2)."""
    said = done.stderr.strip() or f"it ended with status {done.returncode}"
    reason = "\n".join(said.splitlines()[-REASON_LINES:])
    if done.returncode != 1 or any(sign in reason for sign in (*NETWORK_SIGNS, *DISK_SIGNS)):
        raise _give_up(reason)
    return CannotInstall(reason)


def _give_up(said: str) -> PackagesUnavailable:
    """Put into one line what uv said: what failed, and the cause at the end of the chain."""
    lines = [line.strip() for line in said.splitlines()]
    errors = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")] or lines[:1]
    causes = [line.partition(": ")[2] for line in lines if line.lower().startswith(("cause: ", "caused by: "))]
    reason = ": ".join(["uv could not work", *errors[:1], *causes[-1:]])
    if any(sign in said for sign in DISK_SIGNS):
        return PackagesUnavailable(reason, "Make room, or let it write, where build/environments and uv's cache are.")
    return PackagesUnavailable(
        reason, "Check the network. uv heeds UV_OFFLINE, UV_DEFAULT_INDEX, HTTPS_PROXY and SSL_CERT_FILE."
    )


def _let_others_read(folder: Path) -> None:
    """Let every user read what is here; worker processes are not root.

    A file that uv linked from a cache with narrower permissions is replaced by a copy: the cache is not ours.
    """
    for parent, _, files in os.walk(folder):
        for name in files:
            path = Path(parent, name)
            if path.stat().st_mode & 0o044 != 0o044:
                copy = path.with_name(f"{name}.copy")
                shutil.copyfile(path, copy)
                copy.chmod(path.stat().st_mode | 0o044)
                copy.replace(path)
        Path(parent).chmod(0o755)
