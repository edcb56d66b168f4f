"""Run the claims of records and write down what was seen."""

import environment

environment.enter()

import datetime
import sys
from collections import defaultdict

import click
from rich.console import Console
from rich.progress import Progress

from errorkb.catalog import Catalog, load
from errorkb.evidence import Observation
from errorkb.paths import BUILD, ERRORS
from errorkb.problems import render_problems
from errorkb.verify.environments import PackagesUnavailable
from errorkb.verify.keeping import compare_evidence, merge_evidence, write_evidence
from errorkb.verify.namespace import SandboxUnavailable
from errorkb.verify.plan import Task, plan_tasks
from errorkb.verify.pool import Pool, RunFailed
from errorkb.verify.verification import verify_tasks
from errorkb.verify.worlds import find_interpreters, prepare_worlds, write_missing_locks

ENVIRONMENTS = BUILD / "environments"
console = Console(stderr=True, highlight=False, soft_wrap=True)


@click.command(help="Run the claims of the records with these IDs (package/record), or of all.")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--check", is_flag=True, help="Run again and compare with the evidence; write nothing.")
@click.option("--stale", is_flag=True, help="Only what has no evidence, or was edited since.")
@click.option("--jobs", default=2, show_default=True, type=click.IntRange(1, 32), help="Runs at a time.")
def main(ids: tuple[str, ...], check: bool, stale: bool, jobs: int) -> None:
    """Exit with 0 if all is as claimed (and as kept, with --check), else with 1."""
    catalog = load_or_refuse(ids)
    try:
        observations, missing = run(catalog, plan_tasks(catalog, ids, stale), jobs)
    except SandboxUnavailable as unavailable:
        sys.exit(f"{unavailable.reason}\n{unavailable.mend}")
    except (PackagesUnavailable, RunFailed) as failure:
        sys.exit(f"verify could not go on: {failure}")
    sys.exit(report(load(ERRORS), observations, missing, check))


def load_or_refuse(ids: tuple[str, ...]) -> Catalog:
    """Load the records; stop at problems and at unknown ids."""
    catalog = load(ERRORS)
    if catalog.problems:
        sys.exit(render_problems(catalog.problems))
    unknown = sorted(set(ids) - set(catalog.entries))
    if unknown:
        raise click.UsageError(
            f"no such record: {', '.join(unknown)}; write package/record, as in errors/package/record.yaml"
        )
    return catalog


def run(
    catalog: Catalog, tasks: list[Task], jobs: int
) -> tuple[dict[str, dict[tuple[str, str], Observation]], list[str]]:
    """Run all tasks; return the observations by record, and what no interpreter was found for."""
    interpreters = find_interpreters(catalog)
    worlds = [task.world for task in tasks]
    for failure in write_missing_locks(catalog, worlds, interpreters, ERRORS, console.print):
        console.print(f"cannot lock {failure}")
    catalog = load(ERRORS)
    prepared = prepare_worlds(catalog, worlds, interpreters, ENVIRONMENTS, console.print)
    missing = [f"{task.key} (Python {task.release.python})" for task in tasks if task.world not in prepared]
    observations: dict[str, dict[tuple[str, str], Observation]] = defaultdict(dict)
    if not prepared:
        return observations, missing
    date = datetime.datetime.now(datetime.UTC).date().isoformat()
    progress = Progress(console=console, disable=not console.is_terminal)
    with Pool(jobs, interpreters, ENVIRONMENTS) as pool, progress:
        bar = progress.add_task("running", total=len(tasks) - len(missing))
        for task, observation in verify_tasks(catalog, tasks, prepared, pool, date):
            progress.advance(bar)
            observations[task.entry.id][task.claim.id, task.release.version] = observation
            mark = "as claimed" if observation.holds else "NOT AS CLAIMED"
            console.print(f"{task.key}: {mark}")
    return observations, missing


def report(
    catalog: Catalog, observations: dict[str, dict[tuple[str, str], Observation]], missing: list[str], check: bool
) -> int:
    """Write the evidence, or compare with it; print every finding and a last line that counts."""
    differences = []
    findings = 0
    for name, fresh in sorted(observations.items()):
        entry = catalog.entries[name]
        evidence = merge_evidence(catalog, entry, fresh)
        if not check:
            write_evidence(evidence, ERRORS)
        elif entry.evidence is not None:
            differences += compare_evidence(entry, entry.evidence, evidence)
        else:
            differences.append(f"{name}: there is no evidence yet")
        for (claim, version), observation in sorted(fresh.items()):
            for finding in () if isinstance(observation.verdict, str) else observation.verdict:
                findings += 1
                click.echo(
                    f"{entry.source.path}: {claim} on {version}: claimed: {finding.claimed}; seen: {finding.seen}"
                )
                click.echo(f"    Repeat this run: python scripts/verify.py {name} --check")
    for line in [*differences, *(f"not run, no interpreter: {line}" for line in missing)]:
        click.echo(line)
    ran = sum(len(fresh) for fresh in observations.values())
    click.echo(
        f"{ran} claims run, {findings} findings, {len(differences)} differences, {len(missing)} without an interpreter"
    )
    return 1 if findings or differences else 0


if __name__ == "__main__":
    main()
