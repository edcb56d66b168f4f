"""The page that this project exists to refuse, run for real."""

import shutil
from pathlib import Path

import pytest

from errorkb.catalog import load
from errorkb.paths import BUILD, ERRORS
from errorkb.verify.plan import Selection, plan_tasks
from errorkb.verify.pool import Pool
from errorkb.verify.verification import verify_tasks
from errorkb.verify.worlds import find_interpreters, prepare_worlds

SEED = Path(__file__).parents[1] / "museum" / "seed" / "seed-page.yaml"
NEWEST = "2.12.0"


@pytest.mark.sandbox
def test_the_seed_page_fails_to_verify_and_the_findings_name_what_is_false(tmp_path: Path) -> None:
    errors = tmp_path / "errors"
    shutil.copytree(ERRORS, errors, ignore=shutil.ignore_patterns("python"))
    shutil.copy(SEED, errors / "anthropic" / "seed-page.yaml")
    catalog = load(errors)
    tasks = plan_tasks(catalog, Selection(["anthropic/seed-page"], release=NEWEST))
    interpreters = find_interpreters(catalog)
    environments = BUILD / "environments"
    worlds = prepare_worlds(catalog, [task.world for task in tasks], interpreters, environments, lambda text: None)
    with Pool(1, interpreters, environments) as pool:
        seen = {task.claim.id: item for task, item in verify_tasks(catalog, tasks, worlds, pool, "2026-11-24")}
    findings = {
        name: [(finding.claimed, finding.seen.partition(":")[0]) for finding in item.verdict]
        for name, item in seen.items()
        if item.verdict != "as claimed"
    }
    assert findings == {
        "broken": [
            ("anthropic.client.AuthenticationError is a public name", "it does not import"),
            ("raises anthropic.client.AuthenticationError", "raised TypeError"),
        ],
        "fixed": [("ends clean", "raised TypeError")],
    }
    assert "Missing required arguments" in seen["broken"].exceptions[0].message
    assert "Missing required arguments" in seen["fixed"].exceptions[0].message
