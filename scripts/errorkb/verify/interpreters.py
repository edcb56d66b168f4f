"""Find the CPython interpreters of this machine. A missing one is an outcome, not an error."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from errorkb.verify.runs import Interpreter

PROBE = (
    "import json, sys; print(json.dumps({'name': sys.implementation.name, 'abi': sys.abiflags, 'prefix': "
    "sys.base_prefix, 'version': list(sys.version_info), 'banner': sys.version}))"
)
PROBE_SECONDS = 20


def list_candidates(minor: str, environ: Mapping[str, str]) -> list[Path]:
    """List the files that may be this minor version, in a fixed order: pyenv, uv, tool cache, PATH, system."""
    home = Path(environ.get("HOME", "/nonexistent"))
    pyenv = Path(environ.get("PYENV_ROOT", home / ".pyenv")) / "versions"
    data = Path(environ.get("XDG_DATA_HOME", home / ".local/share"))
    managed = Path(environ.get("UV_PYTHON_INSTALL_DIR", data / "uv/python"))
    tools = Path(environ.get("RUNNER_TOOL_CACHE", "/opt/hostedtoolcache")) / "Python"
    name = f"bin/python{minor}"
    found = [*_list(pyenv, f"*/{name}"), *_list(managed, f"*/{name}"), *_list(tools, f"*/*/{name}")]
    folders = [*environ.get("PATH", "").split(os.pathsep), "/usr/local/bin", "/usr/bin"]
    found += [Path(folder, f"python{minor}") for folder in folders if folder and Path(folder).name != "shims"]
    return [path for path in dict.fromkeys(found) if os.access(path, os.X_OK)]


def _list(folder: Path, pattern: str) -> list[Path]:
    """List what fits in a folder; nothing in one that may not be entered, such as another user's."""
    try:
        return sorted(folder.glob(pattern))
    except OSError:
        return []


def probe_interpreter(path: Path) -> Interpreter | None:
    """Ask one executable what it is. None unless it is a released CPython with the usual ABI.

    Inside a virtual environment the answer is the interpreter that the environment was made with.
    """
    try:
        done = subprocess.run(
            [path, "-I", "-c", PROBE], capture_output=True, timeout=PROBE_SECONDS, stdin=subprocess.DEVNULL, check=True
        )
        facts = json.loads(done.stdout)
        name, abi, prefix, banner = facts["name"], facts["abi"], os.path.realpath(facts["prefix"]), facts["banner"]
        major, minor, patch, level = facts["version"][:4]
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError):
        return None
    executable = Path(prefix, "bin", f"python{major}.{minor}")
    if name != "cpython" or abi or level != "final" or not os.access(executable, os.X_OK):
        return None
    return Interpreter(executable=str(executable), prefix=prefix, version=f"{major}.{minor}.{patch}", banner=banner)


def choose_interpreter(minor: str, found: Iterable[Interpreter]) -> Interpreter | None:
    """Choose among interpreters: never the system's if there is another, then the newest patch, then the first."""
    fitting = [one for one in found if one.minor == minor]
    return min(fitting, key=lambda one: (one.prefix == "/usr", -int(one.version.split(".")[2])), default=None)


def find_interpreter(minor: str, environ: Mapping[str, str] = os.environ) -> Interpreter | None:
    """Return the interpreter for a minor version (``3.11``), or None where this machine has none."""
    found = [probe_interpreter(path) for path in list_candidates(minor, environ)]
    return choose_interpreter(minor, [one for one in found if one])
