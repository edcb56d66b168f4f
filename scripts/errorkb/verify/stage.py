"""Root's part of starting a worker: in a mount namespace of its own, let an ordinary user reach what the worker needs.

Runs as a script: ``stage.py JSON COMMAND…``, where JSON lists folders. Root's home, a clone in it and the interpreters
below it can be read by root alone. So every folder on the way that others may not enter is covered by an empty one
which they may, and what is needed is bound into that, at the path that it has. Nothing else below it is seen any more.
"""

from __future__ import annotations

import ctypes
import json
import os
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

MS_BIND, MS_REC = 0x1000, 0x4000


def find_closed(path: Path) -> Path | None:
    """Return the topmost folder above a path that others may not enter, or None."""
    return next((above for above in reversed(path.parents) if not above.stat().st_mode & stat.S_IXOTH), None)


def _mount(source: str, target: Path, kind: str | None, flags: int, data: str | None = None) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    texts = [text.encode() if text is not None else None for text in (source, str(target), kind)]
    if libc.mount(*texts, ctypes.c_ulong(flags), data.encode() if data else None):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(target))


def open_ways(folders: Sequence[Path]) -> None:
    """Cover closed folders and bind what is needed into them. Each folder must be a real path, without links."""
    closed = {folder: above for folder in folders if (above := find_closed(folder))}
    handles = {folder: os.open(folder, os.O_PATH) for folder in closed}
    for above in sorted(set(closed.values())):
        _mount("tmpfs", above, "tmpfs", 0, "mode=755,size=1m")
    for folder, handle in sorted(handles.items()):
        folder.mkdir(parents=True, exist_ok=True)
        _mount(f"/proc/self/fd/{handle}", folder, None, MS_BIND | MS_REC)
        os.close(handle)


if __name__ == "__main__":
    os.umask(0o022)
    open_ways([Path(text) for text in json.loads(sys.argv[1])])
    os.execvp(sys.argv[2], sys.argv[2:])
