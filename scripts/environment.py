"""Put a command into the project's environment, whichever Python started it.

Read by whatever ``python`` a person has: the standard library only, and syntax as old as Python 3.6. The same holds
for a command's file as a whole, since all of it is parsed before its first lines run, which are ``import environment``
and ``environment.enter()``.
"""

import os
import shlex
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
LOCK = "requirements.txt"


def enter() -> None:
    """Run this command again in ``.venv`` if it is not running there; return if it is.

    Exits with 2 and one line if there is no such environment, or if it was not made from this ``requirements.txt``.
    """
    if not _is_current():
        make = f"make -C {shlex.quote(str(ROOT))} environment"
        sys.stderr.write(f"The project's environment is missing or out of date: run `{make}`\n")
        sys.exit(2)
    if Path(sys.prefix).resolve() != ENVIRONMENT.resolve():
        python = str(ENVIRONMENT / "bin" / "python")
        sys.stdout.flush()
        os.execv(python, [python, *sys.argv])


def _is_current() -> bool:
    """Say whether ``.venv`` is a virtual environment that was finished, with this lock.

    A copy of the lock is put into ``.venv`` when everything in it is installed (``environment.sh``). Without
    ``pyvenv.cfg`` the interpreter in it would not know that it is in an environment, and would start itself forever.
    """
    parts = (ENVIRONMENT / "pyvenv.cfg", ENVIRONMENT / "bin" / "python")
    try:
        return all(part.exists() for part in parts) and (ENVIRONMENT / LOCK).read_bytes() == (ROOT / LOCK).read_bytes()
    except OSError:
        return False
