"""Data against a model: the model, or a Problem at the place of every mistake."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from errorkb.model.annotations import MISTAKE
from errorkb.model.explanation import KEY, explain, find_meant
from errorkb.problems import Problem
from errorkb.source import Location, Source

Model = TypeVar("Model", bound=BaseModel)
CODES = {"extra_forbidden": "unknown-key", "missing": "missing-key"}


def read_model(model: type[Model], source: Source, reference: str) -> tuple[Model | None, list[Problem]]:
    """Return the source's data as the model, or None with every finding.

    ``reference`` says where the reader finds the keys of a block that has many; it ends up in the Problem's mend.
    """
    try:
        return model.model_validate(source.data), []
    except ValidationError as error:
        found = error.errors()
        return None, [
            _problem(model, source, item, reference) for item in found if not _is_echo(model, source.data, item, found)
        ]


def _is_echo(model: type[BaseModel], data: Any, details: ErrorDetails, found: list[ErrorDetails]) -> bool:
    """Whether it only follows from another finding: a short list with a bad item, a key that is there misspelt."""
    place = details["loc"]
    if details["type"] == "too_short":
        return any(len(item["loc"]) > len(place) and item["loc"][: len(place)] == place for item in found)
    if details["type"] != "missing":
        return False
    block = _location_in(data, place[:-1])
    unknown = [item["loc"] for item in found if item["type"] == "extra_forbidden"]
    beside = [str(other[-1]) for other in unknown if _location_in(data, other[:-1]) == block]
    return any(find_meant(model, data, (*block, key)) == place[-1] for key in beside)


def _problem(model: type[BaseModel], source: Source, details: ErrorDetails, reference: str) -> Problem:
    location = _location_in(source.data, details["loc"])
    if details["type"] == MISTAKE:
        location = (*location, *details["ctx"]["at"])
    at_key = details["type"] in (MISTAKE, *CODES) or details["loc"][-1:] == (KEY,)
    position = source.key_position(location) if at_key else source.position(location)
    message, mend = explain(model, source.data, details, location, reference)
    code = CODES.get(details["type"], "wrong-value")
    return Problem(source.path, position.line, position.column, code, message, mend)


def _location_in(data: Any, location: tuple[int | str, ...]) -> Location:
    """Cut a pydantic location down to what exists in the data: names of union members and wrapped keys do not."""
    found: list[int | str] = []
    part: Any
    for part in location:
        if (isinstance(data, dict) and part in data) or (
            isinstance(data, list) and isinstance(part, int) and part < len(data)
        ):
            data = data[part]
        else:
            continue
        found.append(part)
    return tuple(found)
