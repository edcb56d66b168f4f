"""Answers → the data of a record or a package, and what the model says of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from errorkb.catalog.loading import REFERENCE
from errorkb.model.package import Package, Vocabulary
from errorkb.model.record import Record
from errorkb.model.scope import newest_first
from errorkb.model.snippet import SYMPTOM_KEYS
from errorkb.model.validation import read_model
from errorkb.scaffold.rendering import render_model
from errorkb.source import read_source

TODO = "TODO"
TODO_URL = f"https://example.com/{TODO}"
NOT_REPRODUCED = "TODO: say why it cannot be run, or write `broken:` and `fixed:` instead."
WHY_RELEASE = "The release that the error was first met on."
WHY_OTHER = f"{TODO}: why this one? If it is old, let `python` and `as_of` be of its time."
Answers = Mapping[str, str]
NO_WORLD: Mapping[str, Any] = {}

SOUND: Answers = {
    "raises": "KeyError",
    "severity": TODO,
    "level": TODO,
    "fix_time": "1-2 min",
    "retry": TODO,
    "cause_id": "first",
    "url": "https://example.com",
    "broken": "code",
    "fixed": "code",
    "prints": TODO,
}
"""Answers with which a record loads, so that whatever the model says of it is said of the one answer put over them."""

SOUND_PACKAGE: Answers = {
    "package_name": TODO,
    "home": "https://example.com",
    "releases": "1",
    "python": "3.11",
    "as_of": "2000-01-01",
}


EACH = ("python", "as_of")
"""What may be said of each release, with commas between."""


@dataclass(frozen=True)
class Checker:
    """Says of an answer what is wrong with it, in the words that lint would use."""

    vocabulary: Vocabulary | None

    def check(self, name: str, value: str) -> list[str]:
        """Return what is wrong with the answer to a question; nothing if it is right."""
        if name in ("severity", "level", "retry"):
            words = self.words(name)
            return [] if value in (*words, TODO) else [f"`{name}` must be one of {', '.join(words)}, was {value!r}"]
        if name in EACH:
            found = (check_data(Package, build_package("id", {**SOUND_PACKAGE, name: part})) for part in split(value))
            return [message for messages in found for message in messages]
        if name in SOUND_PACKAGE or name in ("distribution", "about", "module"):
            return check_data(Package, build_package("id", {**SOUND_PACKAGE, name: value}))
        if name == "logs" and ":" not in value:
            return [f"must be the logger and the level, such as asyncio:ERROR, was {value!r}"]
        answers = {**SOUND, name: value}
        if name in SYMPTOM_KEYS and name != "raises":
            answers = {key: text for key, text in answers.items() if key != "raises"}
        return check_data(Record, build_record(answers))

    def words(self, name: str) -> Mapping[str, str]:
        """The words that may answer a question, each with its meaning; empty if any text may."""
        if self.vocabulary is None:
            return {}
        vocabulary = self.vocabulary
        known = {"severity": vocabulary.severities, "level": vocabulary.levels, "retry": vocabulary.retry}
        return known.get(name, {})


def check_data(model: type[BaseModel], data: Mapping[str, Any]) -> list[str]:
    """Write the data down, read it as it will be read, and return what is found."""
    source, problems = read_source("new", render_model(model, data).encode())
    if source is not None and not problems:
        _, problems = read_model(model, source, REFERENCE)
    return [problem.message for problem in problems]


def build_record(answers: Answers, world: Mapping[str, Any] = NO_WORLD) -> dict[str, Any]:
    """Build the data of a record. What was not answered is `TODO`, where the record needs it, or is left out.

    ``world`` are the surroundings of its program, which needs to be there then.
    """

    def said(name: str) -> str:
        return answers.get(name) or TODO

    reproduced = bool(answers.get("broken"))
    symptom: dict[str, Any] = {key: _parse_symptom(key, answers[key]) for key in SYMPTOM_KEYS if answers.get(key)}
    cause = {"id": answers["cause_id"], "cause": said("cause"), "check": said("check"), "fix": said("fix")}
    data: dict[str, Any] = {
        "symptom": said("symptom"),
        **symptom,
        **{key: answers[key] for key in ("where",) if answers.get(key)},
        **({"message": answers["message"]} if "message" in answers else {}),
        **({"http": _number(answers["http"])} if answers.get("http") else {}),
        **{key: said(key) for key in ("severity", "level", "fix_time", "retry", "summary", "quick_fix", "why")},
        "causes": [cause if reproduced else {**cause, "not_reproduced": TODO}],
    }
    if reproduced:
        data["broken"] = {**world, "code": answers["broken"]}
        data["fixed"] = {"code": answers["fixed"], "prints": answers["prints"]}
        data |= {"explanation": answers["explanation"]} if answers.get("explanation") else {}
    else:
        data["not_reproduced"] = NOT_REPRODUCED
    data["references"] = [{"title": said("title"), "url": answers.get("url") or TODO_URL}]
    return data


def build_package(name: str, answers: Answers) -> dict[str, Any]:
    """Build the data of a package. Releases are given with commas between them; they are put newest first.

    ``python`` and ``as_of`` are one for all, or one for each. ``met`` is the release that the paste names, if any.
    """
    versions = split(answers["releases"])
    columns = (_spread(answers[name], len(versions)) for name in EACH)
    facts = {version: dict(zip(EACH, values, strict=True)) for version, *values in zip(versions, *columns, strict=True)}
    module = answers.get("module", "")
    return {
        "name": answers["package_name"],
        **({"distribution": answers["distribution"]} if answers.get("distribution") else {}),
        **({"modules": [module]} if module and module != name else {}),
        "about": answers.get("about") or TODO,
        "home": answers["home"],
        "releases": [
            {"version": version, **facts[version], "why": WHY_RELEASE if version == answers.get("met") else WHY_OTHER}
            for version in _sort(versions)
        ],
    }


def split(text: str) -> list[str]:
    """The parts of a text with commas between them."""
    return [part.strip() for part in text.split(",")]


def _spread(text: str, count: int) -> list[str]:
    parts = split(text)
    return parts * count if len(parts) == 1 else parts


def _sort(versions: list[str]) -> list[str]:
    """Newest first; what is no release stays where it is, for the model to refuse."""
    try:
        return newest_first(versions)
    except ValueError:
        return versions


def _parse_symptom(key: str, text: str) -> Any:
    """Of a log record ``asyncio:ERROR`` is the logger and the level."""
    if key != "logs":
        return _number(text)
    logger, _, level = text.rpartition(":")
    return {"logger": logger, "level": level}


def _number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else text
