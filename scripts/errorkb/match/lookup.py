"""The index made ready for questions: which wordings have a word, which records have a class, how much each weighs."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

from errorkb.match.features import split_wording, squeeze
from errorkb.match.rules import RULES, compile_pattern

INNER = "inner"


@dataclass
class Phrase:
    """One wording of a record: its distinct words and pairs, and how much they weigh together.

    ``kind`` is ``wordings``, ``inner`` (of the exception that caused it) or ``guessed`` (what others print about it).
    ``telling`` is the number of its words that are not common everywhere. ``template`` is the number of the phrase that
    a captured message fits; of others it is their own.
    """

    record: int
    kind: str
    words: list[str]
    pairs: list[str]
    template: int
    word_weight: float = 0.0
    pair_weight: float = 0.0
    telling: int = 0


@dataclass
class Lookup:
    """The index made ready. ``posted`` maps each word to the phrases that have it, by number.

    ``first_phrases`` has the number of each record's first phrase, and the number of all at its end.

    ``named`` maps the last part of a class's name to the records that have it, each with the whole name.

    ``messages`` maps each whole message, on one line, to the records that have it.
    """

    index: dict[str, Any]
    phrases: list[Phrase] = field(default_factory=list)
    first_phrases: list[int] = field(default_factory=list)
    posted: dict[str, list[int]] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)
    telling: set[str] = field(default_factory=set)
    named: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    messages: dict[str, list[int]] = field(default_factory=dict)
    vocabulary: Any = None

    @cached_property
    def ids(self) -> dict[str, int]:
        """The number of each record, by its id."""
        return {record["id"]: number for number, record in enumerate(self.index["records"])}

    def find_record(self, name: str) -> dict[str, Any]:
        """What the index knows of a record."""
        record: dict[str, Any] = self.index["records"][self.ids[name]]
        return record

    def weigh_class(self, own: str) -> float:
        """How much it tells that a class of this name was raised."""
        return weigh(len(self.index["records"]), len({number for number, _ in self.named[own]}))

    @property
    def cap(self) -> float:
        """Of a wording, no more than this weight of words is needed."""
        return float(RULES["weights"]["cap"]) * weigh(len(self.index["records"]), 1)


def prepare_index(index: dict[str, Any]) -> Lookup:
    """Make an index ready: once, when it is loaded."""
    lookup = Lookup(index)
    for number, record in enumerate(index["records"]):
        _post_names(lookup.named, record.get("classes", []), number)
        _post_messages(lookup.messages, record, number)
        lookup.first_phrases.append(len(lookup.phrases))
        for kind, captured in (("wordings", "captured"), (INNER, "inner_captured"), ("guessed", "")):
            first = len(lookup.phrases)
            for at, wording in enumerate(record.get(kind, [])):
                lookup.phrases.append(_read_phrase(number, kind, wording, first + at))
            for template, message in record.get(captured, []):
                lookup.phrases.append(_read_phrase(number, kind, message, first + template))
    lookup.first_phrases.append(len(lookup.phrases))
    _weigh(lookup)
    return lookup


def _read_phrase(record: int, kind: str, wording: str, template: int) -> Phrase:
    """Read a phrase; it is not weighed yet. What varies splits pairs."""
    words = split_wording(wording)
    pairs = [f"{first} {second}" for first, second in pairwise(words) if first and second]
    return Phrase(
        record, kind, list(dict.fromkeys(word for word in words if word)), list(dict.fromkeys(pairs)), template
    )


def _post_names(named: dict[str, list[tuple[int, str]]], names: list[str], record: int) -> None:
    for name in names:
        named.setdefault(name.rsplit(".", 1)[-1], []).append((record, name))


def _post_messages(messages: dict[str, list[int]], record: dict[str, Any], number: int) -> None:
    for text in [*record.get("wordings", []), *(text for _, text in record.get("captured", []))]:
        messages.setdefault(squeeze(text), []).append(number)


def _weigh(lookup: Lookup) -> None:
    """Weigh all words and pairs by the number of records that have them, and every phrase by its own."""
    having: dict[str, list[int]] = {}
    for number, phrase in enumerate(lookup.phrases):
        for word in phrase.words:
            lookup.posted.setdefault(word, []).append(number)
        for term in phrase.words + phrase.pairs:
            records = having.setdefault(term, [])
            if not records or records[-1] != phrase.record:
                records.append(phrase.record)
    for term, records in having.items():
        share = _share(term)
        lookup.weights[term] = weigh(len(lookup.index["records"]), len(records)) * share
        if share == 1.0:
            lookup.telling.add(term)
    for phrase in lookup.phrases:
        phrase.word_weight = sum_weights(lookup, phrase.words)
        phrase.pair_weight = sum_weights(lookup, phrase.pairs)
        phrase.telling = len([word for word in phrase.words if word in lookup.telling])


def sum_weights(lookup: Lookup, terms: list[str]) -> float:
    """What words or pairs weigh together, added one by one, so that every language comes to the same."""
    total = 0.0
    for term in terms:
        total += lookup.weights[term]
    return total


def weigh(records: int, having: int) -> float:
    """How much it tells that a text has what only some of the records have: the fewer, the more."""
    return math.log(1.0 + records / having)


def _share(term: str) -> float:
    """The part of its weight that a word has which is common everywhere; of a pair, that of its rarer word."""
    return max(_word_share(word) for word in term.split(" "))


def _word_share(word: str) -> float:
    weights = RULES["weights"]
    if word in STOP_WORDS or compile_pattern(RULES["number"]).search(word):
        return float(weights["stop"])
    return float(weights["common"]) if word in COMMON_WORDS else 1.0


STOP_WORDS = frozenset(RULES["stop_words"])
COMMON_WORDS = frozenset(RULES["common_words"])
