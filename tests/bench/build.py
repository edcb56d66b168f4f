"""A build of the site against plain MkDocs with Material on the same content as Markdown."""

import compileall
import shutil
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from bench.evidence import write_evidence
from bench.measure import Cost, Measurement, Setting, median, run_python
from bench.plain import write_plain
from bench.records import write_records
from errorkb.paths import ROOT

BOUND = 0.5
PLAIN, GENERATE, LINKS = "plain MkDocs", "lint, generate", "check_links"
COPIED = ("scripts", "templates")
LINKED = (".venv", "requirements.txt", "mkdocs.yml")
MKDOCS = ("-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", "build/site")


def measure_build(setting: Setting) -> Measurement:
    """Lint, generate into an empty folder and ``mkdocs build`` together, against plain MkDocs; the link check apart.

    The command that generates lints first, and refuses what it finds: as in ``make site``, nothing is read twice.
    """
    ours, plain = setting.folder / "ours", setting.folder / "plain"
    make_project(ours, setting)
    write_plain(write_evidence(ours / "errors", setting.seed), plain)
    costs: dict[str, list[Cost]] = defaultdict(list)
    for _ in range(setting.rounds):
        for name, step in STEPS.items():
            costs[name].append(step(plain if name == PLAIN else ours))
    medians = {name: median(found) for name, found in costs.items()}
    total = sum((medians[name] for name in OURS), Cost())
    ratio = total.cpu / medians[PLAIN].cpu
    lines = (*_table(medians, total), f"on the clock: {total.wall / medians[PLAIN].wall:.2f}", *_sizes(ours, plain))
    return Measurement(f"build of {setting.records:,} records against {PLAIN}", ratio, BOUND, lines)


def make_project(root: Path, setting: Setting) -> None:
    """Make a project with synthetic records: the commands find everything from where their own files lie."""
    write_records(root / "errors", setting.records, setting.seed)
    for name in COPIED:
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in LINKED:
        (root / name).symlink_to(ROOT / name)
    compileall.compile_dir(root / "scripts", quiet=1)
    run_python(root, "scripts/generate.py", "--schema")


def _build_plain(root: Path) -> Cost:
    shutil.rmtree(root / "build", ignore_errors=True)
    return run_python(root, *MKDOCS)


def _generate(root: Path) -> Cost:
    shutil.rmtree(root / "build", ignore_errors=True)
    return run_python(root, "scripts/generate.py")


# In the order of a round: the two builds take turns, so that a busy moment of the machine meets both.
STEPS: dict[str, Callable[[Path], Cost]] = {
    PLAIN: _build_plain,
    GENERATE: _generate,
    "mkdocs build": lambda root: run_python(root, *MKDOCS),
    LINKS: lambda root: run_python(root, "scripts/check_links.py", "build/site"),
}
OURS = (GENERATE, "mkdocs build")


def _table(medians: dict[str, Cost], total: Cost) -> list[str]:
    rows = {PLAIN: medians[PLAIN], **{name: medians[name] for name in OURS}, "together": total, LINKS: medians[LINKS]}
    apart = {LINKS: "  (not counted)"}
    head = f"{'':16}{'CPU s':>8}{'clock s':>9}"
    return [head, *(f"{name:16}{cost.cpu:8.2f}{cost.wall:9.2f}{apart.get(name, '')}" for name, cost in rows.items())]


def _sizes(ours: Path, plain: Path) -> list[str]:
    """What both were made from, so that one sees whether it is the same content."""
    sizes = {
        "YAML": _mean(ours / "errors", "*/*-[0-9]*.yaml"),
        "evidence": _mean(ours / "errors", "*/*.evidence.json"),
        "our page's source": _mean(ours / "build/docs", "*/*-[0-9]*.md"),
        "Markdown": _mean(plain / "docs", "*/*-[0-9]*.md"),
    }
    return ["bytes per record: " + ", ".join(f"{name} {size:,.0f}" for name, size in sizes.items())]


def _mean(folder: Path, pattern: str) -> float:
    sizes = [path.stat().st_size for path in folder.glob(pattern)]
    return sum(sizes) / len(sizes)
