"""Where verify cannot work it says so in one or two lines, with what mends it, and exits with 1."""

import shutil
import sys
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from errorkb.verify.environments import PackagesUnavailable, prepare_environment
from errorkb.verify.interpreters import find_interpreter
from projects import PACKAGE, SLOW_RECORD, Project, make_project
from sandboxed import AS_OF, PYTHON
from trees import edit

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]

TOOLS = ("bwrap", "unshare", "setpriv")
NEEDS_PACKAGES = edit(SLOW_RECORD, ("broken:\n", "broken:\n  packages: [six]\n"))
NO_USER_NAMESPACES = ("unshare", "--user", "--map-root-user", "sh", "-c",
                      'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"', "sh")  # fmt: skip
CHECK_NETWORK = "    Check the network. uv heeds UV_OFFLINE, UV_DEFAULT_INDEX, HTTPS_PROXY and SSL_CERT_FILE."
MAKE_ROOM = "    Make room, or let it write, where build/environments and uv's cache are."


def refusal(done: CompletedProcess[str], said_before: int = 0) -> str:
    """What verify said, if it refused to work; without the lines that say what it does."""
    assert (done.returncode, done.stdout, "Traceback" in done.stderr) == (1, "", False), done.stderr
    return "\n".join(done.stderr.splitlines()[said_before:])


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    files = {"plain/package.yaml": PACKAGE, "plain/one.yaml": SLOW_RECORD, "plain/two.yaml": NEEDS_PACKAGES}
    return make_project(tmp_path_factory.mktemp("project"), files)


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        (["bwrap"], "the sandbox needs bubblewrap\n    sudo apt-get install bubblewrap"),
        (["unshare"], "the sandbox needs util-linux\n    sudo apt-get install util-linux"),
        (TOOLS, "the sandbox needs bubblewrap, util-linux\n    sudo apt-get install bubblewrap util-linux"),
    ],
)
def test_a_program_that_is_not_installed(project: Project, tmp_path: Path, missing: list[str], told: str) -> None:
    for name in set(TOOLS) - set(missing):
        (tmp_path / name).symlink_to(shutil.which(name) or "")
    assert refusal(project.verify("plain/one", PATH=str(tmp_path))) == told


def test_libseccomp_is_not_installed(project: Project, tmp_path: Path) -> None:
    packages = tmp_path / "site-packages"
    packages.mkdir()
    (packages / "pyseccomp.py").write_text("raise RuntimeError('Unable to find libseccomp')\n", encoding="utf-8")
    done = project.verify("plain/one", PYTHONPATH=str(packages))
    assert refusal(done, 1) == "Unable to find libseccomp\n    sudo apt-get install libseccomp2"


def test_user_namespaces_are_restricted(project: Project) -> None:
    assert refusal(project.verify("plain/one", around=NO_USER_NAMESPACES), 1) == (
        "this machine restricts user namespaces (/proc/sys/user/max_user_namespaces is 0)\n"
        "    sudo sysctl -w user.max_user_namespaces=10000"
    )


def test_there_is_no_network(project: Project, tmp_path: Path) -> None:
    assert refusal(project.verify("plain/two", UV_OFFLINE="1", UV_CACHE_DIR=str(tmp_path)), 1) == (
        f"uv could not work: No solution found when resolving dependencies: Because six was not found in the cache and "
        f"you require six, we can conclude that your requirements are unsatisfiable.\n{CHECK_NETWORK}"
    )


def test_there_is_no_interpreter(tmp_path: Path) -> None:
    package = edit(PACKAGE, (f'python: "{PYTHON}"', 'python: "3.99"'))
    done = make_project(tmp_path, {"plain/package.yaml": package, "plain/one.yaml": SLOW_RECORD}).verify()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        f"not run, no interpreter: plain/one broken {PYTHON} (Python 3.99)\n"
        f"not run, no interpreter: plain/one fixed {PYTHON} (Python 3.99)\n"
        "0 claims run, 0 findings, 0 differences, 2 without an interpreter, 0 without a server\n"
    )


REFUSED = """\
error: Request failed after 3 retries in 10.6s
  cause: Failed to fetch: `https://example.com/simple/six/`
  cause: error sending request for url (https://example.com/simple/six/)
  cause: client error (Connect)
  cause: tcp connect error
  cause: Connection refused (os error 111)
"""
UNKNOWN_ISSUER = """\
error: Failed to fetch: `https://example.com/simple/six/`
  cause: error sending request for url (https://example.com/simple/six/)
  cause: client error (Connect)
  cause: invalid peer certificate: UnknownIssuer

hint: Consider enabling use of system TLS certificates with the `--system-certs` command-line flag
"""
NO_SPACE = """\
error: failed to create directory `build/environments/x`
  cause: No space left on device (os error 28)
"""


@pytest.mark.parametrize(
    ("said", "code", "reason", "mend"),
    [
        (REFUSED, 2, "Request failed after 3 retries in 10.6s: Connection refused (os error 111)", CHECK_NETWORK),
        (REFUSED, 1, "Request failed after 3 retries in 10.6s: Connection refused (os error 111)", CHECK_NETWORK),
        (UNKNOWN_ISSUER, 2, "Failed to fetch: `https://example.com/simple/six/`: invalid peer certificate: UnknownIssuer",
         CHECK_NETWORK),
        (NO_SPACE, 1, "failed to create directory `build/environments/x`: No space left on device (os error 28)", MAKE_ROOM),
        ("", -9, "it ended with status -9", CHECK_NETWORK),
    ],
)  # fmt: skip
def test_uv_cannot_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, code: int, reason: str, mend: str
) -> None:
    ends = f"import os, sys\nsys.stderr.write({said!r})\nsys.stderr.flush()\n"
    ends += f"os.kill(os.getpid(), {-code})" if code < 0 else f"sys.exit({code})"
    (tmp_path / "uv").write_text(f"#!{sys.executable}\n{ends}\n", encoding="utf-8")
    (tmp_path / "uv").chmod(0o755)
    monkeypatch.setattr("uv.find_uv_bin", lambda: str(tmp_path / "uv"))
    interpreter = find_interpreter(PYTHON)
    assert interpreter
    with pytest.raises(PackagesUnavailable) as raised:
        prepare_environment("", interpreter, AS_OF, tmp_path / "environments")
    assert str(raised.value) == f"uv could not work: {reason}\n{mend}"
