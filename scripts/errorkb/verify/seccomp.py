"""The system calls that a snippet is refused: the deny list, as the filter program that bubblewrap loads."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Collection

# Each was found useful to leave the sandbox or to hang the run, and no record's program needs one. Memory made by
# memfd_create or shmget belongs to no process, so the memory watch cannot see it.
DENIED = (
    *("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_getfd"),
    *("add_key", "keyctl", "request_key"),
    *("bpf", "perf_event_open", "userfaultfd", "fanotify_init", "lookup_dcookie"),
    *("mount", "umount2", "pivot_root", "chroot", "mount_setattr", "move_mount", "open_tree"),
    *("fsopen", "fsconfig", "fsmount", "fspick", "open_by_handle_at", "name_to_handle_at"),
    *("setns", "unshare", "memfd_create", "memfd_secret", "shmget"),
)
# Libraries try io_uring first and fall back when the kernel does not know it.
UNKNOWN = ("io_uring_setup", "io_uring_enter", "io_uring_register")
FAMILIES = {1: "unix", 2: "inet", 10: "inet6", 16: "netlink"}
LAST_FAMILY = 64


class NoSeccomp(Exception):  # noqa: N818  named for what happened
    """The library libseccomp is not installed."""


def render_filter(allowed: Collection[str] = ()) -> bytes:
    """Render the deny list, without the calls ``allowed``, as a BPF program for this machine.

    Raises ``NoSeccomp`` where libseccomp is missing.
    Calls of a foreign architecture (32-bit calls on a 64-bit kernel) end the process: libseccomp's default.
    """
    try:
        import pyseccomp  # loads the C library when imported
    except RuntimeError as failure:
        raise NoSeccomp(str(failure)) from failure
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name in set(DENIED) - set(allowed):
        rules.add_rule(pyseccomp.ERRNO(errno.EPERM), name)
    for name in UNKNOWN:
        rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), name)
    refused = pyseccomp.ERRNO(errno.EAFNOSUPPORT)
    for family in set(range(LAST_FAMILY)) - set(FAMILIES):
        rules.add_rule(refused, "socket", pyseccomp.Arg(0, pyseccomp.EQ, family))
    rules.add_rule(refused, "socket", pyseccomp.Arg(0, pyseccomp.GE, LAST_FAMILY))
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()
