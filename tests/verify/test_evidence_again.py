"""Evidence is made again: what was typed by hand does not come out the same."""

import json
import subprocess
import sys

import pytest

from errorkb.catalog import load
from errorkb.evidence import Evidence
from errorkb.paths import ERRORS, ROOT
from errorkb.verify.keeping import compare_evidence

# A record without an installed package, and one that talks to a server.
SAMPLE = ["python/dict-changed-size", "anthropic/authentication-error"]


@pytest.mark.sandbox
@pytest.mark.parametrize("name", SAMPLE)
def test_evidence_comes_out_the_same(name: str) -> None:
    command = [sys.executable, str(ROOT / "scripts" / "verify.py"), name, "--check"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("name", SAMPLE)
def test_evidence_that_was_edited_differs(name: str) -> None:
    entry = load(ERRORS).entries[name]
    assert entry.evidence is not None
    data = json.loads(entry.evidence.model_dump_json())
    version = next(iter(data["claims"]["broken"]))
    data["claims"]["broken"][version]["exceptions"][0]["message"] = "typed by hand"
    forged = Evidence.model_validate(data)
    found = compare_evidence(entry, forged, entry.evidence)
    assert len(found) == 1
    assert found[0].startswith(f"{name} broken on {version}: exceptions: the evidence says")
    assert compare_evidence(entry, entry.evidence, entry.evidence) == []
