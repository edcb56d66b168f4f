"""From the features of a text to ranked records, each with a confidence and the reason in one line."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, TypedDict

from errorkb.match.features import Features, read_features
from errorkb.match.fitting import Part, find_parts
from errorkb.match.lookup import INNER, Lookup, weigh
from errorkb.match.rules import CONFIDENCE, RULES, WEIGHTS
from errorkb.match.seeing import Seen, class_level, find_candidates, last_part, package_hint, see


class Result(TypedDict):
    """One answer. ``record`` is a record's id or, in an answer to a name, the address of a page written by hand.

    ``score`` is from 0 to 1, rounded to 9 places; ``tier`` is ``this``, ``perhaps`` or ``none``; ``rank`` orders the
    answers. ``why`` is one line.
    """

    record: str
    score: float
    tier: str
    rank: float
    why: str


@dataclass
class Judged:
    """A record with all that speaks for it. ``level`` is how surely its class was raised, ``name`` as it was named."""

    wording: Part
    inner: Part
    guessed: Part
    level: float
    name: str
    inner_level: float
    package: float


def find_by_text(lookup: Lookup, text: str) -> list[Result]:
    """Rank the records for a pasted text, best first; ties by id. At most as many as are shown."""
    return rank_features(lookup, read_features(text))


def rank_features(lookup: Lookup, features: Features) -> list[Result]:
    """Rank the records for the features of a text."""
    seen = see(features)
    results = [_judge(lookup, seen, number) for number in find_candidates(lookup, seen)]
    results = [result for result in results if result["rank"] > 0.0]
    results.sort(key=lambda result: (-result["rank"], result["record"]))
    return settle(results[: RULES["limits"]["shown"]])


def settle(results: list[Result]) -> list[Result]:
    """Bring ranks and scores into line: none is surer than the one before it, and what ties is told from nothing."""
    for number, result in enumerate(results):
        if number > 0:
            result["score"] = min(result["score"], results[number - 1]["score"])
        elif len(results) > 1 and results[1]["rank"] >= CONFIDENCE["close"] * result["rank"]:
            result["score"] = min(result["score"], CONFIDENCE["untold"])
        result["tier"] = tier(result["score"])
    return results


def tier(score: float) -> str:
    """What a score means: ``this`` page, ``perhaps``, or ``none``."""
    if score >= RULES["tiers"]["this"]:
        return "this"
    return "perhaps" if score >= RULES["tiers"]["perhaps"] else "none"


def round_score(value: float) -> float:
    """Round to 9 places, halves up: the same in every language."""
    return math.floor(value * 1e9 + 0.5) / 1e9


def _judge(lookup: Lookup, seen: Seen, number: int) -> Result:
    kinds = find_parts(lookup, number, seen)
    record = lookup.index["records"][number]
    package = package_hint(lookup, record, seen)
    level, name = class_level(record.get("classes", []), seen, package)
    inner_level, _ = class_level(record.get("inner_classes", []), seen, package)
    wording, inner, guessed = (kinds.get(kind, Part()) for kind in ("wordings", INNER, "guessed"))
    judged = Judged(wording, inner, guessed, level, name, inner_level, package)
    score = min(1.0, max(0.0, _confidence(lookup, record, seen, judged)))
    rank = round_score(_rank(lookup, record, seen, judged))
    return {"record": record["id"], "score": round_score(score), "tier": "", "rank": rank, "why": _why(record, judged)}


def _rank(lookup: Lookup, record: dict[str, Any], seen: Seen, judged: Judged) -> float:
    rank: float = max(judged.wording.value, judged.guessed.value) + WEIGHTS["inner"] * judged.inner.value
    if judged.name:
        rank += judged.level * lookup.weigh_class(last_part(judged.name))
        rank += WEIGHTS["last"] if judged.name == seen.features["last"] else 0.0
    rank += float(WEIGHTS["package"]) * judged.package
    if seen.raised and not _is_named(record, seen, judged):
        rank *= WEIGHTS["not_raised"]
    if record.get("where") == "group":
        rank *= WEIGHTS["grouped" if seen.grouped else "ungrouped"]
    return rank


def _is_named(record: dict[str, Any], seen: Seen, judged: Judged) -> bool:
    """Whether the text names a class of the record; of one that has none, whether its wording is all there."""
    classes = [*record.get("classes", []), *record.get("inner_classes", [])]
    return any(last_part(name) in seen.names for name in classes) if classes else judged.wording.whole


def _confidence(lookup: Lookup, record: dict[str, Any], seen: Seen, judged: Judged) -> float:
    """How sure it is that this is the record; by its wording, its class, its package; less what speaks against it."""
    enough = CONFIDENCE["enough"] * weigh(len(lookup.index["records"]), 1)
    best = judged.wording if judged.wording.value >= judged.guessed.value else judged.guessed
    if "inner" in record and judged.inner.value > best.value:
        best = judged.inner
    own = CONFIDENCE["wording" if "classes" in record else "unclassed"]
    sure: float = own * best.sure * min(1.0, best.grounds / enough)
    sure += CONFIDENCE["class"] * judged.level + CONFIDENCE["package"] * judged.package
    level = max(judged.level, judged.inner_level)
    if level < RULES["levels"]["raise"] and "classes" in record and seen.raised:
        sure -= CONFIDENCE["other_class" if level > 0.0 else "no_class"]
    if judged.package == 0.0 and seen.features["paths"] and lookup.index["packages"][record["package"]]["modules"]:
        sure -= CONFIDENCE["other_package"]
    if not _is_told(record, seen, judged):
        sure = min(sure, CONFIDENCE["untold"])
    return sure


def _is_told(record: dict[str, Any], seen: Seen, judged: Judged) -> bool:
    """Whether what tells the record from others was seen: its own wording; where a cause or a group tells it, that."""
    if "wordings" not in record or judged.guessed.value > judged.wording.value:
        return False
    if record.get("where") == "group" and not seen.grouped:
        return False
    alone = judged.level < CONFIDENCE["named"] and judged.package == 0.0
    if not judged.wording.whole:
        return False
    if alone and "classes" in record and (judged.wording.few or not judged.wording.full):
        return False
    return "inner" not in record or (judged.inner.fit >= 0.5 and judged.wording.fit >= 0.5)


def _why(record: dict[str, Any], judged: Judged) -> str:
    """Say in one line what speaks for the record."""
    said = []
    if judged.name:
        said.append(f"{'raised' if judged.level >= RULES['levels']['raise'] else 'names'} {judged.name}")
    part = judged.wording if judged.wording.value >= judged.guessed.value else judged.guessed
    if part.words:
        said.append(f"{_share(part)} of its message")
    if judged.inner.words:
        said.append(f"{_share(judged.inner)} of its cause's message")
    if judged.package == 1.0:
        said.append(f"frames in {record['package']}")
    return ", and ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)


def _share(part: Part) -> str:
    """Say how many of a wording's words were found."""
    if part.words < part.of:
        return f"{part.words} of {part.of} words"
    return f"all {part.of} words" if part.of > 1 else "the one word"
