"""How much memory a family of processes holds; and files and sockets, which hold memory that is no process's."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

KIB = 1024


def measure_memory(pid: int, enough: int) -> int:
    """Sum what a process and its descendants hold, in bytes: their own pages and shared ones, not files.

    Pages that processes share since a fork are counted once for each, so where that sum exceeds ``enough`` the
    exact one is taken instead; it is slower.
    """
    family = _list_family(pid)
    rough = sum(_sum_fields(member, "status", ("RssAnon:", "RssShmem:")) for member in family)
    if rough <= enough:
        return rough
    return sum(_sum_fields(member, "smaps_rollup", ("Pss_Anon:", "Pss_Shmem:")) for member in family)


def count_files(pid: int, spaces: Mapping[str, int]) -> int:
    """Count what lies in the file systems that a process sees at these paths, each known by its size in bytes.

    One of another size is not the sandbox's: bubblewrap has not come as far as to build it.
    """
    found = 0
    for path, size in spaces.items():
        try:
            facts = os.statvfs(f"/proc/{pid}/root{path}")
        except OSError:
            continue
        if facts.f_blocks * facts.f_frsize == size:
            found += facts.f_files - facts.f_ffree
    return found


def count_sockets() -> int:
    """Count the sockets of the network namespace that this process is in."""
    return int(_read(Path("/proc/net/sockstat")).split()[2])


def _list_family(pid: int) -> list[int]:
    family = [pid]
    for member in family:
        for path in Path(f"/proc/{member}/task").glob("*/children"):
            family += [int(child) for child in _read(path).split()]
    return family


def _sum_fields(pid: int, name: str, fields: tuple[str, ...]) -> int:
    lines = _read(Path(f"/proc/{pid}/{name}")).splitlines()
    return sum(int(line.split()[1]) * KIB for line in lines if line.startswith(fields))


def _read(path: Path) -> str:
    """Read a file of /proc; a process that is gone holds nothing."""
    try:
        return path.read_text()
    except OSError:
        return ""
