"""What a claim says against what was seen: every way to differ is a finding of its own."""

from typing import Any

import pytest

from errorkb.claims import Expectation, Program
from errorkb.evidence import Finding, Observation, ObservedException, ObservedRequest, ResolvedName
from errorkb.model.snippet import Outcome
from errorkb.verify.judge import judge

NAME = "kit.KeyError"
PROGRAM = Program("kit.open('the-key')", ("app.py",), (), (), (), ())


def claim(**changes: Any) -> Expectation:
    parts: dict[str, Any] = {"raises": NAME, "message": "the key {key} was refused"}
    return Expectation(Outcome.model_validate({**parts, **changes}), http=401)


def observation(
    name: str = "kit._errors.KeyError", message: str = "the key k was refused", **changes: Any
) -> Observation:
    exception = {"name": name, "message": message, "attributes": {"status_code": 401}, **changes}
    return Observation(
        date="2026-11-24", python="3.11.7", isolation="bubblewrap", digest="d", observed="raised", exit_code=1,
        exceptions=(ObservedException.model_validate(exception),),
        names={NAME: ResolvedName(real="kit._errors.KeyError")},
    )  # fmt: skip


GONE = {NAME: ResolvedName(reason="AttributeError")}
SENT = (ObservedRequest(method="GET", host="api.example.com", path="/x", status=401),)
CLEAN = observation().model_copy(update={"observed": "clean", "exit_code": 0, "exceptions": (), "stdout": "Hello!\n"})


def test_a_claim_that_was_seen_is_as_claimed() -> None:
    assert judge(claim(), PROGRAM, observation(), ["kit"]) == "as claimed"


REFUSED = [
    ("another class", claim(), observation("TypeError"), "raises kit.KeyError", "raised TypeError: the key k was refused"),
    ("nothing raised", claim(), CLEAN, "raises kit.KeyError", "ended clean"),
    ("another message", claim(), observation(message="no"), "the message reads 'the key {key} was refused'", "'no'"),
    ("another status", claim(), observation(attributes={"status_code": 403}), "HTTP 401", "HTTP 403"),
    ("no status", claim(), observation(attributes={}), "HTTP 401", "no status"),
    ("raised by the snippet", claim(), observation(raised_in="snippet"), "the library raises it", "the snippet raised it itself"),
    ("a printed traceback", claim(), observation(proof="printed"), "raises kit.KeyError",
     "a traceback that was printed, while nothing raised it"),
    ("a class that lies", claim(), observation(proof="alike"), "raises kit.KeyError", "a class that has this name, and is another one"),
    ("in a thread", claim(), observation(where="thread"), "raises kit.KeyError",
     "raised kit._errors.KeyError: the key k was refused in a thread"),
    ("a wording that says nothing", claim(message="{text}"), observation(),
     "'{text}' tells this message from others", "it would match almost any message: use three words of it"),
    ("no wording for the release", claim(message=[{"text": "x y z", "applies_to": "<1"}]).__class__(
        claim().shows and claim().shows.model_copy(update={"message": ()}), http=401), observation(),
     "a wording for this release", "no text of `message` applies to it"),
    ("not caused by it", claim(caused_by={"raises": NAME, "message": "inner words stand here"}), observation(),
     "caused by kit.KeyError", "no cause"),
    ("does not end clean", Expectation(None), observation(), "ends clean", "raised kit._errors.KeyError: the key k was refused"),
    ("sent again", Expectation(claim().shows, http=401, sent_once=True), observation().model_copy(update={"requests": SENT * 3}),
     "retry: never", "GET api.example.com/x was sent 3 times"),
    ("open, and never ends", Expectation(None, open=True), CLEAN.model_copy(update={"observed": "timed-out"}), "ends by itself", "timed-out"),
    ("prints something else", Expectation(None, prints="Bye!"), CLEAN, "prints 'Bye!'", "printed 'Hello!'"),
    ("prints more", Expectation(None, prints="Hello!\nBye!"), CLEAN, "prints 'Hello!', then 'Bye!'", "printed 'Hello!', then nothing"),
    ("a message that goes on", claim(message="the key {key} was refused"), observation(message="the key k was refused\n\nAsk again."),
     "the message reads 'the key {key} was refused', then nothing", "'the key k was refused', then 'Ask again.'"),
    ("a message with another line", claim(message="the key {key} was refused\nAsk {whom}."), observation(message="the key k was refused\nGo home."),
     "the message reads 'the key {key} was refused', then 'Ask {whom}.'", "'the key k was refused', then 'Go home.'"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("expected", "seen", "claimed", "said"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_what_differs_is_named(expected: Expectation, seen: Observation, claimed: str, said: str) -> None:
    verdict = judge(expected, PROGRAM, seen, ["kit"])
    assert verdict != "as claimed"
    assert [(finding.claimed, finding.seen) for finding in verdict] == [(claimed, said)]


def test_a_class_that_is_shown_must_be_there() -> None:
    verdict = judge(claim(), PROGRAM, observation().model_copy(update={"names": GONE}), ["kit"])
    assert verdict[0] == Finding(claimed="kit.KeyError is a public name", seen="it does not import: AttributeError")


def test_what_a_release_no_longer_has_cannot_be_shown_there() -> None:
    seen = CLEAN.model_copy(update={"names": GONE})
    assert judge(Expectation(None, never=claim().shows, prints="Hello!"), PROGRAM, seen, ["kit"]) == "as claimed"


def test_a_fix_that_still_shows_the_symptom_is_refused() -> None:
    symptom = claim().shows
    verdict = judge(Expectation(None, never=symptom), PROGRAM, observation(), ["kit"])
    assert [finding.claimed for finding in verdict if verdict != "as claimed"] == [
        "ends clean",
        "no longer shows raises kit.KeyError",
    ]
