"""What the models say of a field beyond its type: words for what it must be, and a shorter way to write it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import StringConstraints, ValidationError, ValidatorFunctionWrapHandler, WrapValidator
from pydantic_core import PydanticCustomError

MISTAKE = "mistake"


def must_be(words: str) -> WrapValidator:
    """Say in words what a value must be, where a pattern would be all that is said."""

    def check(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        try:
            return handler(value)
        except ValidationError:
            raise ValueError(f"must be {words}, was {value!r}") from None

    return WrapValidator(check)


def mistake(message: str, mend: str, *at: str | int) -> PydanticCustomError:
    """What a validator raises where several values do not fit together: a whole finding.

    ``at`` leads from the value that is validated to the key at which the author has to look.
    """
    return PydanticCustomError(MISTAKE, "{message}", {"message": message, "mend": mend, "at": at})


def wrap_text(key: str, many: bool) -> Callable[[Any], Any]:
    """Let authors write plain text where only the text matters: ``x`` means ``{key: x}``, or a list of one."""

    def wrap(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return [{key: value}] if many else {key: value}

    return wrap


Url = Annotated[
    str,
    StringConstraints(pattern=r"^https://[a-z0-9.-]+(/\S*)?$"),
    must_be("an address that begins with https:// and a host in small letters, such as https://docs.python.org/3/"),
]
