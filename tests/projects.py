"""A project of its own for one test: verify's commands beside a few records that need no network."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from errorkb.catalog import load
from errorkb.paths import ROOT
from sandboxed import AS_OF, PYTHON
from trees import RECORD, build_tree, edit

PACKAGE = f"""\
name: Plain
about: A package that needs no network.
home: https://example.com
modules: [builtins]
releases:
  - {{version: "{PYTHON}", python: "{PYTHON}", as_of: "{AS_OF}", why: The Python of these tests.}}
"""
RECORDS = ("plain/one", "plain/three", "plain/two")
CLAIMS = 2 * len(RECORDS)
SLOW_RECORD = edit(
    RECORD, ('    print({"a": 1}["b"])', '    import time\n    time.sleep(0.2)\n    print({"a": 1}["b"])')
)


@dataclass(frozen=True)
class Project:
    """A copy of the commands, and an ``errors`` beside them."""

    root: Path

    @property
    def errors(self) -> Path:
        """The records."""
        return self.root / "errors"

    def command(self, *arguments: str) -> list[str]:
        """The command that runs verify."""
        return [sys.executable, str(self.root / "scripts/verify.py"), *arguments]

    def verify(self, *arguments: str, around: Sequence[str] = (), **environ: str) -> subprocess.CompletedProcess[str]:
        """Run verify to its end. ``around`` is the command that it becomes the last part of."""
        return subprocess.run(
            [*around, *self.command(*arguments)], capture_output=True, text=True, check=False, cwd=self.root,
            env={**os.environ, **environ},
        )  # fmt: skip

    @contextmanager
    def verifying(self, *arguments: str, code: str | None = None, **environ: str) -> Iterator[subprocess.Popen[str]]:
        """Have verify run in a process group of its own, as a shell does. ``code`` is Python that starts it."""
        command = [sys.executable, "-c", code] if code is not None else self.command(*arguments)
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.root, start_new_session=True,
            env={**os.environ, **environ},
        ) as process:  # fmt: skip
            yield process
            process.kill()

    def evidence(self) -> dict[str, list[str]]:
        """The claims that are as claimed, by record. Fails where a file is not whole."""
        catalog = load(self.errors)
        assert catalog.problems == ()
        return {
            name: sorted(claim for claim, runs in entry.evidence.claims.items() if all(r.holds for r in runs.values()))
            for name, entry in catalog.entries.items()
            if entry.evidence is not None
        }

    def hidden_files(self) -> list[str]:
        """What lies among the records under a hidden name."""
        return [path.name for path in self.errors.rglob(".*")]


WHOLE = {name: ["broken", "fixed"] for name in RECORDS}


def make_project(root: Path, files: Mapping[str, str] | None = None) -> Project:
    """Make a project with three records, or with these files."""
    shutil.copytree(ROOT / "scripts", root / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "requirements.txt", root)
    (root / ".venv").symlink_to(ROOT / ".venv")
    build_tree(
        root / "errors", files or {"plain/package.yaml": PACKAGE, **{f"{name}.yaml": SLOW_RECORD for name in RECORDS}}
    )
    shutil.rmtree(root / "errors" / "sample")
    return Project(root)


def interrupt(process: subprocess.Popen[str]) -> None:
    """Press Ctrl-C: every process of the group gets the signal."""
    os.killpg(process.pid, signal.SIGINT)
