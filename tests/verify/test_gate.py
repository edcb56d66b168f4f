"""The gate, attacked: every claim of every record made false, and held against what was really observed."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from errorkb.catalog import Catalog, Entry, Standing, load
from errorkb.claims import Claim, Expectation
from errorkb.evidence import Observation, ResolvedName
from errorkb.model.package import Release
from errorkb.model.scope import is_in_scope
from errorkb.model.snippet import Outcome, Wording
from errorkb.paths import BUILD, ERRORS
from errorkb.verify.judge import judge
from errorkb.verify.plan import Task
from errorkb.verify.pool import Pool
from errorkb.verify.verification import verify_tasks
from errorkb.verify.worlds import find_interpreters, prepare_worlds
from errorkb.wording import parse_wording

IMPOSTOR = "LookupError"


@dataclass(frozen=True)
class Case:
    """A claim on a release, with what was seen there.

    ``other`` is what was seen of the other half of its pair, where ``broken`` shows the symptom on that release.
    """

    entry: Entry
    claim: Claim
    expectation: Expectation
    seen: Observation
    other: Observation | None
    modules: tuple[str, ...]
    release: str

    def verdict(self, expectation: Expectation, seen: Observation) -> object:
        names = {IMPOSTOR: ResolvedName(real=IMPOSTOR), **(self.seen.names if self.other is seen else {}), **seen.names}
        return judge(expectation, self.claim.program, seen.model_copy(update={"names": names}), self.modules)


def list_cases(catalog: Catalog) -> Iterator[Case]:
    for entry in catalog.entries.values():
        seen = {
            claim.id: {item.release.version: item for item in catalog.standings(entry, claim)} for claim in entry.claims
        }
        for claim in (claim for claim in entry.claims if not claim.inside.open):
            for version, standing in seen[claim.id].items():
                if standing.observation is not None and standing.current:
                    other = other_half(entry, seen, claim.id, version)
                    modules = catalog.packages[entry.package].modules
                    yield Case(entry, claim, standing.expectation, standing.observation, other, modules, version)


def other_half(entry: Entry, seen: dict[str, dict[str, Standing]], claim: str, version: str) -> Observation | None:
    prefix, _, half = claim.rpartition("/")
    names = {name: f"{prefix}/{name}".lstrip("/") for name in ("broken", "fixed")}
    if half not in names:
        return None
    scope = next(item.applies_to for item in entry.claims if item.id == names["broken"])
    other = seen[names["fixed" if half == "broken" else "broken"]].get(version)
    return other.observation if other is not None and is_in_scope(version, scope) else None


def with_symptom(case: Case, **changes: object) -> Expectation | None:
    shows = case.expectation.shows
    return replace(case.expectation, shows=shows.model_copy(update=changes)) if shows is not None else None


def another_class(case: Case) -> Expectation | None:
    shows = case.expectation.shows
    return with_symptom(case, **{shows.kind: IMPOSTOR}) if shows and shows.kind in ("raises", "warns") else None


def a_base_class(case: Case) -> Expectation | None:
    shows = case.expectation.shows
    if shows is None or shows.raises is None:
        return None
    bases = case.seen.names[shows.raises].bases
    return with_symptom(case, raises=IMPOSTOR) if not bases else with_symptom(case, raises=bases[0])


def another_code_or_signal_or_level(case: Case) -> Expectation | None:
    shows = case.expectation.shows
    if shows is None or shows.kind in ("raises", "warns"):
        return None
    if shows.logs is not None:
        return with_symptom(case, logs=shows.logs.model_copy(update={"level": "DEBUG"}))
    return with_symptom(case, exits=77) if shows.exits is not None else with_symptom(case, signals="SIGUSR2")


def change_wordings(case: Case, change: Callable[[str], str]) -> Expectation | None:
    shows = case.expectation.shows
    if shows is None or not shows.message:
        return None
    return with_symptom(case, message=tuple(Wording(text=change(wording.text)) for wording in shows.message))


def a_word_more(case: Case) -> Expectation | None:
    return change_wordings(case, lambda text: f"{text} really")


def a_letter_less(case: Case) -> Expectation | None:
    shows = case.expectation.shows
    if shows is None or not shows.message or not all(literal_end(wording.text) for wording in shows.message):
        return None
    return change_wordings(case, lambda text: text.strip()[:-1])


def literal_end(text: str) -> bool:
    """Whether two letters stand at the end: of one alone, a placeholder before it would take the place."""
    parts = parse_wording(text).parts
    return bool(parts) and isinstance(parts[-1], str) and len(parts[-1]) > 1


def a_wording_that_fits_anything(case: Case) -> Expectation | None:
    return change_wordings(case, lambda text: "{text}")


def another_status(case: Case) -> Expectation | None:
    return replace(case.expectation, http=418) if case.expectation.http is not None else None


def another_cause(case: Case) -> Expectation | None:
    shows = case.expectation.shows
    if shows is None or not shows.caused_by:
        return None
    return with_symptom(case, caused_by=tuple(item.model_copy(update={"raises": IMPOSTOR}) for item in shows.caused_by))


def another_place(case: Case) -> Expectation | None:
    shows = case.expectation.shows
    if shows is None or shows.kind != "raises":
        return None
    return with_symptom(case, where="thread" if shows.where is None else None)


def out_of_scope(case: Case) -> Expectation | None:
    """The release put outside the scope: said to be clean, or where it is, to show the symptom."""
    if case.expectation.shows is not None:
        return Expectation(None, never=case.expectation.shows)
    symptom = case.expectation.never or Outcome(raises=IMPOSTOR)
    return replace(case.expectation, shows=symptom, never=None, prints=None)


def another_output(case: Case) -> Expectation | None:
    return None if case.expectation.prints is None else replace(case.expectation, prints="something else")


MUTATIONS: dict[str, Callable[[Case], Expectation | None]] = {
    "another class": another_class,
    "a base class": a_base_class,
    "another code, signal or level": another_code_or_signal_or_level,
    "a word more": a_word_more,
    "a letter less": a_letter_less,
    "a wording that fits anything": a_wording_that_fits_anything,
    "another status": another_status,
    "another cause": another_cause,
    "another place": another_place,
    "out of scope": out_of_scope,
    "another output": another_output,
}


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return list(list_cases(load(ERRORS)))


def test_what_was_recorded_is_judged_the_same_again(cases: list[Case]) -> None:
    assert len(cases) > 500
    assert [
        (case.entry.id, case.claim.id) for case in cases if case.verdict(case.expectation, case.seen) != "as claimed"
    ] == []


def test_every_mutant_is_rejected(cases: list[Case], capsys: pytest.CaptureFixture[str]) -> None:
    rejected: Counter[str] = Counter()
    survivors = []
    for case in cases:
        for kind, mutate in MUTATIONS.items():
            mutant = mutate(case)
            if mutant is None:
                continue
            if case.verdict(mutant, case.seen) == "as claimed":
                survivors.append((kind, case.entry.id, case.claim.id))
            rejected[kind] += 1
    with capsys.disabled():
        print(f"\n{sum(rejected.values())} mutants of {len(cases)} claims: {dict(rejected)}")
    assert survivors == []
    assert set(rejected) >= set(MUTATIONS) - {"another code, signal or level"}


def test_broken_and_fixed_swapped_are_rejected(cases: list[Case], capsys: pytest.CaptureFixture[str]) -> None:
    survivors = []
    count = 0
    for case in cases:
        if case.other is not None:
            count += 1
            if case.verdict(case.expectation, case.other) == "as claimed":
                survivors.append((case.entry.id, case.claim.id))
    with capsys.disabled():
        print(f"\n{count} claims judged by the other half of their pair")
    assert count
    assert survivors == []


def test_a_fix_that_was_emptied_is_rejected(cases: list[Case]) -> None:
    fixes = [case for case in cases if case.claim.id.endswith("fixed")]
    emptied = {
        "observed": "clean",
        "exit_code": 0,
        "exceptions": (),
        "stdout": "",
        "warnings": (),
        "logs": (),
        "requests": (),
    }
    assert fixes
    for case in fixes:
        assert case.verdict(case.expectation, case.seen.model_copy(update=emptied)) != "as claimed", case.claim.id


def find_case(cases: list[Case], mutate: Callable[[Case], Expectation | None]) -> Case:
    """A claim that the mutation can be made of; one that needs no package, if there is one."""
    return min((case for case in cases if mutate(case) is not None), key=lambda case: case.entry.package != "python")


def list_real_mutants(catalog: Catalog, cases: list[Case]) -> Iterator[tuple[str, Task]]:
    for kind, mutate in MUTATIONS.items():
        case = find_case(cases, mutate)
        expectation = mutate(case)
        assert expectation is not None
        yield kind, Task(case.entry, case.claim, release_of(catalog, case), expectation)
    case = next(case for case in cases if case.claim.id == "fixed" and case.entry.package == "python")
    broken = next(claim for claim in case.entry.claims if claim.id == "broken")
    release = release_of(catalog, case)
    swapped = replace(case.claim, program=broken.program)
    yield "swapped", Task(case.entry, swapped, release, case.expectation)
    emptied = replace(case.claim, program=replace(case.claim.program, files=(("app.py", ""),)))
    yield "emptied", Task(case.entry, emptied, release, case.expectation)


def release_of(catalog: Catalog, case: Case) -> Release:
    releases = catalog.packages[case.entry.package].package.releases
    return next(release for release in releases if release.version == case.release)


@pytest.mark.sandbox
@pytest.mark.slow
def test_one_mutant_of_each_kind_is_rejected_when_it_is_run(cases: list[Case]) -> None:
    catalog = load(ERRORS)
    mutants = dict(list_real_mutants(catalog, cases))
    interpreters = find_interpreters(catalog)
    environments = BUILD / "environments"
    worlds = [task.world for task in mutants.values()]
    prepared = prepare_worlds(catalog, worlds, interpreters, environments, lambda text: None)
    verdicts = {}
    with Pool(1, interpreters, environments) as pool:
        for kind, task in mutants.items():
            ((_, seen),) = verify_tasks(catalog, [task], prepared, pool, "2026-11-24")
            verdicts[kind] = seen.holds
    assert verdicts == dict.fromkeys([*MUTATIONS, "swapped", "emptied"], False)
