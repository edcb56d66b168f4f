"""Run the claims of records and write down what was seen."""

import environment

environment.enter()

import signal
import sys

KEPT = "What was finished is kept; --stale runs the rest."


def stop(*_: object) -> None:
    """End by Ctrl-C: one line, whatever is under way. Leaving the pool ends its workers."""
    sys.exit(f"Interrupted. {KEPT}")


if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # a shell's background jobs ignore it
    signal.signal(signal.SIGINT, stop)

import datetime
import gc
import os
import re
from collections import Counter
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from errorkb.catalog import Catalog, load
from errorkb.paths import BUILD, ERRORS
from errorkb.problems import render_problems
from errorkb.scaffold.export import render_programs
from errorkb.scaffold.writing import write_new
from errorkb.verify.environments import PackagesUnavailable
from errorkb.verify.keeper import Keeper, Outcome
from errorkb.verify.namespace import SandboxUnavailable, check_tools
from errorkb.verify.plan import Selection, Shard, Task, order_tasks, plan_tasks
from errorkb.verify.pool import Pool, RunFailed
from errorkb.verify.relocking import relock
from errorkb.verify.verification import verify_tasks
from errorkb.verify.worlds import find_interpreters, prepare_worlds, write_missing_locks
from errorkb.verify.writing import sweep_partial_files

ENVIRONMENTS = BUILD / "environments"
console = Console(stderr=True, highlight=False, soft_wrap=True)


class ShardType(click.ParamType[Shard]):
    """``I/N``: the I-th of N parts."""

    name = "I/N"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Shard:
        """Parse it; anything else is misuse."""
        match = re.fullmatch(r"([0-9]{1,4})/([0-9]{1,4})", str(value))
        if match is None or not 1 <= int(match[1]) <= int(match[2]):
            self.fail(f"must be I/N with I from 1 to N, such as 2/4, was {value}", param, ctx)
        return Shard(int(match[1]), int(match[2]))


@click.command(help="Run the claims of the records with these IDs (package/record, or package), or of all.")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--claim", metavar="CLAIM", help="Only this claim, as findings name it: broken, cause/some-id/fixed.")
@click.option("--release", metavar="VERSION", help="Only on this release.")
@click.option("--check", is_flag=True, help="Run again and compare with the evidence; write nothing.")
@click.option("--stale", is_flag=True, help="Only what has no evidence, or was edited since.")
@click.option("--relock", "relocking", is_flag=True, help="First move each package's newest release to today's newest.")
@click.option("--shard", type=ShardType(), help="Only the I-th of N parts; together they are the whole.")
@click.option("--export", metavar="DIR", help="Write the records' programs into this folder, as files; run nothing.")
@click.option("--jobs", default=2, show_default=True, type=click.IntRange(1, 32), help="Runs at a time.")
def main(
    ids: tuple[str, ...], claim: str | None, release: str | None, check: bool, stale: bool, relocking: bool,
    shard: Shard | None, export: str | None, jobs: int,
) -> None:  # fmt: skip
    """Exit with 0 if all is as claimed (and as kept, with --check), else with 1.

    Where CI is set, exit with 1 also if a server that a claim needs is not installed.
    """
    sweep_partial_files(ERRORS)
    gc.disable()  # all that is loaded stays, and none of it is in a cycle
    catalog = load_or_refuse()
    ids = find_records(catalog, ids)
    if export is not None:
        return export_programs(catalog, ids, Path(export))
    selection = Selection(ids, claim, release, stale, shard)
    try:
        if relocking:
            for line in relock(catalog, {name.partition("/")[0] for name in ids}, today(), ERRORS):
                click.echo(line)
            catalog = load(ERRORS)
        outcome = run(catalog, plan_or_refuse(catalog, selection), check, jobs)
    except (SandboxUnavailable, PackagesUnavailable) as unavailable:
        sys.exit(f"{unavailable.reason}\n    {unavailable.mend}")
    except RunFailed as failure:
        sys.exit(f"verify could not go on: {failure}")
    except OSError as failure:
        place = f" ({failure.filename})" if failure.filename else ""
        sys.exit(f"verify could not go on: {failure.strerror}{place}\n    {KEPT}")
    click.echo(
        f"{outcome.ran} claims run, {outcome.findings} findings, {outcome.differences} differences, "
        f"{outcome.missing} without an interpreter, {outcome.unserved} without a server"
    )
    # Where CI is set, what this machine could install is not passed over.
    unserved = outcome.unserved if os.environ.get("CI") else 0
    sys.exit(1 if outcome.findings or outcome.differences or unserved else 0)


