"""Releases and the specifiers that pick them (``<1``, ``>=0.20,<2``)."""

from __future__ import annotations

from functools import cache
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version


def check_specifier(value: Any) -> str:
    """Return a version specifier as it was written; raises ``ValueError`` for anything else."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError('must be a version specifier in quotes, such as "<1" or ">=0.20,<2"')
    try:
        SpecifierSet(value)
    except InvalidSpecifier:
        raise ValueError('must be a version specifier such as "<1" or ">=0.20,<2"') from None
    return value


@cache
def is_in_scope(version: str, specifier: str | None) -> bool:
    """Whether the release is one that the specifier picks; None picks all, pre-releases too."""
    return specifier is None or SpecifierSet(specifier).contains(version, prereleases=True)


def newest_first(versions: list[str]) -> list[str]:
    """Sort releases by version, newest first."""
    return sorted(versions, key=Version, reverse=True)
