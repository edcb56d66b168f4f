"""The model of a record: one YAML file per symptom, that is per thing a user sees.

Field descriptions are the reference: they go into ``errors/schema.json`` and the contributor documentation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StrictInt, StringConstraints, field_validator, model_validator

from errorkb.model.annotations import Url, mistake, must_be, wrap_text
from errorkb.model.snippet import (
    ADD_SYMPTOM,
    SYMPTOMS,
    ClassName,
    Date,
    Fixed,
    Id,
    Outcome,
    Place,
    RecordId,
    RecordModel,
    Scoped,
    Snippet,
    Text,
    Wordings,
    World,
)
from errorkb.wording import TELLING_WORDS, literal_words, parse_wording

GitHubName = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,39}$"), must_be("a GitHub name alone, without @")
]
FixTime = Annotated[
    str,
    StringConstraints(pattern=r"^[1-9]\d*-[1-9]\d* (min|h)$"),
    must_be("a span of minutes (min) or hours (h), such as 2-5 min"),
]


class Commands(RecordModel):
    """One shell command in both forms."""

    posix: Text
    powershell: Text


class Advice(RecordModel):
    """Prose, with a command to try where one helps."""

    text: Text
    run: Commands | None = Field(None, description="A command to try, for both kinds of shell.")


def _check_pair(broken: object, fixed: object, not_reproduced: object) -> None:
    """A program that shows the symptom has one beside it that is mended; and what was run says no reason why not."""
    if (broken is None) != (fixed is None):
        there, gone = ("broken", "fixed") if fixed is None else ("fixed", "broken")
        adding = {"fixed": "the same program mended", "broken": "the program that shows the symptom"}[gone]
        mend = f"Add `{gone}:`, {adding}. If it cannot be run: `not_reproduced:` and the reason, in place of both."
        raise mistake(f"`{there}` needs `{gone}` beside it", mend, there)
    if broken is not None and not_reproduced is not None:
        message = "`not_reproduced` says that nothing was run, and `broken` is a program that is"
        raise mistake(message, "Take out `not_reproduced`, or both `broken` and `fixed`.", "not_reproduced")


AdviceField = Annotated[Advice, BeforeValidator(wrap_text("text", many=False), json_schema_input_type=str | Advice)]


class Example(Snippet):
    """Prose with a program that is run. It ends clean and prints what it says, or raises what it says."""

    text: Text
    raises: ClassName | None = Field(None, description="The exception that ends it, if it does not end clean.")
    where: Place | None = Field(None, description="Where it is raised, if not in the main thread of the program.")
    message: Wordings | None = Field(None, description="The message of that exception.")

    @model_validator(mode="after")
    def _check_expectation(self) -> Example:
        if self.code is not None and self.prints is None and self.raises is None:
            mend = "Write the whole output below `prints: |`, or the exception that ends it after `raises:`."
            raise mistake("`code` needs `prints` beside it, or `raises`", mend, "code")
        lone = next((key for key in ("where", "message") if getattr(self, key) is not None), None)
        if lone is not None and self.raises is None:
            raise mistake(f"`{lone}` needs `raises` beside it", "Write the class after `raises:`.", lone)
        return self


ExampleField = Annotated[Example, BeforeValidator(wrap_text("text", many=False), json_schema_input_type=str | Example)]


class Cause(RecordModel):
    """One cause: how to know that it is this one, and its fix. Without a program of its own, and without
    ``not_reproduced``, it is the cause that the record's own ``broken`` shows.
    """

    id: Id = Field(description="The anchor on the page; evidence goes by it too.")
    cause: Text = Field(description="The cause, in a few words.")
    check: AdviceField = Field(description="How to know that it is this one.")
    fix: AdviceField = Field(description="What mends it.")
    where: Place | Literal["main"] | None = Field(
        None,
        description="Where its program raises the exception, if not where the record says; `main` is the main thread.",
    )
    broken: Snippet | None = Field(None, description="A program that shows the symptom by this cause.")
    fixed: Fixed | None = Field(None, description="The same program, mended.")
    explanation: Text | None = Field(None, description="What changed between the two, and why that is enough.")
    not_reproduced: Text | None = Field(None, description="Why this cause cannot be run.")

    @model_validator(mode="after")
    def _check_reproduction(self) -> Cause:
        _check_pair(self.broken, self.fixed, self.not_reproduced)
        if self.where is not None and self.broken is None:
            raise mistake("`where` needs `broken` beside it", "Add the program that shows this cause.", "where")
        return self


class DeadEnd(World, Scoped):
    """Something people try that does not help: the program still shows the symptom."""

    id: Id
    attempt: Text = Field(alias="try", description="What people try.")
    why: Text | None = Field(None, description="Why it does not help.")


class Reference(RecordModel):
    """A page that says more."""

    title: Text
    url: Url


class OtherSystem(RecordModel):
    """How another operating system words the message. Nothing is run there: it was seen by somebody else."""

    system: Literal["Windows", "macOS", "Alpine Linux"]
    text: Text = Field(description="The message with `{placeholders}`, as in `message`; three words of it at least.")
    seen_at: Url = Field(description="The public page where somebody shows it.")

    @model_validator(mode="after")
    def _check_telling(self) -> OtherSystem:
        if len(literal_words(parse_wording(self.text))) < TELLING_WORDS:
            mend = "Add the words around the placeholders; where there are none, nothing tells it from other messages."
            raise mistake(f"`text` must have {TELLING_WORDS} words of the message itself", mend, "text")
        return self


class Note(Example):
    """A note by a reader. With a snippet it is run like any claim."""

    by: GitHubName = Field(description="The GitHub name.")
    date: Date


class Record(Outcome):
    """One symptom: what the user sees, what it means, why it happens, what fixes it."""

    symptom: Annotated[Text, Field(max_length=60)] = Field(
        description="What happened, in plain words; stands under the name."
    )
    http: Annotated[StrictInt, Field(ge=400, le=599)] | None = Field(
        None, description="The HTTP status, where there is one."
    )
    severity: Text = Field(description="How bad it is; see vocabulary.yaml.")
    level: Text = Field(description="Who meets it; see vocabulary.yaml.")
    fix_time: FixTime = Field(description="The author's estimate: `2-5 min`.")
    retry: Text = Field(description="Whether trying again can help; see vocabulary.yaml.")
    summary: Annotated[Text, Field(max_length=160)] = Field(description="What this means, in at most 160 characters.")
    quick_fix: AdviceField = Field(description="What helps most people, in one sentence.")
    why: Text = Field(description="Why it happens.")
    causes: tuple[Cause, ...] = Field(min_length=1)
    broken: Snippet | None = Field(None, description="The smallest program that shows the symptom.")
    fixed: Fixed | None = Field(None, description="The same program, mended.")
    explanation: Text | None = Field(None, description="What changed between the two, and why that is enough.")
    not_reproduced: Text | None = Field(None, description="Why this symptom cannot be run.")
    dead_ends: tuple[DeadEnd, ...] = ()
    other_systems: tuple[OtherSystem, ...] = Field((), description="How operating systems other than Linux word it.")
    look_alikes: dict[RecordId, Text] = Field({}, description="Records that look like this one, and the difference.")
    detection: ExampleField | None = Field(None, description="How a program tells this error from others.")
    workaround: ExampleField | None = Field(None, description="What helps until it is mended.")
    prevention: Text | None = Field(None, description="How not to meet it again.")
    references: tuple[Reference, ...] = Field(min_length=1)
    aliases: tuple[RecordId, ...] = Field((), description="Former ids of this record; their addresses redirect here.")
    status: Literal["current", "obsolete"] = "current"
    authors: tuple[GitHubName, ...] = Field((), description="GitHub names.")
    notes: tuple[Note, ...] = ()

    @field_validator("causes", "dead_ends")
    @classmethod
    def _check_ids(cls, items: tuple[Any, ...]) -> tuple[Any, ...]:
        seen: set[str] = set()
        for number, item in enumerate(items):
            if item.id in seen:
                message = f"an id must stand once in its list, and {item.id} stands above too"
                raise mistake(message, "Choose another one: the page and the evidence go by it.", number, "id")
            seen.add(item.id)
        return items

    @model_validator(mode="after")
    def _check_whole(self) -> Record:
        if self.kind is None:
            raise mistake(f"the file must say what the user sees, with one of {SYMPTOMS}", ADD_SYMPTOM)
        _check_pair(self.broken, self.fixed, self.not_reproduced)
        if self.broken is None and self.not_reproduced is None:
            mend = "Add a program that shows the symptom, and the same one mended. If it cannot be run, say why."
            raise mistake("the file must have `broken` and `fixed`, or `not_reproduced`", mend)
        if self.broken is not None and self.broken.code is None and self.broken.run is None:
            raise mistake("`broken` needs `code`, or `run`", "Write the program below `code: |`.", "broken")
        return self

    @model_validator(mode="after")
    def _check_causes(self) -> Record:
        """Without a program of the record's own, nothing of it is run; with one, that shows one cause."""
        for key, number, has in self._programs():
            if self.broken is None and has:
                message = "a record that is `not_reproduced` runs nothing, and this is a program"
                mend = "Take it out, or write `broken` and `fixed` in place of `not_reproduced`."
                raise mistake(message, mend, key, number, "broken" if key == "causes" else "code")
        shown = [number for number, cause in enumerate(self.causes) if not (cause.broken or cause.not_reproduced)]
        if len(shown) > (self.broken is not None):
            first = f"the record's `broken` shows {self.causes[shown[0]].id}" if self.broken else "nothing else is run"
            message = f"this cause must have a program of its own, or a reason why not: {first}"
            programs = "`broken:` and `fixed:`, or " if self.broken else ""
            mend = f"Add {programs}`not_reproduced:` and the reason."
            raise mistake(message, mend, "causes", shown[-1])
        return self

    def _programs(self) -> Iterator[tuple[str, int, bool]]:
        """Where causes and dead ends are, and whether they have a program."""
        yield from (("causes", number, cause.broken is not None) for number, cause in enumerate(self.causes))
        yield from (("dead_ends", number, bool(item.code)) for number, item in enumerate(self.dead_ends))
