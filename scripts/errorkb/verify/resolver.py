"""Says what public names lead to. Runs inside the sandbox as a program of its own, on Python 3.8 and later.

Reads a JSON list of names from ``names.json``. Writes one JSON object per name, in order, as the last line of its
output; whatever the imported packages print goes to stderr.
"""

import importlib
import json
import os
import pathlib
import sys
import warnings

MYPY = False
if MYPY:
    from typing import Any


def _find(name: str) -> "Any":
    """Follow a dotted name as a reader would: built-in, or a module's attributes, importing submodules on the way."""
    parts = name.split(".")
    if len(parts) == 1:
        return getattr(importlib.import_module("builtins"), name)
    found = importlib.import_module(parts[0])
    for count, part in enumerate(parts[1:], 2):
        try:
            found = getattr(found, part)
        except AttributeError:
            module = ".".join(parts[:count])
            try:
                found = importlib.import_module(module)
            except ModuleNotFoundError as missing:
                if missing.name != module:
                    raise
                owner = ".".join(parts[: count - 1])
                raise AttributeError(f"{owner} has no {part!r}") from None
    return found


def _resolve(name: str) -> "dict[str, object]":
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            found, why = _find(name), None
        except BaseException as failure:
            found, why = None, f"{type(failure).__name__}: {failure}"
    is_class = isinstance(found, type)
    return {
        "name": name,
        "importable": why is None,
        "why": why,
        "real": f"{found.__module__}.{found.__qualname__}" if is_class else None,
        "bases": [f"{base.__module__}.{base.__qualname__}" for base in found.__mro__[1:]] if is_class else [],
        "warns": sorted({one.category.__name__ for one in caught}),
    }


def main() -> None:
    """Resolve the names and print what was found."""
    kept = os.dup(1)
    os.dup2(2, 1)
    names = json.loads(pathlib.Path("names.json").read_text(encoding="utf-8"))
    answers = [_resolve(name) for name in names]
    sys.stdout.flush()
    os.write(kept, json.dumps(answers).encode())


if __name__ == "__main__":
    main()
