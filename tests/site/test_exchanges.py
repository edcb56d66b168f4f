"""What a run asked and was answered, as its page shows it."""

from errorkb.evidence import ObservedRequest
from errorkb.model.server import Answer, Rule, StubHost
from errorkb.site.sections import render_exchanges

HOST = "api.example.com"
DOCS = "https://docs.example.com"
RULES = [
    (Rule(request="POST /chat", answer="a"), Answer(body="", source=f"{DOCS}/chat")),
    (Rule(request="POST /embed", answer="b"), Answer(body="", source=f"{DOCS}/embed")),
    (Rule(request="POST *", answer="c"), Answer(status=429, body="", source=f"{DOCS}/limits")),
]
HOSTS = {HOST: StubHost(tls="valid", rules=RULES)}


def ask(path: str, status: int | None, host: str = HOST) -> ObservedRequest:
    return ObservedRequest(method="POST", host=host, path=path, status=status)


def show(*requests: ObservedRequest) -> list[tuple[str, str]]:
    return [(row.term, row.value.striptags()) for row in render_exchanges(HOSTS, requests)]


def test_an_answer_names_the_source_of_that_answer_alone() -> None:
    assert show(ask("/embed", 200)) == [
        ("Request", f"POST /embed to {HOST}"),
        ("Answer", f"200 by a stub server; body after {DOCS}/embed"),
    ]


def test_what_was_answered_alike_is_shown_once_and_what_was_not_apart() -> None:
    assert show(ask("/chat", 429), ask("/chat", 429), ask("/embed", 200), ask("/chat", 200)) == [
        ("Request", f"POST /chat to {HOST}"),
        ("Answer", f"429 by a stub server; body after {DOCS}/limits"),
        ("Answer", f"200 by a stub server; body after {DOCS}/chat"),
        ("Request", f"POST /embed to {HOST}"),
        ("Answer", f"200 by a stub server; body after {DOCS}/embed"),
    ]


def test_an_answer_that_is_of_no_rule_has_no_source() -> None:
    assert show(ask("/x", 404), ask("/x", None), ask("/chat", 200, "other.example.com")) == [
        ("Request", f"POST /x to {HOST}"),
        ("Answer", "404 by a stub server"),
        ("Answer", "connection closed by a stub server"),
        ("Request", "POST /chat to other.example.com"),
        ("Answer", "200 by a stub server"),
    ]
