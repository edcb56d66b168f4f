"""YAML bytes → plain data, with the place in the file of every key, value and character of text.

The text is read twice by PyYAML's C loader. The first pass looks at events only and refuses what must not be
composed: libyaml's composer recurses and crashes the interpreter at 40,000 levels (PyYAML 6.0.3). The second pass
composes nodes, which carry both the YAML 1.1 reading of each scalar and its position.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast

import yaml

from errorkb.problems import Problem
from errorkb.source.decoding import read_text
from errorkb.source.events import check_events
from errorkb.source.findings import Findings
from errorkb.source.places import Position, folded_offset, offset_at, position_at
from errorkb.source.scalars import Plain, misread, parse_scalar, quote, show

Location = tuple[str | int, ...]

_PREFIX = "tag:yaml.org,2002:"


@dataclass(frozen=True)
class Source:
    """What one file says. ``data`` holds dicts with text keys, lists, str, int, float, bool and None only.

    A scalar that YAML reads as something else than it looks like stands in ``data`` as text; a Problem tells so.
    """

    path: str
    data: Any
    text: str = field(repr=False)

    def position(self, location: Location) -> Position:
        """Return where the value at ``location`` begins; for one that is absent, its closest ancestor."""
        return _place(self._find(location)[-1])

    def key_position(self, location: Location) -> Position:
        """Return where the key of the value at ``location`` begins; where there is no such key, the value."""
        return _place(self._find(location)[0])

    def position_in_text(self, location: Location, line: int, column: int) -> Position:
        """Return the place in the file of a line and column (both from 1) of the text at ``location``.

        Exact for every character in a ``|`` block; elsewhere exact for characters that are no white space, and
        after the character before it for white space. A place beyond the text is its end.
        """
        node = self._find(location)[-1]
        if not isinstance(node, yaml.ScalarNode):
            return _place(node)
        offset = offset_at(node.value, Position(max(line, 1), max(column, 1)))
        if node.style == "|":
            return self._position_in_block(node, position_at(node.value, offset))
        start = _content_start(self.text, node)
        return position_at(self.text, folded_offset(self.text, start, node.style or "", node.value, offset))

    def _find(self, location: Location) -> tuple[yaml.Node, yaml.Node]:
        """Return the nodes of the key (or the value again) and of the value."""
        key = node = cast("yaml.Node", _compose(self.text))
        for step in location:
            found = _child(node, step)
            if found is None:
                return node, node
            key, node = found
        return key, node

    def _position_in_block(self, node: yaml.ScalarNode, place: Position) -> Position:
        """Every line of a literal block is a line of the file, less its indentation."""
        lines = self.text.split("\n")
        number = min(node.start_mark.line + place.line, len(lines) - 1)
        indentation = len(lines[number]) - len(node.value.split("\n")[place.line - 1])
        return Position(number + 1, max(indentation, 0) + place.column)


def read_source(path: str, content: bytes) -> tuple[Source | None, list[Problem]]:
    """Read the bytes of one YAML file; ``path`` names it in Problems.

    Returns what it says, or None where nothing can be read, and every finding, by place; of more than a hundred,
    the first hundred. Never raises, whatever the bytes.
    """
    findings = Findings(path)
    text = read_text(content, findings)
    source = None
    if text is not None and check_events(text, findings):
        node = _compose(text)
        if isinstance(node, yaml.MappingNode):
            source = Source(path, _build(node, findings), text)
        elif node is None or _is_null(node):
            findings.add(
                Position(1, 1), "empty-file", "a file must hold keys; this one is empty", "Write it, or remove it."
            )
        else:
            message = f"a file must be keys with values at its top; this one is {_kind(node)}"
            findings.add(_place(node), "not-a-mapping", message, "Write `key: value` lines.")
    return source, findings.listed()


def _build(node: yaml.Node, findings: Findings) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _build_mapping(node, findings)
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, findings) for item in node.value]
    return _build_scalar(node, findings)


def _build_mapping(node: yaml.MappingNode, findings: Findings) -> dict[str, Any]:
    """Build a dict; of a key that is there twice, the first value stays."""
    data: dict[str, Any] = {}
    keys: dict[str, yaml.Node] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            message = f"a key must be text; this one is {_kind(key)}"
            findings.add(_place(key), "key-not-text", message, "Write text before the colon; put { and [ in quotes.")
            continue
        _check_key(node, key, value, findings)
        built = _build(value, findings)
        if key.value in keys:
            first = _place(keys[key.value])
            message = f"a key must stand once; {show(key.value)} stands in line {first.line}, column {first.column} too"
            findings.add(_place(key), "duplicate-key", message, "Keep one of the two.")
            continue
        keys[key.value] = key
        data[key.value] = built
    return data


def _check_key(parent: yaml.MappingNode, key: yaml.ScalarNode, value: yaml.Node, findings: Findings) -> None:
    misreading = misread(key.value, _scalar_kind(key))
    if misreading is not None:
        message = f"a key must be text; {show(key.value)} is read as {misreading.reading}"
        findings.add(_place(key), "key-not-text", message, f"Write {quote(key.value)}, or choose another key.")
    elif parent.flow_style and _is_null(value) and value.start_mark.index == key.end_mark.index:
        message = f"a key in braces must have a value; {show(key.value)} has none"
        findings.add(_place(key), "key-without-value", message, "Put text that holds a comma in quotes.")


def _build_scalar(node: yaml.Node, findings: Findings) -> Plain:
    value, misreading = parse_scalar(node.value, _scalar_kind(node))
    if misreading is not None:
        message = f"what stands here must be read as it looks; {show(node.value)} is read as {misreading.reading}"
        findings.add(_place(node), misreading.code, message, misreading.mend)
    return value


def _scalar_kind(node: yaml.Node) -> str:
    """Return YAML's kind of the scalar; of one in quotes, that it is text."""
    return str(node.tag.removeprefix(_PREFIX)) if not getattr(node, "style", None) else "str"


def _kind(node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    return "a list" if isinstance(node, yaml.SequenceNode) else "a single value"


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and _scalar_kind(node) == "null"


def _place(node: yaml.Node) -> Position:
    return Position(node.start_mark.line + 1, node.start_mark.column + 1)


def _child(node: yaml.Node, step: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """Return the key (of an item of a list, the item) and the value one step down."""
    if isinstance(node, yaml.MappingNode):
        pairs = ((key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode) and key.value == step)
        return next(pairs, None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and 0 <= step < len(node.value):
        return node.value[step], node.value[step]
    return None


def _content_start(text: str, node: yaml.ScalarNode) -> int:
    """Return the offset where the text itself begins, after the quote or the header of a block."""
    start = int(node.start_mark.index)
    if node.style == ">":
        return text.find("\n", start) + 1 or len(text)
    return start + bool(node.style)


@lru_cache(maxsize=16)
def _compose(text: str) -> yaml.Node | None:
    """Compose the first document. A Source keeps its text alone, so that it is small and can be pickled."""
    loader = yaml.CSafeLoader(text)
    try:
        return loader.get_node() if loader.check_node() else None
    finally:
        loader.dispose()
