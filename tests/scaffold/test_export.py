"""A record's programs as files."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from errorkb.scaffold.export import render_programs
from trees import RECORD, catalog_of, edit

WORLD = edit(
    RECORD,
    (
        'broken:\n  code: |\n    print({"a": 1}["b"])\n',
        "broken:\n  args: [one, it's two]\n  env: {NAME: \"it's\"}\n  files: {data/a.txt: apples}\n  packages: [shelf<2]\n"
        "  services: [redis]\n  servers: {api.example.com: sample}\n"
        '  code: |\n    import os, sys\n    print(sys.argv[1:], os.environ["NAME"], open("data/a.txt").read())\n',
    ),
)
PACKAGE = """\
name: Sample
distribution: sample
about: A package.
home: https://example.com
releases:
  - {version: "2.0", python: "3.11", as_of: "2026-11-24", why: The newest.}
"""
SCRIPT = """\
#!/bin/sh
# broken of sample/record
# needs: python -m pip install sample==2.0 'shelf<2'
# api.example.com was played by sample/default (errors/sample/server.yaml)
# real servers on localhost: redis
cd "$(dirname "$0")/broken" || exit
export NAME='it'"'"'s'
exec python app.py one 'it'"'"'s two'
"""


def test_every_claim_has_its_files_and_a_script() -> None:
    catalog = catalog_of(WORLD, package=PACKAGE)
    files = render_programs(catalog.entries["sample/record"], catalog.packages["sample"])
    assert sorted(files) == [
        *("broken.sh", "broken/app.py", "broken/data/a.txt", "fixed.sh", "fixed/app.py", "fixed/data/a.txt"),
    ]
    assert files["broken.sh"] == SCRIPT
    assert files["fixed/app.py"] == 'print({"a": 1}.get("b"))\n'


def test_the_script_runs_the_program(tmp_path: Path) -> None:
    catalog = catalog_of(WORLD, package=PACKAGE)
    for name, text in render_programs(catalog.entries["sample/record"], catalog.packages["sample"]).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python").symlink_to(sys.executable)
    paths = {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}"}
    result = subprocess.run(["sh", tmp_path / "broken.sh"], capture_output=True, text=True, check=False, env=paths)
    assert (result.stdout, result.stderr) == ("['one', \"it's two\"] it's apples\n", "")


@pytest.mark.slow
def test_verify_gives_the_programs_back_and_overwrites_nothing(project: Path, tmp_path: Path) -> None:
    command = [sys.executable, project / "scripts/verify.py", "sample/missing", "--export", "out"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (result.stdout, result.stderr, result.returncode) == (
        "4 files written into out; each script runs the program beside it\n", "", 0
    )  # fmt: skip
    assert (tmp_path / "out/sample/missing/broken/app.py").read_text() == 'print({"a": 1}["b"])\n'
    again = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (again.returncode, again.stderr.split("\n")[-2]) == (
        2,
        "Error: out/sample/missing/broken/app.py: File exists",
    )
