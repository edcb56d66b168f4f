"""Measure, print what was measured, and fail if a bound is missed: ``python -m bench``, or ``make bench``."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import click

from bench.build import measure_build
from bench.finder import measure_index, measure_pasting, measure_typing
from bench.lint import measure_lint
from bench.measure import Measurement, Setting
from bench.runs import measure_idle, measure_jobs, measure_sandbox

MEASUREMENTS: dict[str, Callable[[Setting], Measurement]] = {
    "build": measure_build,
    "lint": measure_lint,
    "sandbox": measure_sandbox,
    "nothing to do": measure_idle,
    "jobs": measure_jobs,
    "typing": measure_typing,
    "pasting": measure_pasting,
    "index": measure_index,
}


@click.command(help="Measure on seeded synthetic records; fail if a ratio is above its bound.")
@click.option("--records", default=1000, show_default=True, type=click.IntRange(min=2))
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(min=1), help="Medians are taken of these.")
@click.option("--only", type=click.Choice(list(MEASUREMENTS)), multiple=True, help="Measure only this.")
@click.option("--seed", default=20260101, show_default=True)
def main(records: int, rounds: int, only: tuple[str, ...], seed: int) -> None:
    """Exit with 1 if a bound is missed."""
    click.echo(f"{records:,} synthetic records, seed {seed}, median of {rounds}")
    found = []
    for name in only or MEASUREMENTS:
        with tempfile.TemporaryDirectory(prefix="errorkb-bench-") as folder:
            click.echo(f"Measuring {name} …")
            found.append(MEASUREMENTS[name](Setting(seed, records, rounds, Path(folder) / name)))
        click.echo("\n".join(found[-1].lines))
    for measurement in found:
        click.echo(measurement.verdict)
    sys.exit(any(measurement.missed for measurement in found))


if __name__ == "__main__":
    main()
