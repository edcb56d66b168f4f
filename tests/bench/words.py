"""Seeded words, names and prose, shaped like what authors write."""

import random

SYLLABLES = (
    "bar",
    "cor",
    "den",
    "fal",
    "gri",
    "hos",
    "jun",
    "kel",
    "lum",
    "mar",
    "nev",
    "pol",
    "rus",
    "tam",
    "vor",
    "zen",
)
THINGS = ("batch", "cache", "channel", "column", "cursor", "field", "frame", "header", "index", "job", "key", "lease",
          "mapping", "node", "option", "page", "query", "record", "schema", "session", "stream", "table", "token", "worker")  # fmt: skip
VERBS = ("bind", "build", "close", "collect", "commit", "fetch", "flush", "load", "merge", "open", "parse", "publish",
         "read", "resolve", "send", "split", "submit", "write")  # fmt: skip
STATES = ("closed", "empty", "expired", "frozen", "locked", "malformed", "missing", "stale", "unknown", "unsorted")
NAMES = ("accounts", "billing", "catalog", "orders", "parcels", "prices", "reports", "stock", "tickets", "users")
PLACES = ("the first line of your own code", "the settings of the client", "the environment of the server",
          "the file that was read last", "the arguments of the call", "the answer that came back")  # fmt: skip
SENTENCES = (
    "The {thing} is {state} by the time `{verb}()` asks for it.",
    "The {thing} that was made before the {other} keeps what it knew then, and **nothing tells it of the change**.",
    "Look at {place}: the value of `{verb}` stands there as it was sent.",
    "`{verb}()` does not make the {thing} by itself; it takes the one that the {other} holds.",
    "Print `repr({thing})` before the call, and compare it with the {other} in the message, letter by letter.",
    "Since the last release any {state} {thing} is refused at once, where it used to be taken and dropped.",
    "In a second process there is another {thing}, and the one you configured is *not* in it.",
    "A second {thing} with the name of the first {other} takes its place.",
    "Give the {thing} as `{verb}={state}`; without it, {place} decides.",
    "The {other} counts from zero and the {thing} from one, which is how the last one goes missing.",
)


class Words:
    """Texts from one seeded source; the same seed gives the same texts in the same order. No sentence comes twice."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)
        self._said: set[str] = set()

    def pick(self, *choices: str) -> str:
        return self.random.choice(choices)

    def name(self, syllables: int = 2) -> str:
        """A name that means nothing: ``korven``."""
        return "".join(self.random.sample(SYLLABLES, syllables))

    def sentence(self, *templates: str) -> str:
        """Fill one of the templates, else of all; one that was said before is drawn again."""
        while True:
            thing, other = self.random.sample(THINGS, 2)
            verb, state, place = self.pick(*VERBS), self.pick(*STATES), self.pick(*PLACES)
            template = self.pick(*(templates or SENTENCES))
            text = template.format(thing=thing, other=other, verb=verb, state=state, place=place)
            if text not in self._said:
                self._said.add(text)
                return text

    def prose(self, sentences: int) -> str:
        return " ".join(self.sentence() for _ in range(sentences))
