"""What verifying costs: the sandbox around one run, finding nothing to do, and what a second job saves."""

import asyncio
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.build import make_project
from bench.evidence import write_evidence
from bench.measure import Measurement, Setting, median, run_python
from errorkb.catalog import load
from errorkb.model.server import Answer, Rule, StubHost
from errorkb.paths import BUILD, ERRORS, ROOT
from errorkb.verify.certificates import Authority
from errorkb.verify.environments import prepare_environment
from errorkb.verify.pool import Pool
from errorkb.verify.runs import Run
from errorkb.verify.stubs import StubInternet
from errorkb.verify.worlds import find_interpreters

SANDBOX_BOUND, IDLE_BOUND, JOBS_BOUND = 1.10, 1.0, 1 / 1.4
RUNS = 30
HOST = "api.example.com"
APP = "import sys\n\nimport requests\n\nprint(requests.get(sys.argv[1]).json())\n"
STUB = StubHost(tls="valid", rules=[(Rule(request="GET /x", answer="a"), Answer(body={"hello": "there"}))])
LOAD_TWICE = (
    "import gc, pathlib, sys; gc.disable(); sys.path.insert(0, 'scripts'); from errorkb.catalog import load; "
    "load(pathlib.Path('errors')); load(pathlib.Path('errors'))"
)
VERIFIED = ("requests/missing-schema", "python/none-subscript")


def measure_sandbox(setting: Setting) -> Measurement:
    """The same program, which calls a stub with requests: in the sandbox, and bare. In turns; medians of the clock."""
    catalog = load(ERRORS)
    home = catalog.packages["requests"]
    release = home.package.releases[0]
    interpreters = find_interpreters(catalog)
    environments = BUILD / "environments"
    environment = prepare_environment(
        home.locks[release.version], interpreters[release.python], release.as_of, environments
    )
    assert isinstance(environment, str), environment
    setting.folder.mkdir()
    (setting.folder / "app.py").write_text(APP)
    arguments = ["app.py", f"http://{HOST}/x"]
    run = Run(key="k", arguments=arguments, files={"app.py": APP}, env={}, python=release.python,
              environment=environment, hosts={HOST: STUB})  # fmt: skip
    with Pool(1, interpreters, environments) as pool, serve() as address:
        bare = [str(environments / environment / "bin/python"), "app.py", address]
        works = (lambda: list(pool.run_all([run])), lambda: run_bare(bare, setting.folder))
        inside, outside = take_turns(*works, RUNS * setting.rounds)
    lines = (f"in the sandbox {inside * 1000:.0f} ms, bare {outside * 1000:.0f} ms",)
    return Measurement("a sandboxed call of requests against the same run bare", inside / outside, SANDBOX_BOUND, lines)


def take_turns(first: Callable[[], object], second: Callable[[], object], times: int) -> tuple[float, float]:
    """The median seconds of each over so many times, after a first one that does not count."""
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(times + 1):
        for kept, work in zip(taken, (first, second), strict=True):
            start = time.perf_counter()
            work()
            if number:
                kept.append(time.perf_counter() - start)
    return statistics.median(taken[0]), statistics.median(taken[1])


def run_bare(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True)
    assert done.stdout == b"{'hello': 'there'}\n", done.stdout


@contextmanager
def serve() -> Iterator[str]:
    """The stub on a port of this machine, in a thread of its own; yields the address."""
    with asyncio.Runner() as runner:
        ended = threading.Event()
        ready = threading.Event()

        async def listen() -> None:
            async with StubInternet({"127.0.0.1": STUB}, Authority(), http_port=48080, https_port=48443):
                ready.set()
                await asyncio.to_thread(ended.wait)

        thread = threading.Thread(target=runner.run, args=(listen(),), daemon=True)
        thread.start()
        assert ready.wait(10), "the stub does not listen"
        try:
            yield "http://127.0.0.1:48080/x"
        finally:
            ended.set()
            thread.join()


def measure_idle(setting: Setting) -> Measurement:
    """``verify --stale`` where all evidence is current, against loading the records twice."""
    make_project(setting.folder, setting)
    write_evidence(setting.folder / "errors", setting.seed)
    idle, twice = [], []
    for _ in range(setting.rounds):
        idle.append(run_python(setting.folder, "scripts/verify.py", "--stale"))
        twice.append(run_python(setting.folder, "-c", LOAD_TWICE))
    one, other = median(idle), median(twice)
    lines = (f"nothing to do {one.cpu:.2f} s, loading twice {other.cpu:.2f} s of the processor",)
    title = f"finding nothing to do in {setting.records:,} records against loading them twice"
    return Measurement(title, one.cpu / other.cpu, IDLE_BOUND, lines)


def measure_jobs(setting: Setting) -> Measurement:
    """Two real records run again by two jobs, against one. On the clock, so it wants a quiet machine with two cores."""
    costs = {
        jobs: median(
            [run_python(ROOT, "scripts/verify.py", *VERIFIED, "--check", "--jobs", jobs) for _ in range(setting.rounds)]
        )
        for jobs in ("1", "2")
    }
    lines = tuple(f"{jobs} job{'s' * (jobs != '1')}: {cost.wall:.1f} s on the clock" for jobs, cost in costs.items())
    return Measurement("two jobs against one", costs["2"].wall / costs["1"].wall, round(JOBS_BOUND, 3), lines)
