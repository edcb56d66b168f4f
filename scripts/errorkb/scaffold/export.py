"""A record's programs → the files that a person needs to run them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from errorkb.catalog import Entry, PackageEntry
from errorkb.claims import Claim


def render_programs(entry: Entry, home: PackageEntry) -> dict[str, str]:
    """Render every program of a record: for each claim a folder with its files, and a script beside it."""
    files: dict[str, str] = {}
    for claim in entry.claims:
        files |= {f"{claim.id}/{name}": text for name, text in claim.program.files}
        files[f"{claim.id}.sh"] = "\n".join([*_render_script(entry, home, claim), ""])
    return files


def _render_script(entry: Entry, home: PackageEntry, claim: Claim) -> Iterator[str]:
    program, distribution = claim.program, home.package.distribution
    newest = next((x.version for x in home.package.releases if claim.expectation(x.version) is not None), None)
    own = [f"{distribution}=={newest}"] if distribution and newest else []
    yield "#!/bin/sh"
    yield f"# {claim.id} of {entry.id}"
    if own or program.packages:
        yield f"# needs: python -m pip install {shlex.join([*own, *program.packages])}"
    for host, scenario in program.servers:
        yield f"# {host} was played by {scenario} (errors/{scenario.partition('/')[0]}/server.yaml)"
    if program.services:
        yield f"# real servers on localhost: {', '.join(program.services)}"
    yield f'cd "$(dirname "$0")/{claim.id.rpartition("/")[2]}" || exit'
    for name, value in program.env:
        yield f"export {name}={shlex.quote(value)}"
    yield f"exec python {shlex.join(program.arguments)}"