def load_or_refuse() -> Catalog:
    """Load the records; stop at problems. Evidence that cannot be read is what verify mends."""
    catalog = load(ERRORS)
    problems = [problem for problem in catalog.problems if problem.code != "evidence-unreadable"]
    if problems:
        sys.exit(render_problems(problems))
    return catalog


def find_records(catalog: Catalog, ids: tuple[str, ...]) -> tuple[str, ...]:
    """The records that the ids name; a package's id names all of its records. Exits with 2 at an unknown id."""
    unknown = sorted(set(ids) - set(catalog.entries) - set(catalog.by_package))
    if unknown:
        raise click.UsageError(
            f"no such record: {', '.join(unknown)}; write package/record, as in errors/package/record.yaml"
        )
    named = ([entry.id for entry in catalog.by_package.get(name, ())] or [name] for name in ids)
    return tuple(name for names in named for name in names)


def export_programs(catalog: Catalog, ids: tuple[str, ...], folder: Path) -> None:
    """Write each record's programs into ``folder/package/record``; exit with 2 if one is there already."""
    entries = [catalog.entries[name] for name in dict.fromkeys(ids or catalog.entries)]
    programs = {x.id: render_programs(x, catalog.packages[x.package]) for x in entries}
    files = {folder / name / path: text for name, own in programs.items() for path, text in own.items()}
    try:
        write_new(files)
    except OSError as failure:
        raise click.UsageError(f"{failure.filename}: {failure.strerror}") from None
    click.echo(f"{len(files)} files written into {folder}; each script runs the program beside it")


def plan_or_refuse(catalog: Catalog, selection: Selection) -> list[Task]:
    """Plan what is selected; a claim or release that no selected record knows is misuse."""
    tasks = plan_tasks(catalog, selection)
    if not tasks and (selection.claim or selection.release) and not selection.stale_only:
        raise click.UsageError(f"no record has {selection.claim or 'a claim'} on {selection.release or 'any release'}")
    return order_tasks(tasks)


def today() -> str:
    """The date, in UTC."""
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def run(catalog: Catalog, tasks: list[Task], check: bool, jobs: int) -> Outcome:
    """Run all tasks and keep what was seen, record by record."""
    if not tasks:
        return Outcome()
    if tasks:
        check_tools()
    interpreters = find_interpreters(catalog)
    worlds = [task.world for task in tasks]
    for failure in write_missing_locks(catalog, worlds, interpreters, ERRORS, console.print):
        console.print(f"cannot lock {failure}")
    catalog = load(ERRORS)
    prepared = prepare_worlds(catalog, worlds, interpreters, ENVIRONMENTS, console.print)
    runnable = [task for task in tasks if task.world in prepared]
    outcome = Outcome(missing=len(tasks) - len(runnable))
    for task in tasks:
        if task.world not in prepared:
            click.echo(f"not run, no interpreter: {task.key} (Python {task.release.python})")
    if not runnable:
        return outcome
    keeper = Keeper(catalog, ERRORS, check, click.echo, Counter(task.entry.id for task in runnable), outcome)
    with Pool(jobs, interpreters, ENVIRONMENTS) as pool, show_progress() as progress:
        bar = progress.add_task("running", total=len(runnable))
        for task, observation in verify_tasks(catalog, runnable, prepared, pool, today()):
            progress.advance(bar)
            if observation.observed != "not-runnable":
                console.print(f"{task.key}: {'as claimed' if observation.holds else 'NOT AS CLAIMED'}")
            keeper.take(task, observation)
    return outcome


def show_progress() -> Progress:
    """A bar with the time left, on a terminal; nothing elsewhere."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal)


if __name__ == "__main__":
    main()
