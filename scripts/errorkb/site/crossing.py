"""What was seen when the code of one program ran in the world of the other: which of two changes is the fix."""

from __future__ import annotations

from collections.abc import Mapping

from errorkb.claims import BROKEN_CODE, FIXED_CODE
from errorkb.evidence import Observation
from errorkb.site.standing import Stand

CONCLUSIONS = {
    (False, False): "Both changes are needed.",
    (False, True): "The change in the code alone is enough.",
    (True, False): "The change around the code alone is enough.",
    (True, True): "Either change alone is enough.",
}


def render_crossed(stands: Mapping[str, Stand], prefix: str = "") -> str | None:
    """Say how the two crosswise runs ended, and what follows; None where there are none, or not yet.

    ``prefix`` is that of the pair's claims: empty for the record's own, ``cause/some-id/`` for a cause's.
    """
    broken, fixed = stands.get(prefix + BROKEN_CODE), stands.get(prefix + FIXED_CODE)
    if broken is None or fixed is None or not (broken.dates and fixed.dates) or broken.edited or fixed.edited:
        return None
    seen: dict[str, list[str]] = {}
    for first, second in zip(broken.standings, fixed.standings, strict=True):
        if first.observation is not None and second.observation is not None:
            text = _describe(first.observation, second.observation)
            seen.setdefault(text, []).append(first.release.version)
    return " ".join(f"Crosswise, on {' and '.join(versions)}: {text}" for text, versions in seen.items()) or None


def _describe(broken: Observation, fixed: Observation) -> str:
    conclusion = CONCLUSIONS[broken.observed == "clean", fixed.observed == "clean"]
    ends = f"the broken code in the fixed world {_end(broken)}; the fixed code in the broken world {_end(fixed)}"
    return f"{ends}. {conclusion}"


def _end(seen: Observation) -> str:
    """How a program ended, in a few words."""
    if seen.exceptions:
        return f"raises {(seen.exception or seen.exceptions[0]).name.rpartition('.')[2]}"
    endings = {"clean": "ends without an error", "exited": f"stops with exit code {seen.exit_code}"}
    return endings.get(seen.observed, f"is ended by {seen.signal}")
