"""scripts/preview.py and `generate.py --only`: one record's page, at once, and again with every change."""

import html
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from errorkb.paths import ROOT
from projects import Project, make_project
from sandboxed import adopt_orphans
from trees import edit

pytestmark = pytest.mark.slow
NAME = "plain/one"
PATIENCE_SECONDS = 60


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = make_project(tmp_path / "project")
    shutil.copytree(ROOT / "templates", project.root / "templates")
    shutil.copy(ROOT / "mkdocs.yml", project.root)
    return project


def start(project: Project, *arguments: str) -> list[str]:
    return [sys.executable, str(project.root / "scripts/preview.py"), *arguments]


def run(project: Project, *arguments: str, script: str = "preview") -> tuple[int, str, str]:
    command = [sys.executable, str(project.root / f"scripts/{script}.py"), *arguments]
    result = subprocess.run(command, cwd=project.root.parent, capture_output=True, text=True, check=False, timeout=60)
    return result.returncode, result.stdout, result.stderr


def change(project: Project, *changes: tuple[str, str]) -> None:
    path = project.errors / f"{NAME}.yaml"
    path.write_text(edit(path.read_text(), *changes))


def test_once_it_builds_the_page_beside_the_indexes_and_says_where(project: Project) -> None:
    page = project.root / "build/preview/plain/one/site/plain/one/index.html"
    assert run(project, NAME, "--once") == (0, f"{page}\n", "")
    assert "The dictionary has no such key." in page.read_text()
    site = page.parents[2]
    assert (site / "severity/index.html").is_file()
    assert not (site / "plain/two").exists()
    assert not (project.root / "build/docs").exists()
    assert not list(project.errors.rglob("*.evidence.json"))


def test_findings_are_printed_and_the_page_is_built_all_the_same(project: Project) -> None:
    change(project, ("severity: medium", "severity: TODO"), ("Print the keys.", "TODO"))
    code, out, error = run(project, NAME, "--once")
    assert (code, error) == (0, "")
    assert out.startswith("errors/plain/one.yaml:4:11: unknown-word ")
    assert re.search(r"^errors/plain/one\.yaml:\d+:\d+: todo ", out, re.MULTILINE)
    assert out.endswith(
        "\n2 problems\n" + str(project.root / "build/preview/plain/one/site/plain/one/index.html") + "\n"
    )


def test_what_cannot_be_read_is_printed_and_the_last_page_stays(project: Project) -> None:
    _, out, _ = run(project, NAME, "--once")
    (project.errors / f"{NAME}.yaml").write_text("symptom: [")
    code, found, error = run(project, NAME, "--once")
    assert (code, error) == (1, "")
    assert found.startswith("errors/plain/one.yaml:1:11: yaml-syntax ")
    assert found.endswith("\n1 problem\n")
    assert Path(out.strip()).is_file()


def test_what_is_wrong_with_other_records_is_no_matter(project: Project) -> None:
    (project.errors / "plain/two.yaml").write_text("symptom: [")
    (project.errors / "other").mkdir()
    (project.errors / "other/package.yaml").write_text("x")
    code, out, error = run(project, NAME, "--once")
    assert (code, out.count("\n"), error) == (0, 1, "")


MISUSE = {
    "a name that is near": (("plain/oen",), "no such record: plain/oen; did you mean plain/one?"),
    "a record without its package": (("three",), "no such record: three; did you mean plain/three?"),
    "a name that is not near": (("x/y",), "no such record: x/y; write package/record, as in errors/package/record.yaml"),
    "a package": (("plain/package",), "no such record: plain/package; write package/record, as in errors/package/record.yaml"),
    "a path": (("../plain/one",), "no such record: ../plain/one; did you mean plain/one?"),
    "no address": ((NAME, "--address", "x"), "--address must be HOST:PORT, such as 127.0.0.1:8000, was x"),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "said"), MISUSE.values(), ids=MISUSE)
def test_misuse_is_said_in_one_line(project: Project, arguments: tuple[str, ...], said: str) -> None:
    assert run(project, *arguments) == (2, "", f"Error: {said}\n")


