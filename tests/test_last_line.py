"""The last line of a test run counts passed, failed and skipped; a missing tool is a skip, or a failure in CI."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from errorkb.paths import ROOT

pytestmark = pytest.mark.slow

PASS = "def test_pass(): pass\n"
FAIL = "def test_fail(): assert 1 == 2\n"
ERROR = "import pytest\n@pytest.fixture\ndef broken(): raise OSError\ndef test_error(broken): pass\n"
SKIP = "import pytest\ndef test_skip(): pytest.skip('for a reason')\n"
XFAIL = "import pytest\n@pytest.mark.xfail\ndef test_xfail(): assert 1 == 2\n"
XPASS = "import pytest\n@pytest.mark.xfail\ndef test_xpass(): pass\n"
SANDBOX = "import pytest\n@pytest.mark.sandbox\ndef test_sandbox(): pass\n"
BROWSER = "import pytest\n@pytest.mark.browser\ndef test_browser(): pass\n"
STOP = "import pytest\ndef test_stop(): raise KeyboardInterrupt\n"
MODULE_SKIP = "import pytest\npytest.importorskip('no_such_module')\n"


def run_pytest(folder: Path, *texts: str, ci: str = "", path: str = "/nowhere") -> tuple[str, str, int]:
    """Run tests under the project's configuration; return the output, its last line and the exit code."""
    (folder / "tests").mkdir()
    for name in ("pyproject.toml", "tests/conftest.py"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    for number, text in enumerate(texts):
        (folder / f"tests/test_{number}.py").write_text(text)
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"],
        cwd=folder,
        env={"PATH": path, "CI": ci},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert result.stdout.endswith("\n")
    return result.stdout, result.stdout.splitlines()[-1], result.returncode


@pytest.mark.parametrize(
    ("texts", "line", "code"),
    [
        ((PASS,), "1 passed, 0 failed, 0 skipped", 0),
        ((PASS, FAIL, ERROR, SKIP), "1 passed, 2 failed, 1 skipped", 1),
        ((XFAIL, XPASS), "0 passed, 1 failed, 1 skipped", 1),
        ((PASS, MODULE_SKIP), "1 passed, 0 failed, 1 skipped", 0),
        ((PASS, "import no_such_module\n"), "0 passed, 1 failed, 0 skipped", 2),
        ((PASS, STOP), "1 passed, 1 failed, 0 skipped", 2),
        ((), "0 passed, 1 failed, 0 skipped", 5),
    ],
    ids=["passed", "each kind", "expected failures", "module skipped", "not importable", "interrupted", "no tests"],
)
def test_the_last_line_counts(texts: tuple[str, ...], line: str, code: int, tmp_path: Path) -> None:
    assert run_pytest(tmp_path, *texts)[1:] == (line, code)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (SANDBOX, "needs bubblewrap: apt-get install bubblewrap"),
        (BROWSER, "needs Chromium: apt-get install chromium"),
    ],
    ids=["sandbox", "browser"],
)
def test_a_missing_tool_is_a_skip_and_in_ci_a_failure(text: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    _, line, code = run_pytest(tmp_path / "here", PASS, text)
    assert (line, code) == ("1 passed, 0 failed, 1 skipped", 0)

    (tmp_path / "ci").mkdir()
    output, line, code = run_pytest(tmp_path / "ci", PASS, text, ci="true")
    assert (line, code) == ("1 passed, 1 failed, 0 skipped", 1)
    assert f"{reason} (never skipped where CI is set)" in output


@pytest.mark.browser
def test_where_the_tool_is_there_the_test_runs(tmp_path: Path) -> None:
    assert run_pytest(tmp_path, BROWSER, path=os.environ["PATH"])[1:] == ("1 passed, 0 failed, 0 skipped", 0)
