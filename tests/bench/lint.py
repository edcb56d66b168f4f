"""Lint of as many records again as the first: whether it slows down faster than their number grows."""

from collections import defaultdict
from dataclasses import replace

from bench.build import make_project
from bench.evidence import write_evidence
from bench.measure import Cost, Measurement, Setting, median, run_python

BOUND = 1.25


def measure_lint(setting: Setting) -> Measurement:
    """What as many records again add to a run, against what the first add to a run on one; the three take turns."""
    first, both = setting.records, 2 * setting.records
    folders = {count: setting.folder / f"of-{count}" for count in (1, first, both)}
    for count, folder in folders.items():
        make_project(folder, replace(setting, records=count))
        write_evidence(folder / "errors", setting.seed)
    costs: dict[int, list[Cost]] = defaultdict(list)
    for _ in range(setting.rounds):
        for count, folder in folders.items():
            costs[count].append(run_python(folder, "scripts/lint.py"))
    spent = {count: median(found).cpu for count, found in costs.items()}
    lines = ("CPU s: " + ", ".join(f"{seconds:.2f} for {count:,}" for count, seconds in spent.items()),)
    ratio = (spent[both] - spent[first]) / (spent[first] - spent[1])
    return Measurement(f"lint of {first:,} more records against the first {first:,}", ratio, BOUND, lines)
