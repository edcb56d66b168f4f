"""A page is as old as the oldest run that it shows: to run one release again refreshes no date."""

from dataclasses import replace

from errorkb.catalog import load
from errorkb.paths import ERRORS, TEMPLATES
from errorkb.site.foot import Settings
from errorkb.site.render import render_site
from errorkb.verify.keeping import merge_evidence

RECORD = "click/no-such-option"
LATER = "2027-01-01"


def test_running_one_release_again_refreshes_no_date() -> None:
    catalog = load(ERRORS)
    entry = catalog.entries[RECORD]
    assert entry.evidence is not None
    before = min(seen.date for runs in entry.evidence.claims.values() for seen in runs.values())
    version, seen = next(iter(entry.evidence.claims["broken"].items()))
    again = {("broken", version): seen.model_copy(update={"date": LATER})}
    merged = merge_evidence(catalog, entry, again)
    assert merged.claims["broken"][version].date == LATER
    page = render_site(
        replace(catalog, entries={**catalog.entries, RECORD: replace(entry, evidence=merged)}), TEMPLATES, Settings()
    )[f"{RECORD}.md"]
    assert f"Verified <time>{before}</time>" in page
    assert LATER not in page


def test_running_everything_again_does() -> None:
    catalog = load(ERRORS)
    entry = catalog.entries[RECORD]
    assert entry.evidence is not None
    again = {
        (claim, version): seen.model_copy(update={"date": LATER})
        for claim, runs in entry.evidence.claims.items()
        for version, seen in runs.items()
    }
    merged = merge_evidence(catalog, entry, again)
    page = render_site(
        replace(catalog, entries={**catalog.entries, RECORD: replace(entry, evidence=merged)}), TEMPLATES, Settings()
    )[f"{RECORD}.md"]
    assert f"Verified <time>{LATER}</time>" in page
