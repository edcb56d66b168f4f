"""Commands at a terminal, as a person has them: they ask, one types, and Ctrl-C reaches them."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

TAKE_TERMINAL = "import os, sys; os.close(os.open(os.ttyname(0), os.O_RDWR)); os.execvp(sys.argv[1], sys.argv[1:])"
"""A process that leads its session has for its terminal the first that it opens: then Ctrl-C reaches it."""
PROMPT = re.compile(r"^(?!\s).*: $")


class Terminal:
    """A command at a terminal, and all that it has shown."""

    def __init__(self, end: int) -> None:
        self._end = end
        self.shown = ""

    def read_to_prompt(self, seconds: float = 60) -> bool:
        """Read until it asks for something; False at its end."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if select.select([self._end], [], [], 0.2)[0]:
                try:
                    self.shown += os.read(self._end, 65536).decode(errors="replace").replace("\r\n", "\n")
                except OSError:  # the other end was closed
                    return False
            elif PROMPT.search(self.shown.rpartition("\n")[2]):
                return True
        raise AssertionError(f"it neither asks nor ends:\n{self.shown}")

    def type(self, text: str) -> None:
        """Type a text as it is."""
        os.write(self._end, text.encode())


@contextmanager
def open_terminal(command: Sequence[str], folder: Path) -> Iterator[tuple[Terminal, subprocess.Popen[bytes]]]:
    """Run a command in a folder, at a terminal of its own; it is killed in the end."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", TAKE_TERMINAL, *command],
        stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, start_new_session=True, close_fds=True,
        env={"PATH": os.environ["PATH"], "TERM": "dumb", "COLUMNS": "120", "HOME": os.environ.get("HOME", "/")},
    ) as process:  # fmt: skip
        os.close(theirs)
        try:
            yield Terminal(ours), process
        finally:
            process.kill()
    os.close(ours)


def converse(terminal: Terminal, answers: Sequence[str]) -> None:
    """Type each answer when something is asked."""
    for answer in answers:
        assert terminal.read_to_prompt(), terminal.shown
        terminal.type(f"{answer}\n")
