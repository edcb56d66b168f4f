"""How well the wordings of a record were found in a text."""

from __future__ import annotations

from dataclasses import dataclass, replace

from errorkb.match.lookup import Lookup, Phrase, sum_weights
from errorkb.match.rules import CONFIDENCE, WEIGHTS
from errorkb.match.seeing import Seen


@dataclass
class Part:
    """What was found of a record's best wording of one kind.

    ``fit`` is how well words and their order were found, from 0 to 1; ``sure`` is that times the share of telling words
    that were found. ``value`` is what the words found weigh, for the rank; ``grounds``, for the confidence. ``whole``
    says that as good as no telling word is missing, ``full`` that none is; ``few``, that there is hardly one.
    """

    fit: float = 0.0
    value: float = 0.0
    words: int = 0
    of: int = 0
    sure: float = 0.0
    whole: bool = False
    full: bool = False
    grounds: float = 0.0
    few: bool = False


def find_parts(lookup: Lookup, record: int, seen: Seen) -> dict[str, Part]:
    """The best of a record's wordings of each kind."""
    parts: dict[str, Part] = {}
    first = lookup.first_phrases[record]
    phrases = lookup.phrases[first : lookup.first_phrases[record + 1]]
    telling = [sum(word in seen.words and word in lookup.telling for word in phrase.words) for phrase in phrases]
    for at, phrase in enumerate(phrases):
        found = [word for word in phrase.words if word in seen.words]
        if found:
            together = [pair for pair in phrase.pairs if pair in seen.pairs]
            part = _fit(phrase, sum_weights(lookup, found), sum_weights(lookup, together), lookup.cap)
            part.words, part.of = len(found), len(phrase.words)
            _add_telling(part, telling[at], phrase.telling)
            if phrase.template != first + at:
                of = lookup.phrases[phrase.template].telling
                said = telling[phrase.template - first]
                template = min(1.0, said / min(of, CONFIDENCE["many"])) if of > 0 else 1.0
                _weaken(part, WEIGHTS["captured"] + (1.0 - WEIGHTS["captured"]) * template)
                part.whole = part.whole and _is_whole(said, of)
                part.full = said == of
            parts[phrase.kind] = _better(parts[phrase.kind], part) if phrase.kind in parts else part
    return parts


def _fit(phrase: Phrase, words: float, pairs: float, cap: float) -> Part:
    """How much of one wording was found. Of a long one not all is needed: messages get cut."""
    cover = min(1.0, words / min(phrase.word_weight, cap))
    order = min(1.0, pairs / min(phrase.pair_weight, cap)) if phrase.pair_weight > 0.0 else cover
    fit = (cover + order) / 2.0
    value = min(words, cap) * fit + WEIGHTS["above"] * max(0.0, words - cap) * fit
    return Part(fit, value, grounds=value)


def _add_telling(part: Part, found: int, of: int) -> None:
    part.sure = part.fit * _share(found, of)
    part.whole = _is_whole(found, of)
    part.full = found == of
    part.few = of <= CONFIDENCE["few"]


def _is_whole(found: int, of: int) -> bool:
    """Whether all telling words were found; of several one may be missing, of many enough must be there."""
    return found >= min(of - (of > CONFIDENCE["short"]), CONFIDENCE["many"])


def _share(found: int, of: int) -> float:
    """The share of a wording's telling words that were found: of many some are enough, of one none is still a half."""
    return min(1.0, (found + 1.0) / (min(of, CONFIDENCE["many"]) + 1.0))


def _weaken(part: Part, by: float) -> None:
    """A captured message counts less where what its wording says is missing: the rest is what it was said of."""
    part.fit, part.value = part.fit * by, part.value * by
    part.sure, part.grounds = part.sure * by, part.grounds * by


def _better(first: Part, second: Part) -> Part:
    """Of two wordings of a record the one of which more was found; as sure as the surer of both.

    A wording with captured values holds more words, the one with placeholders fits whatever the values are.
    """
    best = first if first.value >= second.value else second
    surer = first if (first.whole, first.sure) >= (second.whole, second.sure) else second
    grounds = best.grounds if best.fit >= WEIGHTS["captured"] else surer.grounds
    full = first.full or second.full
    return replace(
        best, sure=surer.sure, whole=surer.whole, full=full, few=surer.few, grounds=max(grounds, surer.grounds)
    )
