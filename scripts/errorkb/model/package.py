"""The models of ``package.yaml`` and ``vocabulary.yaml``."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated

from packaging.version import InvalidVersion, Version
from pydantic import AfterValidator, Field, StringConstraints, model_validator

from errorkb.model.annotations import Url, mistake, must_be
from errorkb.model.snippet import Date, QualifiedName, RecordModel, Text


def _check_version(value: str) -> str:
    try:
        Version(value)
    except InvalidVersion:
        raise ValueError("must be a release such as 2.12.0") from None
    return value


class Release(RecordModel):
    """A release that records are verified on: in which Python, and with the rest of the world as of which day."""

    version: Annotated[str, AfterValidator(_check_version)]
    python: Annotated[
        str, StringConstraints(pattern=r"^3\.\d+$"), must_be('a Python such as "3.11", without a third number')
    ] = Field(description="The Python it runs on.")
    as_of: Date = Field(description="Other packages are resolved as they were on this day.")
    why: Text = Field(description="Why this release: who is on it, or what changed after it.")


class Package(RecordModel):
    """One package: how it is called, where it lives, and the releases that its records are verified on."""

    name: Text = Field(description="The name that people say.")
    distribution: (
        Annotated[
            str,
            StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(\[[a-z0-9,-]+\])?$"),
            must_be("a name that pip installs"),
        ]
        | None
    ) = Field(None, description="The name to install it by; none for Python itself.")
    modules: tuple[QualifiedName, ...] = Field((), description="Its top-level modules, if not its folder's name.")
    about: Text = Field(description="What it is, in one sentence.")
    home: Url
    releases: tuple[Release, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _check_releases(self) -> Package:
        versions = [Version(release.version) for release in self.releases]
        for number, (newer, older) in enumerate(pairwise(versions), 1):
            if newer <= older:
                message = f"releases must be listed once each, newest first, and {older} stands behind {newer}"
                raise mistake(
                    message, "Sort them by version; take out what stands twice.", "releases", number, "version"
                )
        return self


Meanings = dict[
    Annotated[str, StringConstraints(pattern=r"^[a-z]+( [a-z]+)*$"), must_be("words in small letters")], Text
]


class Vocabulary(RecordModel):
    """The words that records may use, each with a line that says what it means; in their order on the site."""

    severities: Meanings
    levels: Meanings
    retry: Meanings
