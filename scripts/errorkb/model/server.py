"""The model of ``server.yaml``: what the stub of a package's server answers, and where each answer comes from."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from errorkb.model.annotations import Url, mistake, must_be

Text = Annotated[str, StringConstraints(min_length=1)]
Id = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$"), must_be("small letters, digits and single hyphens")
]
Tls = Literal["valid", "expired", "self-signed", "unknown-ca", "wrong-host"]


class ServerModel(BaseModel):
    """Frozen, and strict about fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Answer(ServerModel):
    """One HTTP answer. ``delay`` is in seconds and comes before the answer.

    ``drop`` closes the connection instead of answering; ``truncate`` announces the whole body and closes after
    that many bytes. ``source`` is the address of the documentation that the body follows, or, where
    that shows none, of a public report that does.
    """

    status: Annotated[int, Field(ge=100, le=599)] = 200
    headers: dict[str, str] = {}
    body: Any = ""
    delay: Annotated[float, Field(ge=0, le=30, strict=False)] = 0
    drop: bool = False
    truncate: Annotated[int, Field(ge=0)] | None = None
    source: Url | None = None


class Rule(ServerModel):
    """Which answer a request gets: the first rule that fits it.

    ``request`` is a method and a path (``POST /v1/messages``); ``*`` as the path fits any. ``token`` fits when
    some header value ends in exactly this word (``Bearer test-key-good``, or the key alone). ``json`` fits when
    the request's JSON body holds these keys with these values.
    """

    request: Annotated[
        str,
        StringConstraints(pattern=r"^[A-Z]+ (/\S*|\*)$"),
        must_be("a method and a path, such as GET /v1/models, or GET * for any path"),
    ]
    token: Text | None = None
    json_holds: dict[str, Any] | None = Field(default=None, alias="json")
    answer: Text


class Scenario(ServerModel):
    """How a host behaves: its certificate and its rules. A request that no rule fits is answered 404."""

    tls: Tls = "valid"
    rules: list[Rule] = []


class Server(ServerModel):
    """``server.yaml``: named answers, and scenarios made of rules that name them."""

    answers: dict[Id, Answer]
    scenarios: dict[Id, Scenario]

    @model_validator(mode="after")
    def _check_answer_names(self) -> Server:
        for name, scenario in self.scenarios.items():
            for number, rule in enumerate(scenario.rules):
                if rule.answer not in self.answers:
                    message = f"a rule must name one of the `answers` ({', '.join(self.answers)}), was {rule.answer!r}"
                    mend = "Name one of them, or write this one under `answers:`."
                    raise mistake(message, mend, "scenarios", name, "rules", number, "answer")
        return self


class StubHost(ServerModel):
    """One scenario, resolved: what the stub needs to play a host, and nothing else."""

    tls: Tls
    rules: list[tuple[Rule, Answer]]

    @cached_property
    def behaviour(self) -> dict[str, Any]:
        """All that a program can tell it by, as data: everything but the sources of the answers."""
        return self.model_dump(mode="json", exclude={"rules": {"__all__": {1: {"source"}}}})


def resolve_scenario(server: Server, name: str) -> StubHost:
    """Return the scenario with its answers in place. Raises ``KeyError`` if there is no such scenario."""
    scenario = server.scenarios[name]
    return StubHost(tls=scenario.tls, rules=[(rule, server.answers[rule.answer]) for rule in scenario.rules])
