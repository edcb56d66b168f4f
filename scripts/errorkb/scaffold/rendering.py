"""Data of a model → YAML for people: each key under a comment that says what it is for, in the model's own words."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any, get_args

import yaml
from pydantic import BaseModel

from errorkb.model.record import Record
from errorkb.model.snippet import SYMPTOM_KEYS

MODELINE = "# yaml-language-server: $schema=../schema.json\n"
WIDTH = 120
FOLDED = 90
OVERSHOOT = 20
"""PyYAML ends a line after the word that goes beyond the width (6.0.3, ``Emitter.write_folded``)."""

_TAG = "tag:yaml.org,2002:"


def render_record(data: Mapping[str, Any]) -> str:
    """Render a record: what is known of it, then the keys that it may have beside."""
    more = [
        f"{field.alias or name}: {field.description}"
        for name, field in Record.model_fields.items()
        if field.description and name not in data and name not in SYMPTOM_KEYS
    ]
    rest = ["More that a record may say (errors/schema.json has all of it):", *(f"  {line}" for line in more)]
    return MODELINE + render_model(Record, data) + "".join(f"# {line}\n" for line in rest)


def render_model(model: type[BaseModel], data: Mapping[str, Any], width: int = WIDTH) -> str:
    """Render data of a model, its keys in the order in which they are given. Reading it gives the same data."""
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    blocks = []
    for key, value in data.items():
        field = fields[key]
        comment = textwrap.wrap(field.description or "", width - 2, break_long_words=False)
        blocks += [f"# {line}\n" for line in comment]
        blocks.append(_render_field(key, value, _find_model(field.annotation), width))
    return "".join(blocks)


def render_item(data: Mapping[str, Any], indentation: int, width: int = WIDTH) -> str:
    """Render data as an item of a list whose hyphens stand behind ``indentation`` spaces, without comments."""
    width -= indentation + 2
    blocks = (_serialize(key, _build_node(value), width) for key, value in data.items())
    return f"{' ' * indentation}- {textwrap.indent(''.join(blocks), ' ' * (indentation + 2)).lstrip(' ')}"


def _render_field(key: str, value: Any, model: type[BaseModel] | None, width: int) -> str:
    if model is not None and isinstance(value, dict):
        return f"{key}:\n" + textwrap.indent(render_model(model, value, width - 2), "  ")
    if model is not None and isinstance(value, list) and all(isinstance(item, dict) for item in value):
        items = "".join(_render_item(model, item, width - 4) for item in value)
        return f"{key}:\n" + textwrap.indent(items, "  ")
    return _serialize(key, _build_node(value), width)


def _render_item(model: type[BaseModel], item: Mapping[str, Any], width: int) -> str:
    lines = textwrap.indent(render_model(model, item, width), "  ").splitlines(keepends=True)
    first = next(number for number, line in enumerate(lines) if not line.startswith("  #"))
    lines[: first + 1] = [*(line[2:] for line in lines[:first]), f"- {lines[first][2:]}"]
    return "".join(lines)


def _serialize(key: str, node: yaml.Node, width: int) -> str:
    mapping = yaml.MappingNode(f"{_TAG}map", [(_build_scalar(key), node)], flow_style=False)
    return str(yaml.serialize(mapping, Dumper=yaml.SafeDumper, allow_unicode=True, width=width - OVERSHOOT))


def _build_node(value: Any) -> yaml.Node:
    if isinstance(value, dict):
        pairs = [(_build_node(key), _build_node(item)) for key, item in value.items()]
        return yaml.MappingNode(f"{_TAG}map", pairs, flow_style=False)
    if isinstance(value, list | tuple):
        return yaml.SequenceNode(f"{_TAG}seq", [_build_node(item) for item in value], flow_style=True)
    return yaml.ScalarNode(f"{_TAG}int", str(value)) if isinstance(value, int) else _build_scalar(value)


def _build_scalar(text: str) -> yaml.ScalarNode:
    """Lines as a block, long prose folded; else plain, or in double quotes where plain would be read differently."""
    if text[:1].strip() and text[-1:] in (text[-1:].strip(), "\n") and not text.endswith("\n\n"):
        if "\n" in text:
            return yaml.ScalarNode(f"{_TAG}str", text, style="|")
        if len(text) > FOLDED and "  " not in text:
            return yaml.ScalarNode(f"{_TAG}str", text, style=">")
    plain = yaml.ScalarNode(f"{_TAG}str", text)
    quoted = str(yaml.serialize(plain, Dumper=yaml.SafeDumper, allow_unicode=True)).startswith("'")
    return yaml.ScalarNode(f"{_TAG}str", text, style='"') if quoted or "\n" in text else plain


def _find_model(annotation: Any) -> type[BaseModel] | None:
    """The model that a field holds, or holds many of."""
    return next(_find_models(annotation), None)


def _find_models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _find_models(part)
