"""New files: all of them or none."""

from pathlib import Path

import pytest

from errorkb.scaffold.writing import write_new


def list_all(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_files_and_their_folders_are_written(tmp_path: Path) -> None:
    write_new({tmp_path / "a/b/c.yaml": "1\r\n", tmp_path / "a/d.yaml": "ä"})
    assert list_all(tmp_path) == ["a", "a/b", "a/b/c.yaml", "a/d.yaml"]
    assert (tmp_path / "a/b/c.yaml").read_bytes() == b"1\r\n"


def test_a_file_that_is_there_stays_and_nothing_else_is_left(tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text("old")
    with pytest.raises(FileExistsError):
        write_new({tmp_path / "a/b/c.yaml": "1", tmp_path / "old.yaml": "new"})
    assert list_all(tmp_path) == ["old.yaml"]
    assert (tmp_path / "old.yaml").read_text() == "old"


def test_interrupted_it_leaves_nothing(tmp_path: Path) -> None:

    files = {tmp_path / "a/1.yaml": "1", tmp_path / "a/2.yaml": "\ud800"}  # which cannot be written as UTF-8
    with pytest.raises(UnicodeEncodeError):
        write_new(files)
    assert list_all(tmp_path) == []
