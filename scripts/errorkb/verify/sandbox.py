"""The wall around one run: the command of bubblewrap. Pure, but for what ``describe_system`` reads of this machine."""

from __future__ import annotations

import math
import re
import resource
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from errorkb.verify.environments import find_site_packages
from errorkb.verify.runs import Interpreter, Run

MIB = 1024 * 1024
APP = "/app"
HOME = "/home/user"
HOSTNAME = "sandbox"
OBSERVER = "/run/observer"
OBSERVER_VARIABLE = "ERRORKB_OBSERVER"
UID = "1000"
WALL = (
    *("--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-uts", "--unshare-cgroup"),
    *("--uid", UID, "--gid", UID, "--hostname", HOSTNAME),
    *("--die-with-parent", "--new-session", "--disable-userns", "--cap-drop", "ALL"),
)
# Sizes of what a program may write to, each a file system of its own in memory.
SPACES = {"/tmp": 128 * MIB, HOME: 64 * MIB, "/dev/shm": 64 * MIB, APP: 64 * MIB}
# A file may outgrow every space, so that a full disk shows as "No space left on device" and not as a signal.
LIMITS = {
    resource.RLIMIT_AS: 4096 * MIB,
    resource.RLIMIT_FSIZE: 256 * MIB,
    resource.RLIMIT_NOFILE: 1024,
    resource.RLIMIT_NPROC: 256,
    resource.RLIMIT_CORE: 0,
}
SYSTEM_FOLDERS = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
SYSTEM_FILES = ("ld.so.cache", "alternatives", "ssl/openssl.cnf")
BUNDLES = ("certifi/cacert.pem", "botocore/cacert.pem", "pip/_vendor/certifi/cacert.pem")
AUTHORITY = "/etc/ssl/certs/ca-certificates.crt"
AUTHORITY_LINKS = ("/etc/ssl/cert.pem", "/etc/pki/tls/cert.pem", "/etc/pki/tls/certs/ca-bundle.crt")
ETC = {
    "passwd": f"user:x:{UID}:{UID}:user:{HOME}:/bin/sh\n",
    "group": f"user:x:{UID}:\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}
Hold = Callable[[bytes], int]


@dataclass(frozen=True)
class World:
    """What a run is put into. ``system`` and ``bundles`` describe this machine and the environment; the rest is given.

    ``authority`` is the certificate (PEM) that is trusted, ``seccomp`` the filter program, ``report`` the
    descriptor that the observer writes to, or None for a pristine run.
    """

    interpreter: Interpreter
    site_packages: str
    bundles: tuple[str, ...]
    system: tuple[str, ...]
    authority: bytes
    seccomp: bytes
    report: int | None = None


def describe_system(root: Path = Path("/")) -> tuple[str, ...]:
    """Return the arguments that show the system read-only: /usr, its links from the root, a few files of /etc."""
    arguments = ["--ro-bind", "/usr", "/usr"]
    for name in SYSTEM_FOLDERS:
        path = root / name
        if path.is_symlink():
            arguments += ["--symlink", str(path.readlink()), f"/{name}"]
        elif path.is_dir():
            arguments += ["--ro-bind", f"/{name}", f"/{name}"]
    for name in SYSTEM_FILES:
        if (root / "etc" / name).exists():
            arguments += ["--ro-bind", f"/etc/{name}", f"/etc/{name}"]
    return tuple(arguments)


def describe_environment(environment: Path, minor: str) -> tuple[str, tuple[str, ...]]:
    """Return an environment's packages folder, and which bundles of certificates lie in it."""
    site = find_site_packages(environment, minor)
    return str(site), tuple(bundle for bundle in BUNDLES if (site / bundle).is_file())


def build_command(run: Run, world: World, hold: Hold) -> list[str]:
    """Build the command that runs one program inside the wall.

    ``hold`` keeps bytes in a descriptor that the command inherits, and returns its number: so nothing is
    written to this machine's disk. Raises ``ValueError`` for a path or a host that cannot be; lint has refused
    these before.
    """
    return [
        "bwrap",
        *WALL,
        *_environment(run, world),
        *world.system,
        *_interpreter(world, hold),
        *("--proc", "/proc", "--dev", "/dev"),
        *_etc(run, world, hold),
        *_spaces(),
        *_files(run, hold),
        *(_observer() if world.report is not None else ()),
        *("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", APP),
        *("--seccomp", str(hold(world.seccomp))),
        *("--", f"python{world.interpreter.minor}", *run.arguments),
    ]


def describe_limits(run: Run) -> dict[int, int]:
    """Return the limits of each process of a run. The wall clock ends it before its processor time does."""
    return {resource.RLIMIT_CPU: math.ceil(run.timeout_seconds) + 5, **LIMITS}


def _environment(run: Run, world: World) -> list[str]:
    env = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": HOME, "LANG": "C.UTF-8", **run.env}
    if world.report is not None:
        env["PYTHONPATH"] = ":".join([OBSERVER, *filter(None, [run.env.get("PYTHONPATH")])])
        env[OBSERVER_VARIABLE] = str(world.report)
    return ["--clearenv", *_flatten(("--setenv", name, value) for name, value in env.items())]


def _interpreter(world: World, hold: Hold) -> list[str]:
    """Show the interpreter at /usr/local, so that tracebacks read the same everywhere, and where it was built for.

    The second is needed: a shared build finds its libpython by the first path, or loads the system's instead.
    """
    minor, prefix = world.interpreter.minor, world.interpreter.prefix
    site = f"/usr/local/lib/python{minor}/site-packages"
    arguments = []
    if prefix == "/usr":
        arguments += _system_interpreter(minor, hold)
    elif prefix != "/usr/local":
        arguments += ["--ro-bind", prefix, "/usr/local", "--ro-bind", prefix, prefix]
    arguments += ["--ro-bind", world.site_packages, site]
    for bundle in world.bundles:
        arguments += ["--ro-bind-data", str(hold(world.authority)), f"{site}/{bundle}"]
    return arguments + (["--remount-ro", "/usr/local"] if prefix == "/usr" else [])


def _system_interpreter(minor: str, hold: Hold) -> list[str]:
    """Make /usr/local a virtual environment of the system's Python: Debian's looks for packages elsewhere."""
    names = ("python", "python3", f"python{minor}")
    config = f"home = /usr/bin\ninclude-system-site-packages = false\nversion = {minor}\n"
    return [
        *("--tmpfs", "/usr/local", "--symlink", "lib", "/usr/local/lib64"),
        *_flatten(("--symlink", f"/usr/bin/python{minor}", f"/usr/local/bin/{name}") for name in names),
        *("--file", str(hold(config.encode())), "/usr/local/pyvenv.cfg"),
    ]


def _etc(run: Run, world: World, hold: Hold) -> list[str]:
    """Files of the root itself, which is made read-only at last: a mount for each would cost a run more."""
    files = {**ETC, "hosts": render_hosts(run.hosts)}
    contents = {**{f"/etc/{name}": text.encode() for name, text in files.items()}, AUTHORITY: world.authority}
    return [
        *_flatten(("--perms", "0444", "--file", str(hold(data)), path) for path, data in contents.items()),
        *_flatten(("--symlink", AUTHORITY, link) for link in AUTHORITY_LINKS),
    ]


def render_hosts(hosts: Iterable[str]) -> str:
    """Render ``/etc/hosts``: the names that resolve. IPv4 only: not every machine's kernel has IPv6."""
    names = sorted(hosts)
    for name in names:
        if not re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", name):
            raise ValueError(f"not a host name: {name!r}")
    return "".join(f"127.0.0.1 {name}\n" for name in [f"localhost {HOSTNAME}", *names])


def _spaces() -> list[str]:
    return _flatten(("--perms", "1777", "--size", str(size), "--tmpfs", path) for path, size in SPACES.items())


def _files(run: Run, hold: Hold) -> list[str]:
    for name in run.files:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in name:
            raise ValueError(f"not a path below {APP}: {name!r}")
    return _flatten(
        ("--perms", "0644", "--file", str(hold(text.encode())), f"{APP}/{name}") for name, text in run.files.items()
    )


def _observer() -> list[str]:
    here = Path(__file__).parent
    return [
        *("--ro-bind", str(here / "observer.py"), f"{OBSERVER}/sitecustomize.py"),
        *("--ro-bind", str(here / "description.py"), f"{OBSERVER}/errorkb/verify/description.py"),
    ]


def _flatten(groups: Iterable[tuple[str, ...]]) -> list[str]:
    return [argument for group in groups for argument in group]