@contextmanager
def shown(project: Project, *arguments: str) -> Iterator[tuple[str, subprocess.Popen[str], Path]]:
    """Have it show the record in a process group of its own; yields the page's address and the file of its output."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    log = project.root / "log"
    command = [*start(project, NAME, "--address", address), *arguments]
    with log.open("w") as file, subprocess.Popen(
        command, stdout=file, stderr=subprocess.STDOUT, text=True, start_new_session=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    ) as process:  # fmt: skip
        try:
            yield f"http://{address}/{NAME}/", process, log
        finally:
            process.kill()


def read_page(address: str) -> str:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=5) as answer:
            return html.unescape(answer.read().decode())
    except OSError:
        return ""


def wait_for(condition: Callable[[], object], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


def test_saved_it_is_built_again_and_what_is_broken_leaves_the_last_page(project: Project) -> None:
    with adopt_orphans() as wait_for_orphans:
        with shown(project, "--no-verify") as (address, process, log):
            wait_for(lambda: "The dictionary has no such key." in read_page(address), log)
            assert f"{address} (Ctrl-C ends)\n" in log.read_text()
            change(project, ("The dictionary has no such key.", "There is no such key."))
            wait_for(lambda: "There is no such key." in read_page(address), log)
            whole = (project.errors / f"{NAME}.yaml").read_text()
            (project.errors / f"{NAME}.yaml").write_text("symptom: [")
            wait_for(lambda: ": yaml-syntax " in log.read_text(), log)
            assert "There is no such key." in read_page(address)
            (project.errors / f"{NAME}.yaml").write_text(whole.replace("There is no", "There was no"))
            wait_for(lambda: "There was no such key." in read_page(address), log)
            assert log.read_text().endswith("No problems any more.\n")
            os.killpg(process.pid, signal.SIGINT)
            assert process.wait(20) == 0
        assert wait_for_orphans() == []
    assert "Traceback" not in log.read_text()


def test_an_address_that_is_taken_is_told_of(project: Project) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        code, _, error = run(project, NAME, "--no-verify", "--address", address)
    assert (code, error) == (2, f"Error: {address} cannot be used: Address already in use; --address names another\n")


@pytest.mark.sandbox
def test_it_is_verified_meanwhile_and_shows_what_came_of_that(project: Project) -> None:
    with adopt_orphans() as wait_for_orphans:
        with shown(project) as (address, process, log):
            wait_for(lambda: read_page(address), log)
            wait_for(lambda: "KeyError: 'b'" in read_page(address) and "2 claims run" in log.read_text(), log)
            change(project, ('print({"a": 1}["b"])', 'print({"a": 1}["c"])'))
            wait_for(lambda: "KeyError: 'c'" in read_page(address), log)
            os.killpg(process.pid, signal.SIGINT)
            assert process.wait(20) == 0
        assert wait_for_orphans() == []
    assert project.evidence() == {NAME: ["broken", "fixed"]}


@pytest.mark.sandbox
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ended_while_its_runs_are_under_way_it_leaves_nothing_running(project: Project, number: signal.Signals) -> None:
    change(project, ("time.sleep(0.2)", "time.sleep(25)"))  # which is longer than orphans are waited for
    with adopt_orphans() as wait_for_orphans:
        with shown(project) as (_, process, log):
            wait_for(lambda: "environment plain" in log.read_text(), log)
            process.send_signal(number)
            assert process.wait(30) == 0
        assert wait_for_orphans() == []
    assert "Traceback" not in log.read_text()


def test_generate_writes_only_these_records_and_the_indexes(project: Project) -> None:
    code, out, error = run(project, "--only", NAME, script="generate")
    assert (code, error) == (0, "")
    assert re.fullmatch(r"1 records, \d+ files, \d+ changed\n", out)
    pages = {path.name for path in (project.root / "build/docs/plain").iterdir()}
    assert pages == {"index.md", "one.md"}
    other = project.errors / "plain/two.yaml"
    other.write_text(edit(other.read_text(), ("raises: KeyError", "raises: LookupError")))
    assert run(project, "--only", NAME, "--only", "plain/two", script="generate")[1].startswith("2 records, ")
    code, out, error = run(project, "--only", "plain/oen", script="generate")
    assert (code, out, error.split("\n")[-2]) == (
        2, "", "Error: no such record: plain/oen; write package/record, as in errors/package/record.yaml",
    )  # fmt: skip
