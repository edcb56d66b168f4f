"""What a record says about a program: its world, what it shows, and on which releases.

Field descriptions are the reference: they go into ``errors/schema.json`` and the contributor documentation.
"""

from __future__ import annotations

import builtins
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    StringConstraints,
    model_validator,
)

from errorkb.model.annotations import mistake, must_be, wrap_text
from errorkb.model.scope import check_specifier
from errorkb.model.service import Services

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Id = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=200),
    must_be("small letters, digits and single hyphens, such as old-key-wins"),
]
RecordId = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*$", max_length=200),
    must_be("package/record, such as anthropic/authentication-error"),
]
QualifiedName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$", max_length=200),
    must_be("a public name alone, such as anthropic.AuthenticationError"),
]
# Exceptions of Python's own that the oldest Python of this project does not have.
NEWER_BUILTINS = frozenset(("PythonFinalizationError",))


def _check_module(name: str) -> str:
    known = getattr(builtins, name, None)
    own = name in NEWER_BUILTINS or (isinstance(known, type) and issubclass(known, BaseException))
    if "." not in name and not own:
        raise ValueError(
            "must begin with the class's module, as in anthropic.AuthenticationError, if it is not Python's own"
        )
    return name


ClassName = Annotated[QualifiedName, AfterValidator(_check_module)]
Host = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*$"),
    must_be("a host name alone, in small letters, such as api.example.com"),
]
FilePath = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_.-]*[A-Za-z0-9_-](/[A-Za-z0-9_.-]*[A-Za-z0-9_-])*$"),
    must_be("a path from the folder of app.py, such as data/a.csv"),
]
Variable = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z_]\w*$"), must_be("the name of an environment variable, such as API_KEY")
]
Date = Annotated[
    str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$"), must_be('a date in quotes, such as "2026-11-24"')
]
Requirement = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*(\[[a-z0-9,-]+\])?([=<>!~]=?[\w.,=<>!~]+)?$"),
    must_be("a requirement of one package without spaces, such as python-dotenv or httpx<0.28"),
]
Specifier = Annotated[str, BeforeValidator(check_specifier)]
Level = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
Kind = Literal["raises", "warns", "logs", "exits", "signals"]
SYMPTOM_KEYS: tuple[Kind, ...] = ("raises", "warns", "logs", "exits", "signals")
SYMPTOMS = ", ".join(f"`{key}`" for key in SYMPTOM_KEYS)
ADD_SYMPTOM = "Say what the user sees, for example `raises: anthropic.AuthenticationError`."


class RecordModel(BaseModel):
    """Frozen; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Wording(RecordModel):
    """One text of a message, and the releases that print it."""

    text: str = Field(description="The message with `{placeholders}` where it varies. Every other brace is literal.")
    applies_to: Specifier | None = Field(None, description="The releases that print this text.")


Wordings = Annotated[
    tuple[Wording, ...],
    Field(min_length=1),
    BeforeValidator(wrap_text("text", many=True), json_schema_input_type=str | tuple[Wording, ...]),
]


class Logs(RecordModel):
    """A log record: the logger's name and the level."""

    logger: Text
    level: Level


class CausedBy(RecordModel):
    """An exception further down the chain, by which this symptom is told from others with the same last line."""

    raises: ClassName = Field(description="The public name of the inner exception's class.")
    message: Wordings = Field(description="The inner exception's message.")
    applies_to: Specifier | None = Field(None, description="The releases in which it is this one.")


Causes = Annotated[
    tuple[CausedBy, ...],
    Field(min_length=1),
    BeforeValidator(
        lambda value: [value] if isinstance(value, dict) else value,
        json_schema_input_type=CausedBy | tuple[CausedBy, ...],
    ),
]


Place = Literal["thread", "group", "child"]


