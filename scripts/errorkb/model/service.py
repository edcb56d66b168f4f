"""The real servers that a record's program can find running: what they are, where they listen, who gets in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator

from errorkb.model.annotations import mistake


@dataclass(frozen=True)
class Kind:
    """A server: its name, its port on localhost, and how a program gets in, in the words of the page."""

    name: str
    port: int
    entrance: str = ""

    @property
    def description(self) -> str:
        """``PostgreSQL on localhost:5432, user app, password test-key-good, database app``."""
        return ", ".join(filter(None, (f"{self.name} on localhost:{self.port}", self.entrance)))


KINDS: Mapping[str, Kind] = {
    "postgresql": Kind("PostgreSQL", 5432, "user app, password test-key-good, database app"),
    "redis": Kind("Redis", 6379),
    "redis-with-password": Kind("Redis", 6379, "password test-key-good"),
}


def _check_ports(services: tuple[str, ...]) -> tuple[str, ...]:
    ports = Counter(KINDS[name].port for name in services)
    for port, count in ports.items():
        if count > 1:
            names = " and ".join(name for name in services if KINDS[name].port == port)
            message = f"`services` must not hold two servers for one port, and {names} are both for {port}"
            raise mistake(message, "Take one of them out.")
    return services


Service = Literal["postgresql", "redis", "redis-with-password"]
Services = Annotated[tuple[Service, ...], AfterValidator(_check_ports)]
