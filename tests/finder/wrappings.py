"""The ways in which a captured error reaches the finder."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from errorkb.catalog import Catalog, Entry
from errorkb.evidence import Observation
from errorkb.match.index import SHOWS, find_messages
from errorkb.wording import match_wording, parse_wording

HEADER = "Traceback (most recent call last):"
CHAINED = "\n\nDuring handling of the above exception, another exception occurred:\n\n"
OUTER = f'{HEADER}\n  File "/srv/shop/jobs.py", line 31, in run\n    raise JobStopped(job) from None\nshop.jobs.JobStopped: job 7'


@dataclass(frozen=True)
class Captured:
    """One captured text of a record: all of it, the line that names the class and what follows, the message alone."""

    record: str
    text: str
    line: str
    message: str

    @property
    def name(self) -> str:
        """The class as it was printed; empty for a program that explains itself."""
        return self.line.removesuffix(self.message).rstrip(": ")


def read_captured(catalog: Catalog) -> Iterator[Captured]:
    """Every distinct text that shows a record's symptom, of all claims and releases."""
    for entry in catalog.entries.values():
        found = {}
        for claim, releases in (entry.evidence.claims if entry.evidence else {}).items():
            for observation in releases.values() if SHOWS.fullmatch(claim) else ():
                captured = _read_one(entry, observation)
                if captured is not None:
                    found[captured] = None
        yield from found


def _read_one(entry: Entry, seen: Observation) -> Captured | None:
    wordings = [parse_wording(wording.text) for wording in entry.record.message or ()]
    messages = [
        text for text in find_messages(entry.record, seen) if any(match_wording(w, text) is not None for w in wordings)
    ]
    text = seen.traceback or seen.stderr.strip()
    if not messages or not text or not seen.holds:
        return None
    message = messages[0].strip()
    if entry.record.logs is not None:
        text = f"{message}\n{text}"
    at = text.find(message)
    if at < 0:
        return None
    start = text.rfind("\n", 0, at) + 1
    return Captured(entry.id, text, text[start : at + len(message)], message)


def _windows(captured: Captured) -> str:
    text = captured.text.replace("/usr/local/lib/python3", "C:/Users/me/AppData/Local/Programs/Python/Python3")
    lines = [line.replace("/", "\\") if line.startswith("  File") else line for line in text.split("\n")]
    return "\r\n".join(lines)


def _pytest(captured: Captured) -> str:
    lines = "\n".join(f"E   {line}" for line in captured.line.split("\n"))
    first = captured.line.split("\n")[0]
    return (
        f"{'_' * 20} test_run {'_' * 20}\n\n    def test_run():\n>       run()\n\ntests/test_app.py:7:\n"
        f"{lines}\n\napp.py:12: {captured.name}\n{'=' * 9} short test summary info {'=' * 9}\n"
        f"FAILED tests/test_app.py::test_run - {first[:70]}\n{'=' * 9} 1 failed in 0.31s {'=' * 9}"
    )


def _ipython(captured: Captured) -> str:
    bare = captured.name.rsplit(".", 1)[-1]
    return (
        f"\x1b[0;31m{'-' * 75}\x1b[0m\n\x1b[0;31m{bare}\x1b[0m{' ' * 20}Traceback (most recent call last)\n"
        "Cell \x1b[0;32mIn[4], line 2\x1b[0m\n\x1b[1;32m      1\x1b[0m data \x1b[38;5;241m=\x1b[39m load()\n"
        f"\x1b[0;32m----> 2\x1b[0m run(data)\n\n\x1b[0;31m{bare}\x1b[0m: {captured.message}"
    )


def _rich(captured: Captured) -> str:
    inside = [line[:96] for line in captured.text.split("\n")[1:-1]]
    box = "\n".join(f"│ {line:96} │" for line in inside)
    bare = captured.name.rsplit(".", 1)[-1]
    return f"╭{'─' * 30} Traceback (most recent call last) {'─' * 30}╮\n{box}\n╰{'─' * 98}╯\n{bare}: {captured.message}"


def _columns(captured: Captured) -> str:
    lines = [line[at : at + 80] for line in captured.text.split("\n") for at in range(0, max(len(line), 1), 80)]
    return "\n".join(lines)


WRAPPINGS: dict[str, Callable[[Captured], str]] = {
    "plain": lambda captured: captured.text,
    "Windows paths": _windows,
    "pytest": _pytest,
    "IPython with colours": _ipython,
    "docker prefix": lambda captured: "\n".join(f"web-1  | {line}" for line in captured.text.split("\n")),
    "JSON log": lambda captured: json.dumps({"level": "error", "logger": "app", "exc_info": captured.text}),
    "rich box": _rich,
    "chained outer": lambda captured: captured.text + CHAINED + OUTER,
    "last line only": lambda captured: captured.line,
    "message only": lambda captured: captured.message,
    "last 5 lines": lambda captured: "\n".join(captured.text.split("\n")[-5:]),
    "wrapped at 80 columns": _columns,
}
