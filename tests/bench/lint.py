"""Lint of all records against lint of half of them: whether it slows down faster than their number grows."""

from collections import defaultdict
from dataclasses import replace

from bench.build import make_project
from bench.evidence import write_evidence
from bench.measure import Cost, Measurement, Setting, median, run_python

BOUND = 1.1


def measure_lint(setting: Setting) -> Measurement:
    """What one record costs among all, against what one costs among half as many; the two take turns."""
    counts = (max(setting.records // 2, 1), setting.records)
    folders = {count: setting.folder / f"of-{count}" for count in counts}
    for count, folder in folders.items():
        make_project(folder, replace(setting, records=count))
        write_evidence(folder / "errors", setting.seed)
    costs: dict[int, list[Cost]] = defaultdict(list)
    for _ in range(setting.rounds):
        for count, folder in folders.items():
            costs[count].append(run_python(folder, "scripts/lint.py"))
    half, whole = (median(costs[count]).cpu / count for count in counts)
    lines = (f"a record among {counts[1]:,}: {1000 * whole:.2f} ms; among {counts[0]:,}: {1000 * half:.2f} ms",)
    title = f"lint of a record among {counts[1]:,} against the same among {counts[0]:,}"
    return Measurement(title, whole / half, BOUND, lines)
