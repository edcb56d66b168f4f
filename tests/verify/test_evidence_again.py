"""Evidence is made again: what was typed by hand does not come out the same."""

import json
import subprocess
import sys
from collections.abc import Sequence

import pytest

from changed_records import SAMPLE, choose, choose_records, records_of
from errorkb.catalog import load
from errorkb.evidence import Evidence
from errorkb.paths import ERRORS, ROOT
from errorkb.verify.keeping import compare_evidence


@pytest.mark.sandbox
@pytest.mark.parametrize("name", choose().records)
def test_evidence_comes_out_the_same(name: str) -> None:
    command = [sys.executable, str(ROOT / "scripts" / "verify.py"), name, "--check"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    if "0 without a server" not in result.stdout:
        pytest.skip("needs a server that is not installed; see the reason in what verify printed")


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


KNOWN = ["kit/a", "kit/b", "python/c"]


@pytest.mark.parametrize(
    ("changed", "records"),
    [
        ([], ()),
        (["README.md", "scripts/errorkb/claims.py", "errors/vocabulary.yaml", "errors/schema.json"], ()),
        (["errors/kit/b.yaml"], ("kit/b",)),
        (["errors/python/c.evidence.json", "errors/kit/a.yaml"], ("kit/a", "python/c")),
        (["errors/kit/server.yaml"], ("kit/a", "kit/b")),
        (["errors/kit/package.yaml"], ("kit/a", "kit/b")),
        (["errors/kit/locks/1.0.txt"], ("kit/a", "kit/b")),
        (["errors/kit/gone.yaml"], ()),
    ],
)
def test_records_that_changed_files_speak_of(changed: Sequence[str], records: tuple[str, ...]) -> None:
    assert records_of(changed, KNOWN) == records


def test_without_a_base_the_sample_is_taken_and_said() -> None:
    choice = choose_records(KNOWN, "no-such-branch")
    assert choice.records == SAMPLE
    assert choice.reason == "a fixed sample, since there is no no-such-branch to compare with"
