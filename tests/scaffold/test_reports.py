"""Which record a page is, and the command that repeats the runs of one that is said to be wrong."""

from pathlib import Path

import pytest

from errorkb.catalog import Catalog, load
from errorkb.scaffold.paste import Facts, add_said
from errorkb.scaffold.reports import find_page, render_report
from trees import BASE, RECORD, build_tree


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    package = (BASE / "sample/package.yaml").read_text() + "distribution: sample\n"
    files = {"sample/missing.yaml": f"{RECORD}aliases: [sample/lost]\n", "sample/package.yaml": package}
    return load(build_tree(tmp_path / "errors", files))


@pytest.mark.parametrize(
    "text",
    [
        "sample/missing",
        " `sample/missing` ",
        "errors/sample/missing.yaml",
        "https://errors.example/kb/sample/missing/",
        "https://errors.example/sample/missing/index.html?q=1#causes",
        "sample/lost",
    ],
)
def test_a_page_is_named_in_many_ways(catalog: Catalog, text: str) -> None:
    entry, wrong = find_page(catalog, text)
    assert (entry and entry.id, wrong) == ("sample/missing", "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sample/mising", "there is no page 'sample/mising'; near it: sample/missing, sample/lost"),
        ("x/y", "there is no page 'x/y'; write package/record"),
        ("https://errors.example/", "it names no page; write package/record"),
    ],
)
def test_a_page_that_is_none(catalog: Catalog, text: str, said: str) -> None:
    assert find_page(catalog, text) == (None, said)


@pytest.mark.parametrize(
    ("releases", "said"),
    [
        ("", ["Repeat its runs: python scripts/verify.py sample/missing --check"]),
        ("sample 2.0", ["Repeat its runs: python scripts/verify.py sample/missing --release 2.0 --check"]),
        (
            "sample==9.1",
            [
                "It is run on 2.0, 1.0, and not on 9.1. To have it run there, add 9.1 to `releases` in",
                "errors/sample/package.yaml, then: python scripts/verify.py sample/missing --release 9.1",
            ],
        ),
    ],
)
def test_what_repeats_the_runs_in_doubt(catalog: Catalog, releases: str, said: list[str]) -> None:
    entry = catalog.entries["sample/missing"]
    text = render_report(catalog, entry, "It says\nnothing.", releases, add_said(Facts(), releases))
    where = f" ({releases})" if releases else ""
    assert text.splitlines() == [
        f"The page is errors/sample/missing.yaml; no draft can be made of what is said to be wrong{where}:",
        "    It says",
        "    nothing.",
        *said,
    ]
