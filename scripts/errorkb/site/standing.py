"""Where claims stand, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from errorkb.catalog import Catalog, Entry, Standing
from errorkb.claims import Claim
from errorkb.evidence import Observation
from errorkb.model.scope import is_in_scope
from errorkb.model.service import KINDS
from errorkb.site.views import EvidenceLine

NOT_RUN = EvidenceLine("none", Markup("not run yet"))


@dataclass(frozen=True)
class Stand:
    """A claim with its standings, newest release first."""

    claim: Claim
    standings: Sequence[Standing]

    @property
    def inside(self) -> list[Standing]:
        """The releases that the claim itself is about."""
        scope = self.claim.applies_to
        return [item for item in self.standings if is_in_scope(item.release.version, scope)]

    @property
    def observation(self) -> Observation | None:
        """What was seen on the newest release."""
        return next((item.observation for item in self.inside if item.observation is not None), None)

    @property
    def release(self) -> str | None:
        """The release that ``observation`` is from."""
        return next((item.release.version for item in self.inside if item.observation is not None), None)

    @property
    def edited(self) -> bool:
        """Whether what was run is not what the record says now."""
        return any(item.observation is not None and not item.current for item in self.standings)

    @property
    def dates(self) -> list[str]:
        """The days of its runs, oldest first."""
        return sorted(item.observation.date for item in self.standings if item.observation is not None)

    @property
    def proven(self) -> int:
        """On how many releases of its scope it was seen to hold, and not edited since."""
        return sum(bool(item.observation and item.current and item.observation.holds) for item in self.inside)


def stand_of(catalog: Catalog, entry: Entry) -> dict[str, Stand]:
    """Where every claim of a record stands, by its id."""
    return {claim.id: Stand(claim, catalog.standings(entry, claim)) for claim in entry.claims}


def render_line(stand: Stand, verb: str) -> EvidenceLine:
    """The line under what a claim proves: ``reproduced on 5 of 5 releases``."""
    if not stand.dates:
        return NOT_RUN
    if stand.edited:
        return render_edited(stand.dates[0])
    failed = [item for item in stand.standings if item.observation is not None and not item.observation.holds]
    if failed:
        return EvidenceLine("fail", Markup("did not hold on {}").format(render_time(stand.dates[-1])))
    text = Markup("{} on {}").format(verb, count_releases(stand))
    return EvidenceLine("ok", text + _elsewhere(stand))


def render_edited(date: str) -> EvidenceLine:
    """The line at a claim that was edited after it was run."""
    return EvidenceLine("edited", Markup("was verified {}; edited since").format(render_time(date)))


def describe_servers(stands: Iterable[Stand]) -> str:
    """What the programs talked to: ``, against a stub server``, ``, against a real PostgreSQL``; empty for nothing."""
    programs = [stand.claim.program for stand in stands]
    stub = ["a stub server"] if any(program.servers for program in programs) else []
    real = sorted({f"a real {KINDS[name].name}" for program in programs for name in program.services})
    return f", against {' and '.join([*stub, *real])}" if stub or real else ""


def render_time(date: str) -> Markup:
    """A date that does not wrap."""
    return Markup("<time>{}</time>").format(date)


def count_releases(stand: Stand) -> str:
    """``5 of 5 releases``; with fewer proven than there are, which."""
    total = len(stand.inside)
    names = "" if total > 1 else f": {stand.inside[0].release.version}"
    return f"{stand.proven} of {total} release{'s' * (total != 1)}{names}"


def render_instead(item: Standing) -> str:
    """What a release outside the scope does instead."""
    shows = item.expectation.shows
    if shows is None:
        return "runs clean"
    return f"{shows.kind} {shows.raises or shows.warns or shows.exits or shows.signals or 'something else'} instead"


def _elsewhere(stand: Stand) -> Markup:
    outside = [item for item in stand.standings if item not in stand.inside and item.observation is not None]
    groups: dict[str, list[str]] = {}
    for item in outside:
        groups.setdefault(render_instead(item), []).append(item.release.version)
    texts = (escape(f"; {', '.join(versions)} {what}") for what, versions in groups.items())
    return Markup("").join(texts)
