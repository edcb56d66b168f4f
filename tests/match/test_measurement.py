"""What the finder gets right on the project's own records; ``python -m finder`` prints it with every exception."""

import pytest

from errorkb.catalog import Catalog, load
from errorkb.paths import ERRORS
from finder.measurement import ALSO_RIGHT, Share, measure_left_out, measure_names, measure_negatives, measure_wrappings
from finder.wrappings import WRAPPINGS, read_captured


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(ERRORS)


def check(*shares: Share) -> None:
    for share in shares:
        assert share.holds, share.render()


@pytest.mark.slow
def test_captured_texts_lead_to_their_page_in_twelve_wrappings(catalog: Catalog) -> None:
    assert len(WRAPPINGS) == 12
    check(*measure_wrappings(catalog))


def test_names_lead_to_their_page(catalog: Catalog) -> None:
    check(measure_names(catalog))


@pytest.mark.slow
def test_without_its_page_a_text_is_not_taken_for_another(catalog: Catalog) -> None:
    check(measure_left_out(catalog))


def test_what_has_no_page_is_given_none(catalog: Catalog) -> None:
    check(measure_negatives(catalog))


def test_every_record_that_was_run_is_measured(catalog: Catalog) -> None:
    measured = {captured.record for captured in read_captured(catalog)}
    silent = {name for name, entry in catalog.entries.items() if entry.record.message is None or not entry.evidence}
    assert set(catalog.entries) - measured - silent == set()


def test_every_exception_is_of_a_record_that_is_there(catalog: Catalog) -> None:
    pages = {page for others in ALSO_RIGHT.values() for page in others}
    assert {*ALSO_RIGHT, *pages} <= set(catalog.entries)


def test_a_share_that_misses_its_bound_does_not_hold() -> None:
    share = Share("right", 0.5, True)
    assert not share.holds
    share.count(True, "a")
    assert share.holds
    share.count(False, "b")
    share.count(False, "c")
    assert not share.holds
    assert share.render() == "NOT right: 1 of 3, 33.3% (at least 50%)\n      b\n      c"