class Outcome(RecordModel):
    """What a program shows: at most one of the symptom keys, and its message."""

    raises: ClassName | None = Field(None, description="The public name of the exception that ends the program.")
    warns: ClassName | None = Field(None, description="The public name of the warning's category.")
    logs: Logs | None = Field(None, description="The log record: logger and level.")
    exits: StrictInt | None = Field(None, description="The exit code of a program that explains itself and stops.")
    signals: Annotated[str, StringConstraints(pattern=r"^SIG[A-Z]+$"), must_be("a signal, such as SIGSEGV")] | None = (
        Field(None, description="The signal that kills the program.")
    )
    where: Place | None = Field(
        None, description="Where the exception is raised, if not in the main thread of the program."
    )
    message: Wordings | None = Field(None, description="What it says: one text, or several with their releases.")
    caused_by: Causes | None = Field(None, description="The exception that caused it, where that tells this page.")

    @property
    def kind(self) -> Kind | None:
        """The symptom key that is set, if any."""
        return next((key for key in SYMPTOM_KEYS if getattr(self, key) is not None), None)

    @model_validator(mode="after")
    def _check_one_symptom(self) -> Outcome:
        found = [key for key in SYMPTOM_KEYS if getattr(self, key) is not None]
        if len(found) > 1:
            message = f"only one of {SYMPTOMS} can be the symptom, and here are {' and '.join(found)}"
            raise mistake(message, "Keep the one that users see. Another symptom is another page.", found[1])
        lone = next((key for key in ("message", "where", "caused_by") if getattr(self, key) is not None), None)
        if not found and lone is not None:
            raise mistake(f"`{lone}` needs one of {SYMPTOMS} beside it", ADD_SYMPTOM, lone)
        return self


class Elsewhere(Outcome):
    """What a program does on releases outside ``applies_to``: ``clean``, or another symptom."""

    clean: Literal[True] | None = None

    @model_validator(mode="after")
    def _check_something(self) -> Elsewhere:
        if (self.kind is None) == (self.clean is None):
            message = "`elsewhere` must say either that the program ends clean, or one symptom"
            raise mistake(message, "Write `elsewhere: clean`, or below it `raises: …`.")
        return self


ElsewhereField = Annotated[
    Elsewhere,
    BeforeValidator(
        lambda value: {"clean": True} if value == "clean" else value,
        json_schema_input_type=Literal["clean"] | Elsewhere,
    ),
]


class World(RecordModel):
    """A program and all that surrounds it. What is not said is inherited; null takes an inherited entry away."""

    code: str | None = Field(None, description="The program, `app.py`.")
    args: tuple[str, ...] | None = Field(None, description="Arguments of `app.py`.")
    run: tuple[str, ...] | None = Field(None, description="What Python runs instead of `app.py`: `[-m, pytest]`.")
    env: dict[Variable, str | None] = Field(
        {}, description="Environment variables. An API key is `test-key-good` or `test-key-bad`."
    )
    files: dict[FilePath, str | None] = Field({}, description="Files beside `app.py`, by path.")
    servers: dict[Host, Text | None] = Field(
        {},
        description="Hosts that answer, `localhost` too: the package with the server.yaml, or `package/scenario`.",
    )
    services: Services | None = Field(
        None,
        description="Real servers that run on localhost, each on its usual port; a list replaces an inherited one.",
    )
    packages: tuple[Requirement, ...] | None = Field(None, description="Packages installed beside the release.")


class Scoped(RecordModel):
    """On which releases a claim holds, and what happens on the others."""

    applies_to: Specifier | None = Field(None, description="The releases that this claim is about.")
    elsewhere: ElsewhereField | None = Field(None, description="What happens on the other releases.")

    @model_validator(mode="after")
    def _check_scope(self) -> Scoped:
        if self.elsewhere is not None and self.applies_to is None:
            mend = 'Write which releases this is about, such as `applies_to: ">=2"`.'
            raise mistake("`elsewhere` needs `applies_to` beside it", mend, "elsewhere")
        return self


class Snippet(World, Scoped):
    """A program with the releases it is about and the output it must print."""

    prints: str | None = Field(None, description="The whole output, with `{placeholders}` where it varies.")


class Fixed(Snippet):
    """A mended program. It says what it prints: an empty program would end clean, too."""

    prints: Text = Field(description="The whole output, with `{placeholders}` where it varies.")
