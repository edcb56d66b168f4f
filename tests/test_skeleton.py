"""What the project promises around the package: its targets, its locks, its licences."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from errorkb.paths import ROOT

# The targets that the README names.
TARGETS = {"site", "test", "serve", "verify", "check", "bench", "help"}
LOCKS = ("requirements.txt", "requirements-dev.txt")
REQUIREMENT = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9-]*)==(?P<version>[0-9][0-9a-z.]*)(?P<marker> ; [^\\]+)? \\\n"
    r"(?P<hashes>(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)"
    r"(?P<via>(?:    # .*\n)*)"
)


def run_make(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    variables = {
        key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS", "SOURCE_DATE"))
    }
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=variables | environment, capture_output=True, text=True, check=False
    )


def test_help_is_the_default_and_lists_every_target_with_what_it_does() -> None:
    result = run_make(ROOT)
    assert (result.returncode, result.stderr) == (0, "")
    listed = dict(re.fullmatch(r"  make (\S+) +(\S.*)", line).groups() for line in result.stdout.splitlines())
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert phony
    assert set(listed) == set(phony[1].split())
    assert set(listed) >= TARGETS


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_pins_with_hashes_and_nothing_else(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    requirements = list(REQUIREMENT.finditer(text))
    assert "".join(match[0] for match in requirements) == text
    assert not re.search(r"://|--index|--find|file:|/|localhost", text.replace("-r pyproject.toml", ""))
    assert text.isascii()


def test_what_is_declared_is_locked_once_for_all() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    runtime, everything = ({match[1]: match[0] for match in read_requirements(name)} for name in LOCKS)
    assert {canonical(name) for name in project["dependencies"]} <= set(runtime)
    assert {canonical(name) for name in project["optional-dependencies"]["dev"]} <= set(everything)
    pins = {(match["name"], match["version"]) for match in read_requirements(LOCKS[0])}
    assert pins <= {(match["name"], match["version"]) for match in read_requirements(LOCKS[1])}


def read_requirements(name: str) -> list[re.Match[str]]:
    return list(REQUIREMENT.finditer((ROOT / name).read_text(encoding="utf-8")))


def canonical(requirement: str) -> str:
    return re.split(r"[=<>!~\[ ]", requirement)[0].lower().replace("_", "-")


def test_only_permitted_files_are_beside_the_licences() -> None:
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License\n")
    records = (ROOT / "LICENSE-RECORDS").read_text(encoding="utf-8")
    assert "https://creativecommons.org/licenses/by/4.0/legalcode" in records


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the real Makefile, whose Python says what it is asked to run, and can be told to fail."""
    (tmp_path / "scripts").mkdir()
    for name in ("Makefile", *LOCKS, "scripts/environment.sh", "scripts/system_packages.sh"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".venv/bin").mkdir(parents=True)
    for name in LOCKS:
        shutil.copy(ROOT / name, tmp_path / ".venv" / name)
    python = tmp_path / ".venv/bin/python"
    python.write_text(PLAYED_PYTHON)
    python.chmod(0o755)
    return tmp_path


PLAYED_PYTHON = """\
#!/bin/sh
case "$1" in -c) exit 0;; esac
echo "$* at $SOURCE_DATE_EPOCH" >>ran
case "$*" in *--site-dir*) mkdir -p build/site.new; echo new >build/site.new/index.html;; esac
case "$*" in *"${FAIL:-nothing}"*) exit 1;; esac
"""

STEPS = [
    "scripts/generate.py at 5",
    "-m mkdocs build --quiet --strict --site-dir build/site.new at 5",
    "scripts/check_links.py build/site.new at 5",
]


def read_ran(project: Path) -> list[str]:
    return (project / "ran").read_text().splitlines()


def test_site_is_checked_generated_built_and_swapped_in(project: Path) -> None:
    (project / "build/site").mkdir(parents=True)
    (project / "build/site/old.html").write_text("old")
    result = run_make(project, "site", SOURCE_DATE_EPOCH="5")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "1/3 Checking the records and generating the pages …",
        "2/3 Building the site …",
        "3/3 Checking links and anchors …",
        "The site is in build/site.",
    ]
    assert read_ran(project) == STEPS
    assert [path.name for path in (project / "build/site").iterdir()] == ["index.html"]
    assert [path.name for path in (project / "build").iterdir()] == ["site"]


