"""What every test has: the gate for tests that need system packages, and the last line that counts."""

import ctypes
import functools
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
EXIT_STATUS = pytest.StashKey[int]()


def find_chromium() -> str | None:
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


@functools.cache
def lack_of_sandbox() -> str | None:
    """Why the sandbox cannot be had here, or None."""
    if not shutil.which("bwrap"):
        return "needs bubblewrap: apt-get install bubblewrap"
    try:
        ctypes.CDLL("libseccomp.so.2")
    except OSError:
        return "needs libseccomp: apt-get install libseccomp2"
    unshare = ["unshare", "-nm" if os.geteuid() == 0 else "-rnm", "true"]
    if not shutil.which("unshare") or subprocess.run(unshare, capture_output=True, check=False).returncode:
        return f"needs namespaces, which this system refuses: {' '.join(unshare)}"
    return None


@functools.cache
def lack_of_services() -> str | None:
    """Why no real server can be run here, or None."""
    if not any(Path("/usr").glob("lib/postgresql/*/bin/postgres")):
        return "needs PostgreSQL: apt-get install postgresql"
    return None if shutil.which("redis-server") else "needs Redis: apt-get install redis-server"


@functools.cache
def lack_of_browser() -> str | None:
    """Why no page can be looked at here, or None."""
    return None if find_chromium() else "needs Chromium: apt-get install chromium"


GATES: dict[str, Callable[[], str | None]] = {
    "sandbox": lack_of_sandbox,
    "services": lack_of_services,
    "browser": lack_of_browser,
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test whose system packages are missing is skipped, with the reason; where CI is set it fails."""
    for mark, lack in GATES.items():
        reason = lack() if item.get_closest_marker(mark) else None
        if reason and os.environ.get("CI"):
            pytest.fail(f"{reason} (never skipped where CI is set)", pytrace=False)
        if reason:
            pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser."""
    path = find_chromium()
    assert path, "the gate lets no test through that has no browser"
    return path


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    session.config.stash[EXIT_STATUS] = int(exitstatus)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Write the very last line: everything counted, an expected failure as skipped, an error as failed.

    A run that ended badly without a failed test (interrupted, nothing to run) is itself one failure.
    """
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    status = config.stash.get(EXIT_STATUS, None)
    if reporter is None or status is None or config.option.collectonly:
        return

    def count(*categories: str) -> int:
        return sum(len(reporter.getreports(category)) for category in categories)

    failed = count("failed", "error") or int(status != 0)
    reporter.write_line(f"{count('passed')} passed, {failed} failed, {count('skipped', 'xfailed')} skipped")
