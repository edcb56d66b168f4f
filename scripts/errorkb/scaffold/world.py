"""Flags → the surroundings of a record's program, as its model names them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from errorkb.model.record import Record
from errorkb.model.snippet import World
from errorkb.scaffold.drafts import SOUND, build_record, check_data
from errorkb.scaffold.programs import find_secret


@dataclass(frozen=True)
class Flag:
    """A flag that may be given several times: the key of the model that it adds to, and the form of its value."""

    key: str
    form: str

    @property
    def is_pair(self) -> bool:
        """Whether the value is a name and what it stands for, with ``=`` between them."""
        return "=" in self.form

    @property
    def text(self) -> str:
        """What the key is for."""
        return World.model_fields[self.key].description or ""


FLAGS: Mapping[str, Flag] = {
    "env": Flag("env", "NAME=VALUE"),
    "arg": Flag("args", "TEXT"),
    "file": Flag("files", "PATH=FILE"),
    "server": Flag("servers", "HOST=PACKAGE"),
    "service": Flag("services", "NAME"),
    "requires": Flag("packages", "REQUIREMENT"),
}
"""The flags, by their names."""


def parse_world(given: Mapping[str, Sequence[str]], read: Callable[[str], bytes]) -> tuple[dict[str, Any], str]:
    """Return the data of a world, and what is wrong with the first flag that cannot be taken; "" if nothing is.

    ``read`` gives the content of a file by its name.
    """
    world: dict[str, Any] = {}
    for name, values in given.items():
        flag = FLAGS[name]
        data: dict[str, str] | list[str] = {} if flag.is_pair else []
        for value in values:
            wrong = _add(data, value, flag, read)
            if wrong:
                return {}, f"--{name}: {wrong}"
        if data:
            world[flag.key] = data
            found = check_data(Record, build_record(SOUND, {flag.key: data}))
            if found:
                return {}, f"--{name}: {'; '.join(found)}"
    return world, ""


def list_texts(world: Mapping[str, Any]) -> list[str]:
    """Every text of a world that the reader of a page sees, for finding where a value in a message comes from."""
    pairs = [*world.get("env", {}).values(), *world.get("files", {}).values()]
    return [" ".join(world.get("args", ())), *pairs] if world else []


def _add(data: dict[str, str] | list[str], value: str, flag: Flag, read: Callable[[str], bytes]) -> str:
    """Add one value; return what is wrong with it."""
    if isinstance(data, list):
        data.append(value)
        return find_secret(value)
    name, equals, text = value.partition("=")
    if not name or not equals:
        return f"must be {flag.form}, was {value!r}"
    if flag.key == "files":
        try:
            text = read(text).decode()
        except UnicodeDecodeError:
            return f"{text}: a file of a program must be text in UTF-8"
    data[name] = text
    return find_secret(f"{name}={text}")
