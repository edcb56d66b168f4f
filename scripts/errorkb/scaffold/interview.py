"""What a new record needs to be told, question by question: only what neither the paste nor the catalog knows."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from errorkb.catalog import Catalog
from errorkb.model.package import Package, Release
from errorkb.model.record import Cause, Record
from errorkb.model.snippet import SYMPTOM_KEYS, Fixed, Id, Kind, Wording
from errorkb.scaffold.drafts import TODO, TODO_URL, Checker, split
from errorkb.scaffold.naming import propose_class
from errorkb.scaffold.paste import Facts, find_package, find_version, follow_class, is_own_class, propose_slug
from errorkb.scaffold.template import propose_wording
from errorkb.scaffold.world import list_texts

LONGEST_ID = 40


@dataclass(frozen=True)
class Question:
    """One question. ``name`` is the key that it fills and, with hyphens, its flag; ``text`` says what the key is for.

    ``default`` is the answer that a person may accept, unless there is a ``proposal`` that only a person can judge;
    ``unattended`` is the one where nobody is asked and there is no default, None if then it must be given. ``check``
    returns what is wrong with an answer. An ``optional`` answer may be empty. ``reason`` is why it is asked at all,
    where that is not plain.
    """

    name: str
    text: str
    check: Callable[[str], list[str]]
    default: str = ""
    unattended: str | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    optional: bool = False
    proposal: str = ""
    reason: str = ""


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
    "module": "Its top-level module: what a program imports.",
    "home": "The package's home page.",
    "about": _describe(Package, "about"),
    "releases": "The releases that the package's records are run on, with commas between them.",
    "python": f"{_describe(Release, 'python')} With commas, one for each release.",
    "as_of": f"{_describe(Release, 'as_of')} Of an old release a day of its time. With commas, one for each release.",
}
"""Every question, and so every flag, with what it asks for."""


class Interview:
    """Asks for what a record needs, in the order of the page."""

    def __init__(self, ask: Ask, catalog: Catalog, facts: Facts, world: Mapping[str, Any]) -> None:
        self._ask, self._catalog, self._facts, self._world = ask, catalog, facts, world
        self._checker = Checker(catalog.vocabulary)

    def draft(self, kind: Kind | None, broken: str, fixed: str, today: str) -> Draft:
        """Ask, and return the record to be. ``kind`` is the symptom key that is already chosen, if one is."""
        kind = kind or self._facts.kind or "raises"
        answers: dict[str, str] = {kind: self._ask_symptom(kind)}
        if kind in ("raises", "warns"):
            self._facts = follow_class(self._facts, answers[kind])
        package = self._ask_package()
        home = self._catalog.packages.get(package)
        package_answers = self._ask_about_package(package, answers[kind], today) if home is None else None
        modules = home.modules if home is not None else ((package_answers or {})["module"],)
        answers |= self._ask_message(kind, is_own_class(answers[kind], modules), broken)
        slug = self._ask_slug(package, propose_slug(answers[kind], kind))
        answers |= self._ask_facts(kind)
        for name in ("symptom", "summary", "quick_fix", "why", "cause", "check", "fix"):
            answers[name] = self._say(name, TODO) if name != "quick_fix" else self._ask_quick_fix()
        answers["cause_id"] = _propose_id(answers["cause"])
        if broken:
            answers |= {"broken": broken, "fixed": fixed, "prints": self._say("prints")}
            answers["explanation"] = self._say("explanation", unattended="", optional=True)
        known = home.package.home if home is not None else (package_answers or {}).get("home", "")
        answers["url"] = self._say("url", unattended=TODO_URL, proposal=known)
        answers["title"] = self._say("title", unattended=TODO)
        return Draft(package, slug, answers, package_answers, self._world)

    def _say(self, name: str, default: str = "", **more: Any) -> str:
        """Ask with the text, the check and the words of a name. ``more`` are other fields of the question."""
        question = Question(name, TEXTS[name], partial(self._checker.check, name), default)
        return self._ask(replace(question, choices=self._checker.words(name), **more))

    def _ask_symptom(self, kind: Kind) -> str:
        """Propose the class as records know it. One without its module would be refused, so it is no default."""
        facts = self._facts
        printed = facts.name if kind == facts.kind else ""
        if kind not in ("raises", "warns") or not printed:
            return self._say(kind, printed)
        known = propose_class(self._catalog, printed, facts.module)
        if known or not self._checker.check(kind, printed):
            return self._say(kind, known or printed)
        text = f"{TEXTS[kind]} {printed} was printed without its module."
        return self._say(kind, text=text, proposal=f"{facts.module}.{printed}" if facts.module else "")

    def _ask_quick_fix(self) -> str:
        helped = self._facts.helped
        return self._say("quick_fix", f"{TODO}: is this so? {helped}" if helped else TODO, proposal=helped)

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

    def _ask_about_package(self, package: str, symptom: str, today: str) -> dict[str, str]:
        """Ask about a new package. What is proposed follows its name, since a frame may be of another one."""
        facts = self._facts
        own = package == find_package(facts, self._catalog.packages) or symptom.partition(".")[0] == facts.module
        module = facts.module if own and facts.module else package.replace("-", "_")
        near = difflib.get_close_matches(package, self._catalog.packages, n=1)
        such = f", such as {near[0]}" if near else ""
        reason = f"{package} would be a new package; --package names one that is there{such}."
        distribution = self._say("distribution", package)
        met = find_version(facts, distribution)
        found = {
            "distribution": distribution,
            "module": self._say("module", module),
            "package_name": self._say("package_name", package),
            "about": self._say("about", unattended=TODO),
            "home": self._say("home", reason=reason),
            "releases": self._say("releases", met, reason=reason),
            "met": met,
        }
        count = len(split(found["releases"]))
        for name, default in (("python", facts.python or "3.11"), ("as_of", today)):
            found[name] = self._say(name, default, check=partial(self._check_each, name, count))
        return found

    def _check_each(self, name: str, count: int, value: str) -> list[str]:
        given = len(split(value))
        if given not in (1, count):
            return [f"must be one, or one for each of {count} releases, and was {given}"]
        return self._checker.check(name, value)


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
