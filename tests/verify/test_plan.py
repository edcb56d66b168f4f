"""What is selected to be run, in which order, and how it is dealt out."""

from collections import Counter

import pytest

from errorkb.catalog import Catalog, load
from errorkb.paths import ERRORS
from errorkb.verify.plan import Selection, Shard, Task, order_tasks, plan_tasks, take_shard


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(ERRORS)


def keys(tasks: list[Task]) -> list[str]:
    return [task.key for task in tasks]


def test_all_is_every_claim_on_every_release_that_it_speaks_of(catalog: Catalog) -> None:
    tasks = plan_tasks(catalog, Selection())
    expected = []
    for entry in catalog.entries.values():
        for claim in entry.claims:
            releases = catalog.packages[entry.package].package.releases
            spoken = [release.version for release in releases if claim.expectation(release.version) is not None]
            if claim.ends_only:
                spoken = list(dict.fromkeys([spoken[0], spoken[-1]]))
            expected += [f"{entry.id} {claim.id} {version}" for version in spoken]
    assert keys(tasks) == expected


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(["anthropic/missing-api-key"], "broken", "2.12.0"), ["anthropic/missing-api-key broken 2.12.0"]),
        (Selection(["anthropic/missing-api-key"], "nothing"), []),
        (Selection(["anthropic/missing-api-key"], release="9"), []),
        (Selection(["no/such"]), []),
    ],
)
def test_a_selection(catalog: Catalog, selection: Selection, expected: list[str]) -> None:
    assert keys(plan_tasks(catalog, selection)) == expected


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7])
def test_shards_are_whole_records_and_together_everything_once(catalog: Catalog, count: int) -> None:
    tasks = plan_tasks(catalog, Selection())
    shards = [take_shard(tasks, Shard(index, count)) for index in range(1, count + 1)]
    assert Counter(key for shard in shards for key in keys(shard)) == Counter(keys(tasks))
    owners = [{task.entry.id for task in shard} for shard in shards]
    assert sum(map(len, owners)) == len(set().union(*owners))
    largest = max(Counter(task.entry.id for task in tasks).values())
    assert max(map(len, shards)) - min(map(len, shards)) <= largest
    assert take_shard(tasks, Shard(1, count)) == shards[0]


def test_more_shards_than_records_leaves_some_empty(catalog: Catalog) -> None:
    assert take_shard(plan_tasks(catalog, Selection(["click/no-such-option"])), Shard(2, 2)) == []


def test_what_sent_many_requests_comes_first(catalog: Catalog) -> None:
    tasks = order_tasks(plan_tasks(catalog, Selection()))
    assert Counter(keys(tasks)) == Counter(keys(plan_tasks(catalog, Selection())))
    sent = []
    for task in tasks:
        assert task.entry.evidence
        # Of a new record, what this machine has no interpreter for was never run.
        seen = task.entry.evidence.claims[task.claim.id].get(task.release.version)
        sent.append(len(seen.requests) if seen is not None else 0)
    assert sent == sorted(sent, reverse=True)
    assert sent[0] > 1
