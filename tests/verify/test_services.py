"""Real servers: how a record asks for them, what is here, and what becomes of evidence where they are missing."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from errorkb.catalog import Catalog, load
from errorkb.claims import merge_worlds
from errorkb.evidence import compute_digest
from errorkb.model.snippet import World
from errorkb.paths import ERRORS, ROOT
from errorkb.verify import services
from errorkb.verify.keeping import compare_evidence
from errorkb.verify.plan import Selection, Task, plan_tasks
from errorkb.verify.pool import Pool
from errorkb.verify.services import Installed, describe_lack, find_program
from errorkb.verify.verification import verify_tasks
from errorkb.verify.worlds import Prepared


@pytest.mark.parametrize(
    ("inherited", "own", "merged"),
    [
        (["redis"], None, ("redis",)),
        (["redis"], ["postgresql"], ("postgresql",)),
        (["redis"], [], ()),
        (None, ["redis"], ("redis",)),
        (None, None, None),
    ],
)
def test_a_list_of_services_replaces_the_inherited_one(
    inherited: list[str] | None, own: list[str] | None, merged: tuple[str, ...] | None
) -> None:
    worlds = [World.model_validate({"services": names}) for names in (inherited, own)]
    assert merge_worlds(*worlds).services == merged


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["mysql"], "Input should be 'postgresql', 'redis' or 'redis-with-password'"),
        (
            ["redis", "redis-with-password"],
            "must not hold two servers for one port, and redis and redis-with-password are both for 6379",
        ),
        (["redis", "redis"], "must not hold two servers for one port, and redis and redis are both for 6379"),
    ],
)
def test_services_that_cannot_be(names: list[str], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        World.model_validate({"services": names})


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(ERRORS)


def find_task(catalog: Catalog, record: str, claim: str = "broken") -> Task:
    return plan_tasks(catalog, Selection([record], claim))[0]


def test_a_program_without_services_has_the_digest_that_it_had_before_there_were_any(catalog: Catalog) -> None:
    task = find_task(catalog, "python/dict-changed-size")
    claim, outcome = task.claim, task.expectation
    asking = replace(claim, program=replace(claim.program, services=("redis",)))
    assert compute_digest(claim, outcome, "lock", {}) != compute_digest(asking, outcome, "lock", {})
    kept = task.entry.evidence
    assert kept is not None
    assert catalog.digest(task.entry, claim, task.release) == kept.claims["broken"][task.release.version].digest


def test_another_version_of_the_server_is_no_difference_and_another_server_is(catalog: Catalog) -> None:
    entry = catalog.entries["redis/authentication-required"]
    kept = entry.evidence
    assert kept is not None
    version = next(iter(kept.claims["broken"]))

    def with_services(seen: dict[str, str]) -> list[str]:
        runs = {**kept.claims["broken"]}
        runs[version] = runs[version].model_copy(update={"services": seen})
        return compare_evidence(entry, kept.model_copy(update={"claims": {**kept.claims, "broken": runs}}), kept)

    assert with_services({"Redis": "99"}) == []
    assert with_services({}) == [
        f"redis/authentication-required broken on {version}: services: the evidence says [], a run says ['Redis']"
    ]


def put_program(folder: Path, says: str) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text(f"#!/bin/sh\necho '{says}'\n")
    folder.chmod(0o755)


def test_the_newest_server_is_found_by_what_it_says_of_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "USR", tmp_path)
    for folder, says in (
        ("lib/postgresql/9/bin/postgres", "postgres (PostgreSQL) 9.6.24"),
        ("lib/postgresql/15/bin/postgres", "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"),
        ("lib/postgresql/16/bin/postgres", "something else"),
        ("bin/redis-server", "Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64"),
    ):
        put_program(tmp_path / folder, says)
    postgresql, redis = find_program("postgresql"), find_program("redis-with-password")
    assert postgresql == Installed(tmp_path / "lib/postgresql/15/bin/postgres", "15")
    assert redis == Installed(tmp_path / "bin/redis-server", "7")
    assert describe_lack(["postgresql", "redis"]) is None


def test_what_is_not_installed_is_named_with_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "USR", tmp_path)
    assert find_program("postgresql") is None
    assert describe_lack([]) is None
    assert describe_lack(["redis"]) == "needs redis-server: sudo apt-get install redis-server"
    both = "needs postgresql and redis-server: sudo apt-get install postgresql redis-server"
    assert describe_lack(["redis-with-password", "postgresql"]) == both


def test_a_claim_whose_server_is_missing_is_not_runnable(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "USR", tmp_path)
    task = find_task(catalog, "redis/authentication-required")
    ((_, seen),) = verify_tasks(catalog, [task], {task.world: Prepared("e")}, Pool(0, {}, tmp_path), "2026-11-24")
    assert (seen.observed, seen.reason) == ("not-runnable", "needs redis-server: sudo apt-get install redis-server")
    assert not seen.holds


VERIFY = """
import pathlib, runpy, sys
sys.path.insert(0, {scripts!r})
import errorkb.verify.services
errorkb.verify.services.USR = pathlib.Path({usr!r})
sys.argv = ["verify.py", "redis/authentication-required", "--claim", "broken"]
runpy.run_path({scripts!r} + "/verify.py", run_name="__main__")
"""


@pytest.mark.sandbox
@pytest.mark.slow
@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 1)])
def test_verify_keeps_the_evidence_and_counts_aloud_and_fails_only_where_ci_is_set(
    tmp_path: Path, ci: str, code: int
) -> None:
    evidence = ERRORS / "redis/authentication-required.evidence.json"
    before = evidence.read_bytes()
    program = VERIFY.format(scripts=str(ROOT / "scripts"), usr=str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, env={**os.environ, "CI": ci}
    )
    assert done.returncode == code, done.stderr
    *lines, last = done.stdout.splitlines()
    said = "not run, needs redis-server: sudo apt-get install redis-server: redis/authentication-required broken "
    assert [line.removeprefix(said) for line in lines] == ["8.1.0", "7.4.1", "5.2.1"]
    assert last == "0 claims run, 0 findings, 0 differences, 0 without an interpreter, 3 without a server"
    assert evidence.read_bytes() == before
