"""What a model has at a place: its keys, what a value may be in words, and what it means. Read from its JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel

from errorkb.source import Location

Node = dict[str, Any]
PLAIN = {"string": "text", "integer": "a whole number", "number": "a number", "boolean": "true or false"}


def find_keys(model: type[BaseModel], block: Location) -> list[str]:
    """List the keys that the block at a place may have, in the order of the model."""
    return list(dict.fromkeys(key for part in _find(model, block) for key in part.get("properties", ())))


def find_homes(model: type[BaseModel], key: str) -> list[str]:
    """List the keys of the blocks that may have this key, in the order of the model."""
    schema = _schema(model)
    blocks = [schema, *schema.get("$defs", {}).values()]
    pairs = ((name, field) for block in blocks for name, field in block.get("properties", {}).items())
    return list(dict.fromkeys(name for name, field in pairs if key in _keys_below(field, schema)))


def describe_value(model: type[BaseModel], place: Location) -> str:
    """Say in words what the value at a place must be, such as "a list, each item with the keys `title`, `url`"."""
    return _describe(_find(model, place))


def find_meaning(model: type[BaseModel], place: Location) -> str:
    """Return what the value at a place means; empty where the model does not say."""
    field = next((found for found in _find(model, place, follow=False) if "description" in found), {})
    return str(field.get("description", ""))


def find_required(model: type[BaseModel], block: Location) -> list[str]:
    """List the keys that the block at a place must have."""
    return [key for part in _find(model, block) for key in part.get("required", ())]


def find_samples(model: type[BaseModel], place: Location) -> list[str]:
    """List the keys that the block at a place, or each item of the list there, is begun with."""
    parts = _find(model, place)
    blocks = [block for part in parts for block in (part, *part.get("items", ())) if "properties" in block]
    return _samples(blocks[0]) if blocks else []


@cache
def _schema(model: type[BaseModel]) -> Node:
    return model.model_json_schema()


def _find(model: type[BaseModel], place: Location, follow: bool = True) -> list[Node]:
    """Every part of the schema that a value at this place may fit; without ``follow``, the fields as they stand."""
    schema = _schema(model)
    parts = [schema]
    for step in place:
        parts = [below for part in parts for found in _resolve(part, schema) for below in _step(found, step)]
    return [found for part in parts for found in _resolve(part, schema)] if follow else parts


def _resolve(part: Node, schema: Node) -> Iterator[Node]:
    if "$ref" in part:
        yield from _resolve(schema["$defs"][part["$ref"].rpartition("/")[2]], schema)
    elif "anyOf" in part:
        yield from (found for choice in part["anyOf"] for found in _resolve(choice, schema))
    elif part.get("type") == "array" and "items" in part:
        yield {**part, "items": list(_resolve(part["items"], schema))}
    elif part.get("type") != "null":
        yield part


def _step(part: Node, step: str | int) -> Iterator[Node]:
    if isinstance(step, int):
        yield from part.get("items", ())
    elif step in part.get("properties", {}):
        yield part["properties"][step]
    else:
        others = [part.get("additionalProperties"), *part.get("patternProperties", {}).values()]
        yield from (other for other in others if isinstance(other, dict))


def _keys_below(field: Node, schema: Node) -> set[str]:
    found = list(_resolve(field, schema))
    items = [item for part in found for item in part.get("items", ())]
    return {key for part in [*found, *items] for key in part.get("properties", ())}


def _describe(parts: list[Node]) -> str:
    return ", or ".join(dict.fromkeys(_describe_one(part) for part in parts)) or "text"


def _describe_one(part: Node) -> str:
    if "const" in part:
        return f"`{str(part['const']).lower() if isinstance(part['const'], bool) else part['const']}`"
    if "enum" in part:
        return f"one of {', '.join(part['enum'])}"
    if part.get("type") == "array":
        return f"a list, each item {_describe(part.get('items', [])).replace('keys with values:', 'with the keys')}"
    if part.get("type") == "object":
        names = ", ".join(f"`{key}`" for key in _samples(part))
        return f"keys with values: {names}" if names else "keys with values"
    return PLAIN.get(str(part.get("type")), "text")


def _samples(part: Node) -> list[str]:
    """What must be there, and the program; else the first keys."""
    fields = part.get("properties", {})
    return [key for key in fields if key in part.get("required", ()) or key == "code"] or list(fields)[:3]
