"""A project of its own, with the commands that start and show a record."""

import shutil
from pathlib import Path

import pytest

from errorkb.paths import ROOT
from trees import RECORD, build_tree, edit

MISSING = edit(
    RECORD,
    ("raises: KeyError", "raises: sample.Missing"),
    ("message: \"'{key}'\"", "message: no shelf holds the key {key}"),
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one record."""
    root = tmp_path / "project"
    build_tree(root / "errors", {"sample/missing.yaml": MISSING})
    shutil.copytree(ROOT / "scripts", root / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / ".github/ISSUE_TEMPLATE", root / ".github/ISSUE_TEMPLATE")
    shutil.copy(ROOT / ".github/CODEOWNERS", root / ".github/CODEOWNERS")
    (root / "mkdocs.yml").write_text('site_name: x\nsite_url: "https://errors.example/"\n')
    for name in (".venv", "requirements.txt"):
        (root / name).symlink_to(ROOT / name)
    return root
