"""The features of a text against the classes and packages of records, and which records are worth looking at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from errorkb.match.features import Features, is_error_name
from errorkb.match.lookup import STOP_WORDS, Lookup
from errorkb.match.rules import RULES, WEIGHTS


@dataclass
class Seen:
    """The features of a text, made ready to be asked. ``names`` has the mentions of classes, by the last part.

    ``raised`` is whether the text says that an exception was raised, ``grouped`` whether it names a group of them.
    """

    features: Features
    words: set[str]
    pairs: set[str]
    names: dict[str, list[tuple[str, float]]]
    raised: bool
    grouped: bool


def see(features: Features) -> Seen:
    """Make the features of a text ready."""
    names: dict[str, list[tuple[str, float]]] = {}
    for name, level in features["classes"].items():
        names.setdefault(last_part(name), []).append((name, level))
    surely = RULES["levels"]["raised"]
    raised = any(level == surely and is_error_name(name) for name, level in features["classes"].items())
    grouped = any(name in names for name in RULES["groups"])
    return Seen(features, set(features["words"]), set(features["pairs"]), names, raised, grouped)


def find_candidates(lookup: Lookup, seen: Seen) -> list[int]:
    """The records worth looking at: those with the heaviest words and classes in common with the text; ties by id."""
    rough = [0.0] * len(lookup.phrases)
    for word in seen.features["words"]:
        if word not in STOP_WORDS:
            weight = lookup.weights.get(word, 0.0)
            for number in lookup.posted.get(word, ()):
                rough[number] += weight
    best: dict[int, float] = {}
    for number, value in enumerate(rough):
        if value > best.get(lookup.phrases[number].record, 0.0):
            best[lookup.phrases[number].record] = value
    for own, mentions in seen.names.items():
        level = max(level for _, level in mentions)
        for number in {number for number, _ in lookup.named.get(own, [])}:
            best[number] = best.get(number, 0.0) + level * lookup.weigh_class(own)
    ordered = sorted(best, key=lambda number: (-best[number], number))
    return ordered[: RULES["limits"]["candidates"]]


def package_hint(lookup: Lookup, record: dict[str, Any], seen: Seen) -> float:
    """1 if a path leads into the record's package, a half if only its name stands in the text, or for the language."""
    modules: list[str] = lookup.index["packages"][record["package"]]["modules"]
    if any(module in seen.features["paths"] for module in modules):
        return 1.0
    named = not modules or any(module.lower() in seen.words for module in modules)
    return float(WEIGHTS["word_hint"]) if named else 0.0


def class_level(classes: list[str], seen: Seen, package: float) -> tuple[float, str]:
    """How surely one of these classes was raised, and its name as the text has it."""
    best, best_name = 0.0, ""
    for full in classes:
        mentions = seen.names.get(last_part(full), [])
        for name, level in mentions:
            foreign = "." not in name and "." in full and _is_foreign(full, mentions)
            here = 0.0 if foreign else level * _likeness(name, full, package)
            if here > best or (here == best and here > 0.0 and name == seen.features["last"]):
                best, best_name = here, name
    return best, best_name


def _likeness(name: str, full: str, package: float) -> float:
    """How likely a name in a text is the class's, both ending in the same part."""
    if name == full:
        return 1.0
    if "." not in name:
        return float(WEIGHTS["bare_hinted" if package > 0.0 else "bare"])
    return float(WEIGHTS["moved"]) if name.partition(".")[0] == full.partition(".")[0] else 0.0


def _is_foreign(full: str, mentions: list[tuple[str, float]]) -> bool:
    """Whether a bare name is short for another class, of another package, that the text names in full."""
    others = [name for name, _ in mentions if "." in name]
    return bool(others) and all(_likeness(other, full, 0.0) == 0.0 for other in others)


def last_part(name: str) -> str:
    """The last part of a qualified name."""
    return name.rsplit(".", 1)[-1]
