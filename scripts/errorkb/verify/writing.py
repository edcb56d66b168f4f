"""Write files whole or not at all, also where verify is killed meanwhile or two of them run at once."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

PARTIAL = re.compile(r"\..+\.(json|txt|yaml)\.(?P<pid>[0-9]+)")


def write_whole(path: Path, text: str) -> None:
    """Write a file beside its place, then move it there. An ``OSError`` names the file, also where the disk is full."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    except OSError as failure:
        raise OSError(failure.errno, failure.strerror, str(path)) from failure
    finally:
        partial.unlink(missing_ok=True)


def sweep_partial_files(folder: Path) -> None:
    """Remove what a killed process left beside its place, anywhere below a folder."""
    for path in folder.rglob(".*"):
        match = PARTIAL.fullmatch(path.name)
        if match and not Path("/proc", match["pid"]).exists():
            with contextlib.suppress(OSError):
                path.unlink()
