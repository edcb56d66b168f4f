"""verify, killed, interrupted, started twice, and out of disk: what is kept is whole, and nothing else is left."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from errorkb.catalog import load
from errorkb.verify.keeping import write_evidence
from errorkb.verify.writing import sweep_partial_files, write_whole
from projects import CLAIMS, RECORDS, WHOLE, Project, interrupt, make_project
from sandboxed import adopt_orphans, list_descendants, read_mounts

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]

DISK_IS_FULL = """
import errno, pathlib, runpy, sys
sys.path.insert(0, "scripts")
def write_text(path, text, encoding):
    path.write_bytes(text.encode()[:100])
    raise OSError(errno.ENOSPC, "No space left on device")
pathlib.Path.write_text = write_text
runpy.run_path("scripts/verify.py", run_name="__main__")
"""
DONE = f"{CLAIMS} claims run, 0 findings, 0 differences, 0 without an interpreter, 0 without a server\n"
INTERRUPTED = "Interrupted. What was finished is kept; --stale runs the rest."
DIES_WHILE_WRITING = """
import os, pathlib, runpy, sys
sys.path.insert(0, "scripts")
pathlib.Path.replace = lambda *_: os.kill(os.getpid(), 9)
runpy.run_path("scripts/verify.py", run_name="__main__")
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path)


@pytest.fixture
def orphans() -> Iterator[Callable[[], list[str]]]:
    """Waits for what outlives its parent. After the test, too, nothing that was started runs or is mounted."""
    mounts = read_mounts()
    with adopt_orphans() as wait_for_orphans:
        yield wait_for_orphans
        assert wait_for_orphans() == []
    assert read_mounts() == mounts


def wait_for_lines(process: subprocess.Popen[str], count: int) -> None:
    """Wait until verify has said so many lines: of each environment, then of each claim."""
    assert process.stderr
    for _ in range(count):
        process.stderr.readline()


def wait_for_imports(process: subprocess.Popen[str]) -> None:
    """Wait until verify loads its libraries: that takes a second, in which a person may change her mind."""
    while "pydantic_core" not in Path(f"/proc/{process.pid}/maps").read_text(encoding="utf-8"):
        time.sleep(0.01)


def ends_of_lines(text: str) -> list[str]:
    return text.splitlines()[-1:]


@pytest.mark.parametrize(
    ("lines", "seconds"),
    [(0, 0.1), (0, 0.6), (1, 0), (1, 0.3), (2, 0.1), (4, 0.05), (6, 0)],
)
def test_killed_at_any_moment_it_leaves_what_is_whole_and_goes_on_later(
    project: Project, orphans: Callable[[], list[str]], lines: int, seconds: float
) -> None:
    with project.verifying() as process:
        wait_for_lines(process, lines)
        time.sleep(seconds)
        process.kill()
        process.wait()
        assert orphans() == []
    kept = project.evidence()
    assert all(WHOLE[name] == claims for name, claims in kept.items())
    again = project.verify("--stale")
    assert (again.returncode, again.stdout) == (0, DONE.replace(str(CLAIMS), str(CLAIMS - 2 * len(kept)), 1))
    assert (project.evidence(), project.hidden_files()) == (WHOLE, [])


@pytest.mark.usefixtures("orphans")
def test_what_a_killed_process_was_writing_is_swept_by_the_next(project: Project) -> None:
    with project.verifying(code=DIES_WHILE_WRITING) as process:
        process.wait()
    (partial,) = project.hidden_files()
    assert partial == f".{partial.split('.')[1]}.evidence.json.{process.pid}"
    assert project.evidence() == {}
    assert project.verify("--stale").stdout == DONE
    assert (project.evidence(), project.hidden_files()) == (WHOLE, [])


@pytest.mark.usefixtures("orphans")
def test_uv_does_not_outlive_a_killed_process(project: Project, tmp_path: Path) -> None:
    fake = tmp_path / "site-packages"
    fake.mkdir()
    (fake / "uv.py").write_text("def find_uv_bin():\n    return __file__ + '.sh'\n", encoding="utf-8")
    (fake / "uv.py.sh").write_text("#!/bin/sh\necho started >&2\nexec sleep 60\n", encoding="utf-8")
    (fake / "uv.py.sh").chmod(0o755)
    with project.verifying(PYTHONPATH=str(fake)) as process:
        wait_for_lines(process, 1)
        while not any("sleep 60" in command for command in list_descendants().values()):
            assert process.poll() is None
            time.sleep(0.05)
        process.kill()


