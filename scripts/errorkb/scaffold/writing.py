"""Files that appear whole: new ones, all of them or none, and one in the place of what it was."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from pathlib import Path


def write_changed(path: Path, content: bytes) -> None:
    """Write a file anew; stopped on the way, leave it as it was. Raises ``OSError`` where it cannot be written."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.chmod(path.stat().st_mode)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def write_new(files: Mapping[Path, str]) -> None:
    """Write files that are not there yet, and their folders; stopped on the way, by whatever, leave none of them.

    Each appears whole: it is written beside its place, then moved there (verify sweeps what a killed process left).

    Raises ``FileExistsError`` where one is there, ``OSError`` where it cannot be written.
    """
    made: list[Path] = []
    try:
        for path, text in files.items():
            for folder in reversed([folder for folder in path.parents if not folder.exists()]):
                folder.mkdir()
                made.append(folder)
            if path.exists():
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
            made.append(path.with_name(f".{path.name}.{os.getpid()}"))
            made[-1].write_text(text, encoding="utf-8", newline="")
            made[-1] = made[-1].replace(path)
    except BaseException:
        for path in reversed(made):
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink(missing_ok=True)
        raise
