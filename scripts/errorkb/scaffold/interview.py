"""What a new record needs to be told, question by question: only what neither the paste nor the catalog knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from errorkb.catalog import Catalog
from errorkb.model.package import Package, Release
from errorkb.model.record import Cause, Record
from errorkb.model.snippet import SYMPTOM_KEYS, Fixed, Id, Kind, Wording
from errorkb.scaffold.drafts import TODO, Checker
from errorkb.scaffold.paste import Facts, find_package, find_version, is_own_class, propose_slug
from errorkb.scaffold.template import propose_wording
from errorkb.scaffold.world import list_texts

LONGEST_ID = 40


@dataclass(frozen=True)
class Question:
    """One question. ``name`` is the key that it fills and, with hyphens, its flag; ``text`` says what the key is for.

    ``default`` is the answer that a person may accept, unless there is a ``proposal`` that only a person can judge;
    ``unattended`` is the one where nobody is asked and there is no default, None if then it must be given. ``check``
    returns what is wrong with an answer. An ``optional`` answer may be empty.
    """

    name: str
    text: str
    check: Callable[[str], list[str]]
    default: str = ""
    unattended: str | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    optional: bool = False
    proposal: str = ""


Ask = Callable[[Question], str]


@dataclass(frozen=True)
class Draft:
    """A record that is to be written: its id, the answers, those for its package, if that is new, and its world."""

    package: str
    slug: str
    answers: Mapping[str, str]
    package_answers: Mapping[str, str] | None
    world: Mapping[str, Any]


def _describe(model: type[BaseModel], name: str) -> str:
    return model.model_fields[name].description or ""


TEXTS: Mapping[str, str] = {
    "package": "The folder in errors/ that the record belongs to.",
    "slug": "The name of the record's file, and its address: like the error, in small letters with hyphens.",
    **{name: _describe(Record, name) for name in SYMPTOM_KEYS},
    "logs": f"{_describe(Record, 'logs')} Such as asyncio:ERROR.",
    **{name: _describe(Record, name) for name in ("http", "severity", "level", "retry")},
    "message": _describe(Wording, "text"),
    **{name: _describe(Record, name) for name in ("fix_time", "symptom", "summary", "quick_fix", "why")},
    **{name: _describe(Cause, name) for name in ("cause", "check", "fix", "explanation")},
    "prints": _describe(Fixed, "prints"),
    "url": "The address of a page that says more.",
    "title": "What that page is called.",
    "package_name": _describe(Package, "name"),
    "distribution": _describe(Package, "distribution"),
    "home": "The package's home page.",
    "about": _describe(Package, "about"),
    "releases": "The releases that the package's records are run on, with commas between them.",
    "python": _describe(Release, "python"),
}
"""Every question, and so every flag, with what it asks for."""


class Interview:
    """Asks for what a record needs, in the order of the page."""

    def __init__(self, ask: Ask, catalog: Catalog, facts: Facts, world: Mapping[str, Any]) -> None:
        self._ask, self._catalog, self._facts, self._world = ask, catalog, facts, world
        self._checker = Checker(catalog.vocabulary)

    def draft(self, kind: Kind | None, broken: str, fixed: str, today: str) -> Draft:
        """Ask, and return the record to be. ``kind`` is the symptom key that is already chosen, if one is."""
        facts = self._facts
        kind = kind or facts.kind or "raises"
        answers: dict[str, str] = {kind: self._say(kind, facts.name if kind == facts.kind else "")}
        package = self._ask_package()
        home = self._catalog.packages.get(package)
        package_answers = self._ask_about_package(package, today) if home is None else None
        modules = home.modules if home is not None else (facts.module or package,)
        answers |= self._ask_message(kind, is_own_class(answers[kind], modules), broken)
        slug = self._ask_slug(package, propose_slug(answers[kind], kind))
        answers |= self._ask_facts(kind)
        for name in ("symptom", "summary", "quick_fix", "why", "cause", "check", "fix"):
            answers[name] = self._say(name, TODO)
        answers["cause_id"] = _propose_id(answers["cause"])
        if broken:
            answers |= {"broken": broken, "fixed": fixed, "prints": self._say("prints")}
            answers["explanation"] = self._say("explanation", TODO)
        known = home.package.home if home is not None else (package_answers or {}).get("home", "")
        answers |= {"url": self._say("url", known), "title": self._say("title", TODO)}
        return Draft(package, slug, answers, package_answers, self._world)

    def _say(self, name: str, default: str = "", unattended: str | None = None, optional: bool = False) -> str:
        check = partial(self._checker.check, name)
        choices = self._checker.words(name)
        helped = self._facts.helped if name == "quick_fix" else ""
        default = f"{TODO}: is this so? {helped}" if helped else default
        return self._ask(Question(name, TEXTS[name], check, default, unattended, choices, optional, helped))

    def _ask_package(self) -> str:
        default = find_package(self._facts, self._catalog.packages)
        return self._ask(Question("package", TEXTS["package"], _check_id, default))

    def _ask_slug(self, package: str, default: str) -> str:
        def check(slug: str) -> list[str]:
            if f"{package}/{slug}" in self._catalog.entries or slug in ("package", "server"):
                return [f"errors/{package}/{slug}.yaml is there already"]
            return _check_id(slug)

        return self._ask(Question("slug", TEXTS["slug"], check, default))

    def _ask_message(self, kind: Kind, own_class: bool, broken: str) -> dict[str, str]:
        """A message that was pasted is shown as a template; one that was not may be left out."""
        if kind == "signals":
            return {}
        facts = self._facts
        texts = [broken, *list_texts(self._world)] if broken else []
        default = propose_wording(facts.message, texts, own_class=own_class, keep=facts.http)
        text = self._say("message", default, unattended="", optional=True)
        return {"message": text} if text or facts.kind is not None else {}

    def _ask_facts(self, kind: Kind) -> dict[str, str]:
        facts = self._facts
        found = {"where": facts.where} if facts.where and kind == "raises" else {}
        if facts.http or kind == "raises":
            found["http"] = self._say("http", facts.http, unattended="", optional=True)
        for name in ("severity", "level", "retry"):
            found[name] = self._say(name, unattended=TODO)
        found["fix_time"] = self._say("fix_time")
        return found

    def _ask_about_package(self, package: str, today: str) -> dict[str, str]:
        facts = self._facts
        distribution = self._say("distribution", package)
        return {
            "distribution": distribution,
            "module": facts.module,
            "package_name": self._say("package_name", facts.module or package),
            "about": self._say("about", TODO),
            "home": self._say("home"),
            "releases": self._say("releases", find_version(facts, distribution)),
            "python": self._say("python", facts.python or "3.11"),
            "as_of": today,
        }


def _check_id(value: str) -> list[str]:
    try:
        TypeAdapter(Id).validate_python(value)
    except ValidationError as error:
        return [item["msg"].removeprefix("Value error, ") for item in error.errors()]
    return []


def _propose_id(cause: str) -> str:
    """Propose a cause's id: the first words of it."""
    words = re.findall("[a-z0-9]+", cause.lower()) if cause != TODO else []
    proposed = ""
    for word in words[:4]:
        proposed = f"{proposed}-{word}" if proposed else word
    return proposed if 0 < len(proposed) <= LONGEST_ID else "first"