@pytest.mark.parametrize("step", range(3), ids=["generate", "mkdocs", "check_links"])
def test_a_failing_build_leaves_the_last_site_whole(step: int, project: Path) -> None:
    (project / "build/site").mkdir(parents=True)
    (project / "build/site/old.html").write_text("old")
    result = run_make(project, "site", FAIL=STEPS[step].split()[2 if step == 1 else 0], SOURCE_DATE_EPOCH="5")
    assert result.returncode != 0
    assert read_ran(project) == STEPS[: step + 1]
    assert [path.read_text() for path in (project / "build/site").iterdir()] == ["old"]


def test_what_make_creates_can_be_read_by_others(project: Path) -> None:
    subprocess.run(["sh", "-c", "umask 077; make site"], cwd=project, check=True, capture_output=True)
    assert (project / "build/site/index.html").stat().st_mode & 0o777 == 0o644
    assert (project / "build/site").stat().st_mode & 0o777 == 0o755


def test_the_time_of_a_build_is_the_commits(project: Path) -> None:
    run_make(project, "site", GIT_CEILING_DIRECTORIES=str(project.parent))
    assert read_ran(project)[0] == "scripts/generate.py at 0"
    identity = {f"GIT_{role}_{key}": "a@b.c" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")}
    for command in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "first"]):
        environment = os.environ | identity | {"GIT_COMMITTER_DATE": "1700000000 +0000"}
        subprocess.run(["git", *command], cwd=project, env=environment, check=True)
    run_make(project, "site")
    assert read_ran(project)[-1] == "scripts/check_links.py build/site.new at 1700000000"
    run_make(project, "site", SOURCE_DATE_EPOCH="7")
    assert read_ran(project)[-1] == "scripts/check_links.py build/site.new at 7"


def test_nothing_follows_the_tests_last_line(project: Path) -> None:
    with (project / ".venv/bin/python").open("a") as python:
        python.write("echo 1 passed, 0 failed, 0 skipped\n")
    result = run_make(project, "test")
    assert result.returncode == 0
    assert result.stdout.splitlines()[-1] == "1 passed, 0 failed, 0 skipped"
    assert result.stderr == ""


@pytest.mark.parametrize("root", [True, False], ids=["root", "anybody else"])
def test_missing_system_packages_are_installed_by_root_and_named_to_others(root: bool, tmp_path: Path) -> None:
    system = tmp_path / "system"
    (system / "usr/sbin").mkdir(parents=True)
    (tmp_path / "id").write_text(f"#!/bin/sh\necho {0 if root else 1000}\n")
    (tmp_path / "apt-get").write_text(
        f'#!/bin/sh\necho "$@" >>{tmp_path}/ran\n"$SYSTEM_ROOT/usr/sbin/policy-rc.d"\necho "start: $?" >>{tmp_path}/ran\n'
    )
    for name in ("id", "apt-get"):
        (tmp_path / name).chmod(0o755)
    for name in ("ls", "grep", "mkdir", "chmod", "rm"):
        (tmp_path / name).symlink_to(shutil.which(name) or name)
    script = ["/bin/sh", str(ROOT / "scripts/system_packages.sh")]
    environ = {"PATH": str(tmp_path), "SYSTEM_ROOT": str(system)}
    result = subprocess.run(script, env=environ, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")
    # libseccomp is a file, not a command: on a machine that lacks it, it is named as well.
    seccomp = " libseccomp2" * ("Missing: libseccomp2" in result.stdout)
    missing = f"chromium bubblewrap{seccomp} postgresql redis-server"
    assert "Missing: chromium (tests of pages in a real browser)\n" in result.stdout
    assert "Missing: bubblewrap (tests that run snippets in the sandbox)\n" in result.stdout
    if root:
        ran = (tmp_path / "ran").read_text().splitlines()
        # 101 is policy-rc.d's word for: start nothing.
        install = f"install -y -qq --no-install-recommends {missing}"
        assert ran == ["update -qq", "start: 101", install, "start: 101"]
        (settings,) = (path for path in system.rglob("*") if path.is_file())
        assert settings == system / "etc/postgresql-common/createcluster.d/errorkb.conf"
        assert settings.read_text().splitlines()[-1] == "create_main_cluster = false"
    else:
        assert result.stdout.splitlines()[-1].endswith(f"sudo apt-get install {missing}")
        assert not (tmp_path / "ran").exists()
        assert [path for path in system.rglob("*") if path.is_file()] == []
