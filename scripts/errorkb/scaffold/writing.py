"""New files, all of them or none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def write_new(files: Mapping[Path, str]) -> None:
    """Write files that are not there yet, and their folders; stopped on the way, by whatever, leave none of them.

    Raises ``FileExistsError`` where one is there, ``OSError`` where it cannot be written.
    """
    made: list[Path] = []
    try:
        for path, text in files.items():
            for folder in reversed([folder for folder in path.parents if not folder.exists()]):
                folder.mkdir()
                made.append(folder)
            with path.open("x", encoding="utf-8", newline="") as file:
                made.append(path)
                file.write(text)
    except BaseException:
        for path in reversed(made):
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink()
        raise