def test_what_a_living_process_is_writing_is_not_swept(tmp_path: Path) -> None:
    for name in (f".one.evidence.json.{os.getpid()}", ".one.evidence.json.99999999", ".gitignore", ".12"):
        (tmp_path / name).touch()
    sweep_partial_files(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".12",
        ".gitignore",
        f".one.evidence.json.{os.getpid()}",
    ]


@pytest.mark.parametrize(("lines", "finished"), [(0, 0), (1, 0), (4, 1), (6, 2)])
@pytest.mark.usefixtures("orphans")
def test_ctrl_c_ends_with_one_line_and_keeps_what_was_finished(project: Project, lines: int, finished: int) -> None:
    with project.verifying("--jobs", "1") as process:
        wait_for_imports(process)
        wait_for_lines(process, lines)
        interrupt(process)
        out, err = process.communicate()
    assert (process.returncode, out, ends_of_lines(err)) == (1, "", [INTERRUPTED])
    assert "Traceback" not in err
    assert len(project.evidence()) >= finished
    assert project.verify("--stale").returncode == 0
    assert (project.evidence(), project.hidden_files()) == (WHOLE, [])


@pytest.mark.usefixtures("orphans")
def test_two_at_once_both_end_and_the_evidence_is_whole(project: Project) -> None:
    with project.verifying() as first, project.verifying() as second:
        ends = [(process.communicate()[0], process.returncode) for process in (first, second)]
    assert ends == [(DONE, 0)] * 2
    assert (project.evidence(), project.hidden_files()) == (WHOLE, [])


def test_what_another_process_has_written_since_is_not_lost(project: Project) -> None:
    project.verify()
    catalog = load(project.errors)
    entry = catalog.entries[RECORDS[0]]
    assert entry.evidence
    seen = {(claim, version): run for claim, runs in entry.evidence.claims.items() for version, run in runs.items()}
    (project.errors / f"{entry.id}.evidence.json").unlink()
    earlier = load(project.errors)
    for key, observation in seen.items():
        write_evidence(earlier, earlier.entries[entry.id], {key: observation}, project.errors)
    assert project.evidence() == WHOLE


def test_a_full_disk_leaves_the_evidence_that_there_is(project: Project) -> None:
    assert project.verify(RECORDS[0]).returncode == 0
    with project.verifying(code=DISK_IS_FULL) as process:
        out, err = process.communicate()
    assert (process.returncode, out) == (1, "")
    told, mend = err.splitlines()[-2:]
    assert [re.sub("one|two|three", "NAME", told), mend] == [
        f"verify could not go on: No space left on device ({project.errors}/plain/NAME.evidence.json)",
        "    What was finished is kept; --stale runs the rest.",
    ]
    assert (project.evidence(), project.hidden_files()) == ({RECORDS[0]: ["broken", "fixed"]}, [])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small file system")
@pytest.mark.parametrize(
    ("folder", "size", "last"),
    [
        ("errors/plain", "20k", ["verify could not go on: No space left on device ({root}/errors/plain/three.evidence.json)",
                                 "    What was finished is kept; --stale runs the rest."]),
        ("build", "8k", ["uv could not work: {any}: No space left on device (os error 28)",
                         "    Make room, or let it write, where build/environments and uv's cache are."]),
    ],
)  # fmt: skip
def test_a_full_file_system_is_told_in_two_lines(
    project: Project, tmp_path: Path, folder: str, size: str, last: list[str]
) -> None:
    (project.root / folder).mkdir(exist_ok=True)
    shutil.copytree(project.root / folder, tmp_path / "saved")
    mount = f'mount -t tmpfs -o size={size} none {folder} && cp -r saved/. {folder} && exec "$@"'
    full = project.verify("--jobs", "1", around=["unshare", "--mount", "sh", "-c", mount, "sh"])
    found = full.stderr.splitlines()[-2:]
    assert (full.returncode, full.stdout, "Traceback" in full.stderr) == (1, "", False)
    start, _, end = last[0].format(root=project.root, any="\0").partition("\0")
    assert found[0].startswith(start)
    assert found[0].endswith(end)
    assert found[1:] == last[1:]


def test_an_error_of_writing_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "one.json"
    with pytest.raises(FileNotFoundError) as raised:
        write_whole(path, "text")
    assert raised.value.filename == str(path)


def test_evidence_that_cannot_be_read_is_made_again_as_the_finding_says(project: Project) -> None:
    (project.errors / f"{RECORDS[0]}.evidence.json").write_text("<<<<<<< HEAD", encoding="utf-8")
    assert project.verify(RECORDS[0]).returncode == 0
    assert list(project.evidence()) == [RECORDS[0]]
