"""What `make bench` measures on: synthetic records that are true to the model, current, and the same for a seed."""

import re
from pathlib import Path

import pytest

from bench.evidence import write_evidence
from bench.measure import Cost, Measurement, median
from bench.plain import write_plain
from bench.records import write_records
from errorkb.catalog import Catalog, load
from errorkb.lint import check_catalog
from errorkb.model.schema import render_schema
from errorkb.site.programs import LEXERS
from errorkb.verify.judge import judge

RECORDS, SEED = 5, 7


def write_all(folder: Path, seed: int) -> Catalog:
    write_records(folder / "errors", RECORDS, seed)
    catalog = write_evidence(folder / "errors", seed)
    write_plain(catalog, folder / "plain")
    return catalog


def read_all(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bench")
    write_all(path, SEED)
    return path


@pytest.fixture(scope="module")
def catalog(folder: Path) -> Catalog:
    return load(folder / "errors")


def test_lint_finds_nothing(folder: Path, catalog: Catalog) -> None:
    assert catalog.vocabulary is not None
    (folder / "errors/schema.json").write_text(render_schema(catalog.vocabulary), encoding="utf-8")
    assert check_catalog(catalog, folder / "errors") == []
    assert len(catalog.entries) == RECORDS


def test_every_claim_is_current_and_judged_as_claimed(catalog: Catalog) -> None:
    seen = [
        (standing.current, judge(standing.expectation, claim.program, standing.observation, home.modules))
        for entry in catalog.entries.values()
        for home in [catalog.packages[entry.package]]
        for claim in entry.claims
        for standing in catalog.standings(entry, claim)
        if standing.observation is not None
    ]
    claims, releases = 8, 3
    assert seen == [(True, "as claimed")] * (RECORDS * claims * releases)


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(folder: Path, tmp_path: Path) -> None:
    write_all(tmp_path / "same", SEED)
    write_all(tmp_path / "other", SEED + 1)
    made = {name: content for name, content in read_all(folder).items() if name != "errors/schema.json"}
    assert read_all(tmp_path / "same") == made
    assert read_all(tmp_path / "other") != made


def test_a_record_is_about_as_long_as_a_real_one(folder: Path) -> None:
    sizes = [path.stat().st_size for path in (folder / "errors").glob("*/*-[0-9].yaml")]
    assert len(sizes) == RECORDS
    assert 4500 < sum(sizes) / RECORDS < 6500


def test_the_plain_page_says_all_that_the_record_says(folder: Path, catalog: Catalog) -> None:
    for entry in catalog.entries.values():
        page = squeeze((folder / f"plain/docs/{entry.id}.md").read_text(encoding="utf-8"))
        programs = [claim.program.code for claim in entry.claims]
        assert [text for text in [*find_prose(entry.source.data), *programs] if squeeze(text) not in page] == []


def find_prose(data: object) -> list[str]:
    keys = {"symptom", "summary", "why", "text", "cause", "check", "fix", "explanation", "try", "prevention", "url"}
    if isinstance(data, dict):
        own = [value for key, value in data.items() if key in keys and isinstance(value, str) and "{name}" not in value]
        return own + [text for value in data.values() for text in find_prose(value)]
    return [text for item in data for text in find_prose(item)] if isinstance(data, list) else []


def squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


@pytest.mark.parametrize(
    ("ratio", "missed", "verdict"),
    [
        (0.5, False, "build of 1,000 records: 0.50 of plain MkDocs (at most 0.5)"),
        (0.51, True, "build of 1,000 records: 0.51 of plain MkDocs (at most 0.5; MISSED)"),
    ],
)
def test_a_measurement_says_whether_its_bound_is_kept(ratio: float, missed: bool, verdict: str) -> None:
    measurement = Measurement("build of 1,000 records against plain MkDocs", ratio, 0.5, ())
    assert (measurement.missed, measurement.verdict) == (missed, verdict)


def test_medians_are_taken_of_each_kind_of_seconds() -> None:
    assert median([Cost(3, 10), Cost(1, 30), Cost(2, 20)]) == Cost(2, 20)


def test_the_quick_lexer_finds_the_same_tokens_as_its_parent() -> None:
    """The project's own tests hold every construct that records show."""
    plain = type(LEXERS["python"]).__base__(stripnl=False, ensurenl=False)
    texts = [path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.rglob("*.py"))]
    texts += [
        "match x:\n    case _:\n        a.b.c = .5\n",
        'x = rb"a"\n  \n    """doc"""\n',
        "lazy import a\nint .real\n",
        "é = f'{ à!r}'",
    ]
    for text in texts:
        assert list(LEXERS["python"].get_tokens(text)) == list(plain.get_tokens(text))
