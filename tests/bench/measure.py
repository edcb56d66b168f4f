"""What a measurement returns, and how processes are timed."""

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Setting:
    """What a run is told. ``folder`` is an empty one, to be filled."""

    seed: int
    records: int
    rounds: int
    folder: Path


@dataclass(frozen=True)
class Cost:
    """Seconds: of the processor, user and system together, and of the clock."""

    cpu: float = 0
    wall: float = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.cpu + other.cpu, self.wall + other.wall)


@dataclass(frozen=True)
class Measurement:
    """A ratio, what it is of, the most that it may be; ``lines`` show what it was made from."""

    title: str
    ratio: float
    bound: float
    lines: tuple[str, ...]

    @property
    def missed(self) -> bool:
        """Whether the ratio is above its bound."""
        return self.ratio > self.bound

    @property
    def verdict(self) -> str:
        """The line that says it: ``build of 1,000 records: 0.41 of plain MkDocs (at most 0.5)``."""
        what, _, of = self.title.partition(" against ")
        return f"{what}: {self.ratio:.2f} of {of} (at most {self.bound}{'; MISSED' * self.missed})"


def run_python(folder: Path, *arguments: str) -> Cost:
    """Run this Python in a folder and return what it cost; ends the bench with its output if it fails."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    result = subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if result.returncode:
        sys.exit(f"{' '.join(arguments)} failed:\n{(result.stdout + result.stderr)[-2000:]}")
    return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall)


def median(costs: Sequence[Cost]) -> Cost:
    """The middle of the processor's seconds, and of the clock's."""
    return Cost(statistics.median(cost.cpu for cost in costs), statistics.median(cost.wall for cost in costs))
