"""Write a rendered site: each file whole or not at all, only what changed; what is no longer owned goes last."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path


def write_site(site: Mapping[str, str], folder: Path) -> int:
    """Write the mapping below ``folder`` and return how many files changed. Interrupted, the next run completes it."""
    changed = 0
    for parent in {(folder / name).parent for name in site}:
        _make_folder(parent)
    for name, text in site.items():
        changed += _write(folder / name, text.encode())
    for base, _, names in os.walk(folder, topdown=False):
        place = Path(base).relative_to(folder)
        for name in names:
            if (place / name).as_posix() not in site:
                (folder / place / name).unlink()
                changed += 1
        if base != str(folder) and not any(Path(base).iterdir()):
            (folder / place).rmdir()
    return changed


def find_stale(site: Mapping[str, str], folder: Path) -> list[str]:
    """Name the files below ``folder`` that are not as the mapping says: changed, missing, or too many."""
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    wrong = {name for name, text in site.items() if name not in there or there[name].read_bytes() != text.encode()}
    return sorted(wrong | set(there) - set(site))


def _make_folder(folder: Path) -> None:
    """Make a folder; a file that stands where it or one above it must be is no longer owned."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        next(place for place in (folder, *folder.parents) if place.is_file() or place.is_symlink()).unlink()
        _make_folder(folder)


def _write(path: Path, content: bytes) -> bool:
    if path.is_file() and path.read_bytes() == content:
        return False
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    partial.write_bytes(content)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    partial.replace(path)
    return True
