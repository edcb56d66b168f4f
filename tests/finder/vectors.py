"""What every language must answer: ``python -m finder.vectors`` computes it again, in ``tests/match/vectors``.

``index.json`` is a small index, without rules. In every other file each case has a ``text``, and what comes of it:
``features`` and the ``answer``, or ``redacted`` and ``taken``. A new case needs its text alone.
"""

import json
from pathlib import Path
from typing import Any

from errorkb.match.features import read_features
from errorkb.match.finding import find
from errorkb.match.lookup import Lookup, prepare_index
from errorkb.match.rules import RULES
from errorkb.paths import ROOT
from errorkb.redaction import redact

VECTORS = ROOT / "tests" / "match" / "vectors"


def read_lookup() -> Lookup:
    """The small index, made ready."""
    return prepare_index({**json.loads((VECTORS / "index.json").read_text(encoding="utf-8")), "rules": RULES})


def list_files() -> list[Path]:
    """The files of cases."""
    return [path for path in sorted(VECTORS.glob("*.json")) if path.name != "index.json"]


def compute_case(name: str, text: str, lookup: Lookup) -> dict[str, Any]:
    """What must come of a text."""
    if name == "redaction":
        redacted, taken = redact(text)
        return {"text": text, "redacted": redacted, "taken": taken}
    return {"text": text, "features": read_features(text), "answer": find(lookup, text)}


def write_vectors() -> None:
    """Compute every case again."""
    lookup = read_lookup()
    for path in list_files():
        cases = [compute_case(path.stem, case["text"], lookup) for case in json.loads(path.read_text(encoding="utf-8"))]
        path.write_text(json.dumps(cases, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_vectors()
