"""Run the tasks, observe, judge."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from errorkb.catalog import Catalog
from errorkb.evidence import Observation, Observed, ResolvedName
from errorkb.verify.judge import claimed_names, judge
from errorkb.verify.names import parse_resolved, plan_resolving
from errorkb.verify.observe import find_disagreements, observe
from errorkb.verify.plan import OBSERVED, PRISTINE, Task, World, plan_runs
from errorkb.verify.pool import Pool
from errorkb.verify.runs import Run, RunResult
from errorkb.verify.services import describe_lack
from errorkb.verify.worlds import Prepared

Names = Mapping[World, Mapping[str, ResolvedName]]


def verify_tasks(
    catalog: Catalog, tasks: Sequence[Task], worlds: Mapping[World, Prepared], pool: Pool, date: str
) -> Iterator[tuple[Task, Observation]]:
    """Run every task and yield it with its judged observation, as they come.

    Tasks whose world is not in ``worlds`` are passed over: their interpreter is missing. What needs a server that is
    not installed is yielded as ``not-runnable``.
    """
    runnable = []
    for task in tasks:
        prepared = worlds.get(task.world)
        if prepared is None:
            continue
        lack = describe_lack(task.claim.program.services)
        if prepared.environment is None:
            yield task, _not_run(catalog, task, "cannot-install", prepared.reason, date)
        elif lack is not None:
            yield task, _not_run(catalog, task, "not-runnable", lack, date)
        else:
            runnable.append(task)
    names = _resolve_names(runnable, worlds, pool)
    yield from _run_tasks(catalog, runnable, worlds, names, pool, date)


def _run_tasks(
    catalog: Catalog, tasks: Sequence[Task], worlds: Mapping[World, Prepared], names: Names, pool: Pool, date: str
) -> Iterator[tuple[Task, Observation]]:
    runs: list[Run] = []
    waiting: dict[str, tuple[Task, int]] = {}
    for task in tasks:
        planned = plan_runs(task, worlds[task.world].environment or "", catalog.hosts(task.claim) or {})
        waiting[task.key] = (task, len(planned))
        runs += planned
    results: dict[str, dict[str, RunResult]] = defaultdict(dict)
    for result in pool.run_all(runs):
        key, _, kind = result.key.rpartition(" ")
        results[key][kind] = result
        task, count = waiting[key]
        if len(results[key]) == count:
            yield task, _judge_results(catalog, task, results.pop(key), names[task.world], date)


def _judge_results(
    catalog: Catalog, task: Task, results: Mapping[str, RunResult], names: Mapping[str, ResolvedName], date: str
) -> Observation:
    pristine, observed = results[PRISTINE], results.get(OBSERVED)
    used = {name: names[name] for name in claimed_names(task.expectation)}
    digest = catalog.digest(task.entry, task.claim, task.release) or ""
    seen = observe(pristine, observed, used, date, digest)
    verdict = judge(task.expectation, task.claim.program, seen, catalog.packages[task.entry.package].modules)
    differing = find_disagreements(pristine, observed) if observed is not None else []
    if differing:
        verdict = (*(() if isinstance(verdict, str) else verdict), *differing)
    return seen.model_copy(update={"verdict": verdict})


def _resolve_names(tasks: Sequence[Task], worlds: Mapping[World, Prepared], pool: Pool) -> Names:
    wanted: dict[World, set[str]] = defaultdict(set)
    pythons = {task.world: task.release.python for task in tasks}
    for task in tasks:
        wanted[task.world].update(claimed_names(task.expectation))
    keys = {str(number): world for number, world in enumerate(wanted)}
    runs = [
        plan_resolving(key, sorted(wanted[world]), pythons[world], worlds[world].environment or "")
        for key, world in keys.items()
    ]
    return {keys[result.key]: parse_resolved(result) for result in pool.run_all(runs)}


def _not_run(catalog: Catalog, task: Task, observed: Observed, reason: str | None, date: str) -> Observation:
    digest = catalog.digest(task.entry, task.claim, task.release) or ""
    seen = Observation(
        date=date,
        python=task.release.python,
        isolation="none",
        digest=digest,
        observed=observed,
        reason=reason,
    )
    return seen.model_copy(update={"verdict": judge(task.expectation, task.claim.program, seen, ())})
