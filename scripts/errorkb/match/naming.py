"""From a typed name, or a few words, to ranked records."""

from __future__ import annotations

from errorkb.match.features import clean_text, read_words
from errorkb.match.lookup import STOP_WORDS, Lookup
from errorkb.match.rules import RULES
from errorkb.match.scoring import Result, round_score, settle
from errorkb.match.vocabulary import NAMES, Vocabulary, read_bigrams, read_vocabulary, squash

Hits = dict[int, tuple[float, str, str]]


def find_by_name(lookup: Lookup, query: str) -> list[Result]:
    """Rank the records for a name, best first; ties by id.

    The query is taken word by word, its names whole and in parts, and as one word. A record's score is one minus the
    product of what each word leaves open, times the share of words that it has. Sure is only what was asked for by a
    name, in few words, and not by one that tells no package, such as ``TypeError``.
    """
    terms = [term for term in clean_text(query).replace("\n", " ").split(" ") if squash(term)]
    vocabulary = lookup.vocabulary = lookup.vocabulary or read_vocabulary(lookup)
    results = _rank_terms(vocabulary, _telling(terms))
    words = read_words(clean_text(query))
    if words != [term.lower() for term in terms]:
        results = _merge(results, _rank_terms(vocabulary, _telling(words)))
    if len(terms) > 1:
        whole = _rank_terms(vocabulary, ["".join(terms)])
        results = _merge(results, [{**result, "score": min(result["score"], NAMES["plain"])} for result in whole])
    results.sort(key=lambda result: (-result["rank"], result["record"]))
    return settle(results[: RULES["limits"]["shown"]])


def _telling(terms: list[str]) -> list[str]:
    """Without stop words, unless there is nothing else."""
    return [term for term in terms if term.lower() not in STOP_WORDS] or terms


def _merge(results: list[Result], others: list[Result]) -> list[Result]:
    """Of two answers for a record, the better one."""
    best = {result["record"]: result for result in results}
    for other in others:
        if other["record"] not in best or other["rank"] > best[other["record"]]["rank"]:
            best[other["record"]] = other
    return list(best.values())


def _rank_terms(vocabulary: Vocabulary, terms: list[str]) -> list[Result]:
    found: dict[int, list[tuple[float, str, str]]] = {}
    for term in terms:
        for number, hit in _find_term(vocabulary, squash(term)).items():
            found.setdefault(number, []).append(hit)
    results: list[Result] = []
    for number, hits in found.items():
        open_still = 1.0
        for value, _, _ in hits:
            open_still *= 1.0 - value
        rank = round_score((1.0 - open_still) * len(hits) / len(terms))
        named = any(place in ("qualified", "class", "former", "package", "http") for _, place, _ in hits)
        score = rank if named and len(terms) <= NAMES["most_terms"] else min(rank, NAMES["plain"])
        why = ", and ".join(dict.fromkeys(_say(place, name) for _, place, name in hits))
        results.append({"record": vocabulary.ids[number], "score": score, "tier": "", "rank": rank, "why": why})
    return results


def _find_term(vocabulary: Vocabulary, term: str) -> Hits:
    """What each record has of a term: the best of its names and its words; only if there is none, a name like it."""
    hits: Hits = {}
    fields: dict[str, float] = NAMES["fields"]
    for key, posts in vocabulary.keys.items():
        share = _share(term, key)
        if share > 0.0:
            for number, place, name in posts:
                _keep(hits, number, (fields[place] * share, place, name))
    for word, posts in vocabulary.words.items():
        starts = len(term) >= NAMES["least_part"] and word.startswith(term)
        if word == term or starts:
            for number, place, name in posts:
                value = fields[place] * (1.0 if word == term else NAMES["word_starts"])
                _keep(hits, number, (value, place, name))
    return hits or _find_typos(vocabulary, term)


def _share(term: str, key: str) -> float:
    """How much of a name a term is: all of it, its beginning, or a part."""
    if term == key:
        return 1.0
    if len(term) >= NAMES["least_start"] and key.startswith(term):
        return float(NAMES["starts"] * (0.75 + 0.25 * len(term) / len(key)))
    if len(term) >= NAMES["least_part"] and term in key:
        return float(NAMES["holds"] * (0.75 + 0.25 * len(term) / len(key)))
    return 0.0


def _find_typos(vocabulary: Vocabulary, term: str) -> Hits:
    hits: Hits = {}
    most = 0 if len(term) < NAMES["least_typo"] else 1 if len(term) < NAMES["two_typos"] else 2
    shared: dict[str, int] = {}
    for pair in read_bigrams(term) if most > 0 else []:
        for key in vocabulary.bigrams.get(pair, []):
            shared[key] = shared.get(key, 0) + 1
    for key, count in shared.items():
        # One slip changes at most three pairs of neighbours: the two of a letter, or three where two are swapped.
        if abs(len(key) - len(term)) <= most and count >= len(read_bigrams(term)) - 3 * most:
            slips = count_slips(term, key)
            if slips <= most:
                for number, place, name in vocabulary.keys[key]:
                    _keep(hits, number, (NAMES["typo"] - NAMES["typo_each"] * slips, f"like {place}", name))
    return hits


def _keep(hits: Hits, number: int, hit: tuple[float, str, str]) -> None:
    if number not in hits or hit[0] > hits[number][0]:
        hits[number] = hit


def count_slips(first: str, second: str) -> int:
    """How many letters were left out, added, changed, or swapped with their neighbour."""
    before: list[int] = []
    last = list(range(len(second) + 1))
    for at, letter in enumerate(first):
        row = [at + 1]
        for to, other in enumerate(second):
            least = min(row[to] + 1, last[to + 1] + 1, last[to] + (letter != other))
            if at > 0 and to > 0 and letter == second[to - 1] and first[at - 1] == other:
                least = min(least, before[to - 1] + 1)
            row.append(least)
        before, last = last, row
    return last[len(second)]


def _say(place: str, name: str) -> str:
    """Say what a term was found in."""
    return {
        "qualified": f"its class is {name}",
        "class": f"its name is {name}",
        "builtin": f"its class is {name}",
        "former": f"it was also called {name}",
        "package": f"it is of {name}",
        "http": f"its HTTP status is {name}",
        "part": f'"{name}" is in its name',
        "symptom": f'"{name}" is in its symptom',
        "title": f'"{name}" is in its title',
        "causes": f'"{name}" is in one of its causes',
        "summary": f'"{name}" is in its summary',
        "wording": f'"{name}" is in its message',
    }.get(place, f"it is like {name}")
