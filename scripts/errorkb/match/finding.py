"""One question, one answer: whether it is a paste or a name, what was taken of it, and what fits."""

from __future__ import annotations

from typing import Any, TypedDict

from errorkb.match.features import clean_text, split_errors
from errorkb.match.lookup import Lookup
from errorkb.match.naming import find_by_name
from errorkb.match.rules import RULES, compile_pattern
from errorkb.match.scoring import Result, find_by_text


class Answer(TypedDict):
    """``kind`` is ``paste``, ``name`` or ``nothing``; ``taken`` the line of the error that the results are for.

    ``others`` are the other errors of a log, each with its ``line`` and its ``text``, to be asked for by themselves.
    """

    kind: str
    taken: str
    others: list[dict[str, str]]
    results: list[Result]


def find(lookup: Lookup, text: str) -> Answer:
    """Answer a question. A name that is not known as one is read as a message; so are three words and more."""
    query = clean_text(text).strip(" \n")
    if query == "":
        return {"kind": "nothing", "taken": "", "others": [], "results": []}
    if is_paste(query):
        return _find_paste(lookup, text)
    named = find_by_name(lookup, query)
    said = find_by_text(lookup, query)
    best: list[Any] = [results[0]["score"] if results else 0.0 for results in (said, named)]
    if said and said[0]["tier"] != "none" and best[0] > best[1]:
        return {"kind": "paste", "taken": query, "others": [], "results": said}
    return {"kind": "name", "taken": query, "others": [], "results": named}


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
