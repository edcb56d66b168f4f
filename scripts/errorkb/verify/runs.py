"""What crosses the wall of the sandbox: a run that is asked for, and what came of it. No opinions here."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from errorkb.model.server import StubHost

Ending = Literal["exited", "signalled", "timed-out", "over-memory", "over-output", "disk-full"]


class WallModel(BaseModel):
    """Frozen; crosses as one JSON line."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Interpreter(WallModel):
    """One CPython: its real executable, ``sys.base_prefix``, version (``3.11.7``) and ``sys.version`` as banner."""

    executable: str
    prefix: str
    version: str
    banner: str

    @property
    def minor(self) -> str:
        """The version that a record names: ``3.11``."""
        return ".".join(self.version.split(".")[:2])


class Run(WallModel):
    """One program to run once in the sandbox.

    ``arguments`` follow the interpreter (``["app.py", "--port", "abc"]``, ``["-m", "pytest"]``). ``files`` are
    paths below ``/app``, the working directory. ``python`` is the interpreter's minor version (``3.11``).
    ``environment`` names a prepared environment (see ``environments``). ``hosts`` are the only names that
    resolve, beside localhost; there listen the real servers of ``services``. ``observed`` asks for the second kind
    of run, whose report shows what print does not.
    """

    key: str
    arguments: list[str]
    files: dict[str, str]
    env: dict[str, str]
    python: str
    environment: str
    hosts: dict[str, StubHost]
    services: tuple[str, ...] = ()
    observed: bool = False
    timeout_seconds: float = 60


class Request(WallModel):
    """A request that reached a stub; ``status`` is None where the connection was dropped instead."""

    method: str
    host: str
    path: str
    status: int | None


class RunResult(WallModel):
    """How the run ended and what it left: output as printed (invalid UTF-8 replaced), requests, the report.

    ``disk-full`` means that it was stopped because it had made more files than anything needs; one that has filled a
    space with bytes is told so by the system instead. ``exit_code`` is None unless ``ending`` is ``exited``; ``signal``
    (``SIGSEGV``) is None unless ``signalled``. ``report`` holds the observer's events in order; empty for a pristine
    run. ``services`` are the real servers that ran, with their major versions.
    """

    key: str
    ending: Ending
    exit_code: int | None
    signal: str | None
    stdout: str
    stderr: str
    python_version: str
    requests: list[Request]
    report: list[dict[str, Any]]
    services: dict[str, str] = {}


class WorkerSettings(WallModel):
    """What a worker is told first: interpreters by minor version, and the folder of the environments."""

    interpreters: dict[str, Interpreter]
    environments: str


class Unavailable(WallModel):
    """Why a worker cannot work on this machine, and what to do about it."""

    reason: str
    mend: str


class Reply(WallModel):
    """What a worker says: a result, or why there is none. Empty: it is ready."""

    result: RunResult | None = None
    failure: str | None = None
    unavailable: Unavailable | None = None
