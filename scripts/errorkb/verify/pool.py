"""Spread runs over workers. A worker that dies is replaced once; no run is waited for without end."""

from __future__ import annotations

import contextlib
import selectors
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from errorkb.verify.namespace import WorkerDied, WorkerProcess, start_worker
from errorkb.verify.runs import Interpreter, Run, RunResult

GRACE_SECONDS = 60
TRIES = 2


class RunFailed(Exception):  # noqa: N818  named for what happened
    """A run had no outcome: a worker died of it twice, or the wall could not be built. Not the snippet's doing."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key = key
        self.reason = reason


@dataclass
class _Lane:
    """A worker and what it is at: a run, how often that was tried, when it is overdue."""

    index: int
    worker: WorkerProcess
    run: Run | None = None
    tries: int = 0
    overdue: float = 0


class Pool:
    """Workers that take runs one after another. A context manager; left, no worker is left."""

    def __init__(self, jobs: int, interpreters: Mapping[str, Interpreter], environments: Path) -> None:
        self._interpreters = interpreters
        self._environments = environments
        self._lanes: list[_Lane] = []
        self._jobs = jobs

    def __enter__(self) -> Pool:
        """Start the workers. Raises ``SandboxUnavailable`` where they cannot be."""
        with contextlib.ExitStack() as stack:
            stack.callback(self._close)
            for index in range(self._jobs):
                self._lanes.append(_Lane(index, self._start(index)))
            stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def run_all(self, runs: Iterable[Run]) -> Iterator[RunResult]:
        """Yield the result of each run, as they come. Raises ``RunFailed`` for the first that has none.

        Runs are taken from the iterable one by one, when a worker is free for the next.
        """
        waiting = iter(runs)
        with selectors.DefaultSelector() as selector:
            for lane in self._lanes:
                self._begin(lane, next(waiting, None), selector)
            while selector.get_map():
                for lane in self._ready(selector):
                    result = self._take(lane, selector)
                    if result:
                        self._begin(lane, next(waiting, None), selector)
                        yield result

    def _start(self, index: int) -> WorkerProcess:
        return start_worker(index, self._interpreters, self._environments)

    def _begin(self, lane: _Lane, run: Run | None, selector: selectors.BaseSelector) -> None:
        lane.run, lane.tries = run, 1
        if run:
            self._send(lane, run, selector)

    def _send(self, lane: _Lane, run: Run, selector: selectors.BaseSelector) -> None:
        lane.overdue = time.monotonic() + run.timeout_seconds + GRACE_SECONDS
        assert lane.worker.process.stdout
        selector.register(lane.worker.process.stdout, selectors.EVENT_READ, lane)
        with contextlib.suppress(WorkerDied):  # found dead when it is read from
            lane.worker.send_run(run)

    def _ready(self, selector: selectors.BaseSelector) -> list[_Lane]:
        """Wait for replies; what is overdue is killed, which makes it readable."""
        lanes: list[_Lane] = [key.data for key in selector.get_map().values()]
        wait = min(lane.overdue for lane in lanes) - time.monotonic()
        ready = [key.data for key, _ in selector.select(max(wait, 0))]
        for lane in lanes:
            if lane not in ready and time.monotonic() > lane.overdue:
                lane.worker.process.kill()
        return ready

    def _take(self, lane: _Lane, selector: selectors.BaseSelector) -> RunResult | None:
        """Take a reply. None where the worker died and its run was given to a new one."""
        assert lane.run
        assert lane.worker.process.stdout
        selector.unregister(lane.worker.process.stdout)
        try:
            reply = lane.worker.receive()
        except WorkerDied as death:
            self._replace(lane, lane.run, str(death), selector)
            return None
        if reply.result is None:
            raise RunFailed(lane.run.key, reply.failure or "the worker replied nothing")
        return reply.result

    def _replace(self, lane: _Lane, run: Run, reason: str, selector: selectors.BaseSelector) -> None:
        lane.worker.close()
        if lane.tries == TRIES:
            self._lanes.remove(lane)
            raise RunFailed(run.key, f"its worker died {TRIES} times: {reason}")
        lane.worker = self._start(lane.index)
        lane.tries += 1
        self._send(lane, run, selector)

    def _close(self) -> None:
        for lane in self._lanes:
            lane.worker.close()
        self._lanes.clear()


def run_all(
    runs: Iterable[Run], jobs: int, interpreters: Mapping[str, Interpreter], environments: Path
) -> Iterator[RunResult]:
    """Yield the result of each run, over so many workers. Raises ``SandboxUnavailable`` or ``RunFailed``."""
    with Pool(jobs, interpreters, environments) as pool:
        yield from pool.run_all(runs)
