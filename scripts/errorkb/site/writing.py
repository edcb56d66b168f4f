"""Write a rendered site: each file whole or not at all, only what changed; what is no longer owned goes last."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def write_site(site: Mapping[str, str], folder: Path) -> int:
    """Write the mapping below ``folder`` and return how many files changed. Interrupted, the next run completes it."""
    changed = 0
    for name, text in site.items():
        changed += _write(folder / name, text.encode())
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.relative_to(folder).as_posix() not in site:
            path.unlink()
            changed += 1
    return changed


def find_stale(site: Mapping[str, str], folder: Path) -> list[str]:
    """Name the files below ``folder`` that are not as the mapping says: changed, missing, or too many."""
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    wrong = {name for name, text in site.items() if name not in there or there[name].read_bytes() != text.encode()}
    return sorted(wrong | set(there) - set(site))


def _write(path: Path, content: bytes) -> bool:
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    partial.write_bytes(content)
    partial.replace(path)
    return True
