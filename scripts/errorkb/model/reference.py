"""The fields of a record, as a table each for the contributor documentation. One truth: the JSON Schema of editors."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from errorkb.model.package import Package, Vocabulary
from errorkb.model.schema import render_schema
from errorkb.model.server import Server

BEGIN = "<!-- The fields, written by: python scripts/lint.py --document -->\n"
END = "<!-- End of the fields -->\n"


def render_fields(vocabulary: Vocabulary) -> str:
    """Render every field of a record, of its parts, and of the files beside it: name, value, meaning."""
    record = json.loads(render_schema(vocabulary))
    tables = [
        _render_table("A record", "`errors/<package>/<record>.yaml`", record, record["$defs"]),
        *_render_parts(record["$defs"]),
        *_render_file("A package", "`errors/<package>/package.yaml`", Package.model_json_schema()),
        *_render_file("A stub server", "`errors/<package>/server.yaml`", Server.model_json_schema()),
    ]
    return "\n".join(tables)


def _render_parts(parts: dict[str, Any]) -> Iterator[str]:
    """What a record is made of. Where a part has a snippet's fields, a line says so in place of them."""
    snippet = parts["Snippet"]["properties"]
    for name, part in sorted(parts.items()):
        fields, about = part["properties"], _one_line(part.get("description", ""))
        same = [key for key in snippet if fields.get(key) == snippet[key]]
        if name != "Snippet" and len(same) > 1:
            names = ", ".join(f"`{key}`" for key in same)
            about = f"{about}\n\nIt may have these fields of a [Snippet](#snippet): {names}. And its own:"
            part = {**part, "properties": {key: fields[key] for key in fields if key not in same}}
        yield _render_table(name, about, part, parts)


def _render_file(title: str, place: str, schema: dict[str, Any]) -> Iterator[str]:
    yield _render_table(title, place, schema, schema["$defs"])
    for name, part in sorted(schema["$defs"].items()):
        yield _render_table(name, _one_line(part["description"]), part, schema["$defs"])


def _render_table(title: str, about: str, schema: dict[str, Any], parts: dict[str, Any]) -> str:
    required = schema.get("required", ())
    rows = [
        f"| `{name}`{' *' if name in required else ''} | {_escape(_describe(field))} | {_meaning(field, parts)} |\n"
        for name, field in schema["properties"].items()
    ]
    return f"## {title}\n\n{about}\n\n| Field | Value | Meaning |\n| --- | --- | --- |\n{''.join(sorted(rows))}"


def _describe(field: dict[str, Any]) -> str:
    """What a value may be, in words."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "const" in field:
        return f"`{str(field['const']).lower() if isinstance(field['const'], bool) else field['const']}`"
    if "enum" in field:
        return " or ".join(f"`{word}`" for word in field["enum"])
    if "anyOf" in field:
        kinds = [_describe(kind) for kind in field["anyOf"] if kind.get("type") != "null"]
        return ", or ".join(dict.fromkeys(kinds))
    return _describe_type(field)


def _describe_type(field: dict[str, Any]) -> str:
    kind = field.get("type")
    if kind == "array":
        return f"list of {_describe(field['items'])}"
    if kind == "object":
        patterns: list[Any] = list(field.get("patternProperties", {}).values())
        values = [kind for kind in [field.get("additionalProperties"), *patterns] if isinstance(kind, dict)]
        return f"mapping to {_describe(values[0])}" if values else "mapping"
    names = {"string": "text", "integer": "whole number", "number": "number", "boolean": "`true` or `false`"}
    return names.get(str(kind), "anything") + _limits(field)


def _limits(field: dict[str, Any]) -> str:
    low, high = field.get("minimum"), field.get("maximum")
    if low is not None and high is not None:
        return f", {low} to {high}"
    longest = field.get("maxLength")
    return f", at most {longest} characters" if longest and longest < 200 else ""


def _meaning(field: dict[str, Any], parts: dict[str, Any]) -> str:
    """The field's description, else the first sentence about what it lists; also what each of its words means."""
    part = field.get("items", {}).get("$ref", "").rpartition("/")[2]
    first = parts[part]["description"].partition(". ")[0].rstrip(".") + "." if part else ""
    text = _one_line(field.get("description", first))
    words = [f"`{kind['const']}`: {kind['description']}" for kind in field.get("anyOf", ()) if "description" in kind]
    return _escape("<br>".join([text, *words]) if words else text)


def _one_line(text: str) -> str:
    """Docstrings as prose of Markdown."""
    return " ".join(re.sub(r"``(.+?)``", r"`\1`", text).split())


def _escape(text: str) -> str:
    return text.replace("|", "\\|")


def render_page(page: str, vocabulary: Vocabulary) -> str:
    """Put the fields as they are now between the two marks of a page. Raises ``ValueError`` if a mark is missing."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page must hold the lines {BEGIN.strip()} and {END.strip()}")
    return f"{before}{BEGIN}\n{render_fields(vocabulary)}\n{END}{after}"
