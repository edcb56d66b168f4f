"""Writing a site: only what changed, each file whole, whatever happens in between."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from errorkb.paths import ROOT
from errorkb.site.writing import find_stale, write_site

OLD = {f"{number % 5}/page-{number}.md": f"old {number}\n" * 2000 for number in range(60)}
NEW = {name: text.replace("old", "new") for name, text in OLD.items() if "7" not in name} | {"more/x.md": "new"}


def test_writing_changes_only_what_changed_and_removes_what_is_not_owned(tmp_path: Path) -> None:
    assert write_site({"a.md": "1", "b/c.md": "2"}, tmp_path) == 2
    assert write_site({"a.md": "1", "b/c.md": "2"}, tmp_path) == 0
    assert find_stale({"a.md": "1", "d.md": "3"}, tmp_path) == ["b/c.md", "d.md"]
    assert write_site({"a.md": "1"}, tmp_path) == 1
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.md"]


# Writes NEW over OLD in a process of its own, and kills itself at the given step of writing.
KILLED = """\
import os, signal, sys, pathlib
sys.path.insert(0, {scripts!r})
from errorkb.site import writing

steps = 0

def counted(method):
    def call(self, *args):
        global steps
        steps += 1
        if steps == {step}:
            if method.__name__ == "write_bytes":
                with self.open("wb") as file:
                    file.write(args[0][: len(args[0]) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        return method(self, *args)
    return call

for name in ("write_bytes", "replace", "unlink", "rmdir"):
    setattr(pathlib.Path, name, counted(getattr(pathlib.Path, name)))
site = eval(sys.stdin.read())
writing.write_site(site, pathlib.Path({folder!r}))
print(steps)
"""


def write_and_kill(folder: Path, step: int) -> subprocess.CompletedProcess[str]:
    program = KILLED.format(scripts=str(ROOT / "scripts"), step=step, folder=str(folder))
    return subprocess.run([sys.executable, "-c", program], input=repr(NEW), capture_output=True, text=True, check=False)


def read_pages(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*.md")}


def count_steps(folder: Path) -> int:
    write_site(OLD, folder)
    return int(write_and_kill(folder, 0).stdout)


# In half a file, after a file but before its name is changed, between two files, while deleting.
@pytest.mark.parametrize("step", [1, 2, 3, 61, 62, 85, -7, -2, -1])
def test_a_killed_run_leaves_whole_files_and_the_next_one_completes(step: int, tmp_path: Path) -> None:
    total = count_steps(tmp_path / "counted")
    assert total > 100
    folder = tmp_path / "docs"
    write_site(OLD, folder)
    result = write_and_kill(folder, step if step > 0 else total + 1 + step)
    assert result.returncode == -signal.SIGKILL, result.stderr

    left = read_pages(folder)
    assert {name for name, text in left.items() if text not in (OLD.get(name), NEW.get(name))} == set()
    assert set(left) >= set(OLD) & set(NEW)

    write_site(NEW, folder)
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == set(NEW)
    assert read_pages(folder) == NEW
    assert find_stale(NEW, folder) == []


def test_a_disk_that_fails_leaves_whole_files_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_site(OLD, tmp_path)
    replace, done = Path.replace, []

    def fail(self: Path, target: Path) -> Path:
        if len(done) == 20:
            raise OSError(28, "No space left on device")
        done.append(target)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="No space left"):
        write_site(NEW, tmp_path)
    monkeypatch.undo()
    assert {text for name, text in read_pages(tmp_path).items()} <= {*OLD.values(), *NEW.values()}
    write_site(NEW, tmp_path)
    assert find_stale(NEW, tmp_path) == []


STRANGE = {
    "a file where a folder must be": lambda folder: (folder / "a").write_text("x"),
    "a folder where a file must be": lambda folder: (folder / "a" / "b.md" / "c").mkdir(parents=True),
    "a link to nothing where a folder must be": lambda folder: (folder / "a").symlink_to("gone"),
    "a file that is a link": lambda folder: ((folder / "a").mkdir(), (folder / "a/b.md").symlink_to("../../outside/b.md")),
    "a link to itself": lambda folder: (folder / "loop").symlink_to("loop"),
}  # fmt: skip


@pytest.mark.parametrize("make", STRANGE.values(), ids=STRANGE)
def test_whatever_lies_there_afterwards_the_folder_is_the_site(make: object, tmp_path: Path) -> None:
    folder, outside = tmp_path / "docs", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    (outside / "b.md").write_text("not ours")
    assert callable(make)
    make(folder)
    write_site({"a/b.md": "1"}, folder)
    assert [path for path in sorted(folder.rglob("*")) if not path.is_dir()] == [folder / "a/b.md"]
    assert (folder / "a/b.md").read_text() == "1"
    assert (outside / "b.md").read_text() == "not ours"
