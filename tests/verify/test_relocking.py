"""The newest release is moved, and what changed is said. What uv resolves is given here; making locks has its own test."""

from pathlib import Path

import pytest

from errorkb.catalog import load
from errorkb.verify import relocking
from errorkb.verify.environments import CannotInstall
from trees import build_tree

PACKAGE = """\
name: Kit
distribution: kit
about: "A kit. Not the 2.0 of it."
home: https://example.com
releases:
  - version: "2.0"  # the newest
    python: "3.11"
    as_of: '2026-01-01'
    why: It was the newest on 2026-01-01.
  - {version: "1.0", python: "3.11", as_of: "2026-01-01", why: The last of 1.}
"""
BEFORE = "# For Python 3.11, as of 2026-01-01.\nkit==2.0 \\\n    --hash=sha256:aa\nlib==1.5 \\\n    --hash=sha256:bb\n"
TODAY = "2026-11-24"


def relock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, resolved: str | CannotInstall, *packages: str) -> list[str]:
    files = {
        "kit/package.yaml": PACKAGE,
        "kit/locks/2.0.txt": BEFORE,
        "kit/locks/2.0+extra.txt": "x",
        "kit/locks/1.0.txt": "y",
    }
    errors = build_tree(tmp_path / "errors", files)
    asked: list[object] = []
    monkeypatch.setattr(relocking, "make_lock", lambda *arguments: asked.append(arguments) or resolved)
    said = list(relocking.relock(load(errors), packages or ["kit"], TODAY, errors))
    assert asked == [(["kit>=2.0"], "3.11", TODAY)]
    return said


def read_locks(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "errors/kit/locks").iterdir())


def test_a_newer_release_takes_the_place_of_the_newest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = relock(
        tmp_path, monkeypatch, "kit==2.1 \\\n    --hash=sha256:cc\nlib==1.5 \\\n    --hash=sha256:bb\nnew==3 \\\n"
    )
    assert said == ["kit: 2.0 → 2.1: kit 2.0 → 2.1, new new → 3"]
    moved = PACKAGE.replace('version: "2.0"', 'version: "2.1"').replace("as_of: '2026-01-01'", f"as_of: '{TODAY}'")
    assert (tmp_path / "errors/kit/package.yaml").read_text() == moved
    assert read_locks(tmp_path) == ["1.0.txt"]


def test_the_same_release_with_newer_dependencies_gets_a_new_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = relock(tmp_path, monkeypatch, BEFORE.replace("lib==1.5", "lib==1.6"))
    assert said == ["kit: 2.0 as of 2026-11-24: lib 1.5 → 1.6"]
    assert load(tmp_path / "errors").packages["kit"].package.releases[0].as_of == TODAY
    assert read_locks(tmp_path) == ["1.0.txt"]


@pytest.mark.parametrize(
    ("resolved", "said"),
    [
        (BEFORE.replace("2026-01-01", TODAY), "kit: 2.0 is the newest, and nothing that it needs has changed"),
        (CannotInstall("no solution"), "kit: cannot be moved: no solution"),
    ],
)
def test_otherwise_nothing_is_touched(
    resolved: str | CannotInstall, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert relock(tmp_path, monkeypatch, resolved) == [said]
    assert (tmp_path / "errors/kit/package.yaml").read_text() == PACKAGE
    assert read_locks(tmp_path) == ["1.0.txt", "2.0+extra.txt", "2.0.txt"]
