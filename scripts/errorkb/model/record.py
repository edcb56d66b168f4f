"""The model of a record: one YAML file per symptom, that is per thing a user sees.

Field descriptions are the reference: they go into ``errors/schema.json`` and the contributor documentation.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StrictInt, StringConstraints, field_validator, model_validator

from errorkb.model.annotations import Url, must_be, wrap_text
from errorkb.model.snippet import (
    SYMPTOM_KEYS,
    Date,
    Fixed,
    Id,
    Outcome,
    QualifiedName,
    RecordId,
    RecordModel,
    Scoped,
    Snippet,
    Text,
    Wordings,
    World,
)

GitHubName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,39}$"), must_be("a GitHub name")]
FixTime = Annotated[
    str,
    StringConstraints(pattern=r"^[1-9]\d*-[1-9]\d* (min|h)$"),
    must_be("a span of minutes or hours, such as 2-5 min"),
]


class Commands(RecordModel):
    """One shell command in both forms."""

    posix: Text
    powershell: Text


class Advice(RecordModel):
    """Prose, with a command to try where one helps."""

    text: Text
    run: Commands | None = Field(None, description="A command to try, for both kinds of shell.")


AdviceField = Annotated[Advice, BeforeValidator(wrap_text("text", many=False), json_schema_input_type=str | Advice)]


class Example(Snippet):
    """Prose with a program that is run. It ends clean and prints what it says, or raises what it says."""

    text: Text
    raises: QualifiedName | None = Field(None, description="The exception that ends it, if it does not end clean.")
    message: Wordings | None = Field(None, description="The message of that exception.")

    @model_validator(mode="after")
    def _check_expectation(self) -> Example:
        if self.code is not None and self.prints is None and self.raises is None:
            raise ValueError("code needs `prints:`, or `raises:` if it does not end clean")
        if self.message is not None and self.raises is None:
            raise ValueError("message needs `raises:`")
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
    broken: Snippet | None = Field(None, description="A program that shows the symptom by this cause.")
    fixed: Fixed | None = Field(None, description="The same program, mended.")
    explanation: Text | None = Field(None, description="What changed between the two, and why that is enough.")
    not_reproduced: Text | None = Field(None, description="Why this cause cannot be run.")

    @model_validator(mode="after")
    def _check_reproduction(self) -> Cause:
        if (self.broken is None) != (self.fixed is None):
            raise ValueError("broken and fixed come together")
        if self.broken is not None and self.not_reproduced is not None:
            raise ValueError("a cause that is reproduced cannot say not_reproduced")
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
        ids = [item.id for item in items]
        twice = sorted({item for item in ids if ids.count(item) > 1})
        if twice:
            raise ValueError(f"ids must differ; twice: {', '.join(twice)}")
        return items

    @model_validator(mode="after")
    def _check_whole(self) -> Record:
        if self.kind is None:
            raise ValueError(f"one of {', '.join(SYMPTOM_KEYS)} must say what the user sees")
        if (self.broken is None) != (self.fixed is None):
            raise ValueError("broken and fixed come together")
        if (self.broken is None) == (self.not_reproduced is None):
            raise ValueError("either broken and fixed, or not_reproduced, must be there")
        told = [cause.id for cause in self.causes if cause.broken is not None] + [
            item.id for item in self.dead_ends if item.code
        ]
        if self.broken is None and told:
            raise ValueError(f"{', '.join(told)} would be run, and nothing is where not_reproduced says why")
        if self.broken is not None and self.broken.code is None and self.broken.run is None:
            raise ValueError("broken needs `code`, or `run`")
        shown = [cause.id for cause in self.causes if cause.broken is None and cause.not_reproduced is None]
        if len(shown) > (self.broken is not None):
            raise ValueError(
                f"the causes {', '.join(shown)} have no program of their own; only one can be what the record's "
                "own broken shows: give the others broken and fixed, or not_reproduced"
            )
        return self
