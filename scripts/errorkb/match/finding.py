"""One question, one answer: whether it is a paste or a name, what was taken of it, and what fits."""

from __future__ import annotations

from typing import Any, TypedDict

from errorkb.match.features import clean_text, split_errors, squeeze
from errorkb.match.lookup import Lookup
from errorkb.match.naming import find_by_name
from errorkb.match.rules import RULES, compile_pattern
from errorkb.match.scoring import Result, find_by_text, tier

WHOLE = "this is its whole message"


class Answer(TypedDict):
    """``kind`` is ``paste``, ``name`` or ``nothing``; ``taken`` the line of the error that the results are for.

    ``others`` are the other errors of a log, each with its ``line`` and its ``text``, to be asked for by themselves.
    """

    kind: str
    taken: str
    others: list[dict[str, str]]
    results: list[Result]


def find(lookup: Lookup, text: str) -> Answer:
    """Answer a question. A name that is not known as one is read as a message; so is what is a whole message."""
    query = clean_text(text).strip(" \n")
    if query == "":
        return {"kind": "nothing", "taken": "", "others": [], "results": []}
    if is_paste(query):
        return _find_paste(lookup, text)
    named = find_by_name(lookup, query)
    said = find_by_text(lookup, query)
    whole = {lookup.index["records"][number]["id"] for number in lookup.messages.get(squeeze(query), ())}
    if " " in squeeze(query) and any(result["record"] in whole for result in said):
        return {"kind": "paste", "taken": query, "others": [], "results": _put_first(whole, said, named)}
    best: list[Any] = [results[0]["score"] if results else 0.0 for results in (said, named)]
    if said and said[0]["tier"] != "none" and best[0] > best[1]:
        return {"kind": "paste", "taken": query, "others": [], "results": said}
    return {"kind": "name", "taken": query, "others": [], "results": named}


def _put_first(whole: set[str], said: list[Result], named: list[Result]) -> list[Result]:
    """Put first what has the text as its whole message, and last what only has such a name; none surer than before."""
    ordered = sorted(said, key=lambda result: result["record"] not in whole)
    ordered += [result for result in named if all(result["record"] != other["record"] for other in said)]
    results: list[Result] = []
    most = max(ordered[0]["score"], RULES["tiers"]["perhaps"])
    for result in ordered[: RULES["limits"]["shown"]]:
        why = WHOLE if result["record"] in whole else result["why"]
        most = min(most, result["score"]) if results else most
        results.append({**result, "score": most, "tier": tier(most), "why": why})
    return results


def is_paste(query: str) -> bool:
    """Whether a text is a paste: more than a line, or a long one, or one that looks like ``Name: message``."""
    if "\n" in query or len(query) > RULES["limits"]["paste"]:
        return True
    return compile_pattern(RULES["looks_pasted"]).search(query) is not None


def _find_paste(lookup: Lookup, text: str) -> Answer:
    """Of a log take the last error; where no page fits that one, what fits the whole is still not its page."""
    split = split_errors(text)
    taken = split["errors"][split["taken"]]
    others = [error for error in split["errors"] if error is not taken]
    results = find_by_text(lookup, taken["text"] if others else text)
    return {"kind": "paste", "taken": taken["line"], "others": others, "results": results}
