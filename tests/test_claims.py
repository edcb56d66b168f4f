"""From a record to what is run: what a program inherits, on which releases, and what it must show."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errorkb.claims import Claim, Expectation, Program, merge_worlds, plan_claims
from errorkb.model.record import Record
from errorkb.model.snippet import Outcome, World

BASE: dict[str, Any] = {
    "symptom": "The key is not there",
    "raises": "KeyError",
    "message": "'{key}'",
    "severity": "medium",
    "level": "beginner",
    "fix_time": "1-5 min",
    "retry": "safe",
    "summary": "No such key.",
    "quick_fix": "Add it.",
    "why": "It is not there.",
    "causes": [{"id": "missing", "cause": "No key", "check": "Look.", "fix": "Add it."}],
    "broken": {"code": "broken"},
    "fixed": {"code": "fixed", "prints": "x"},
    "references": [{"title": "Page", "url": "https://example.com/"}],
}


def record_of(**more: Any) -> Record:
    return Record.model_validate({key: value for key, value in (BASE | more).items() if value is not None})


def claims_of(**more: Any) -> dict[str, Claim]:
    return {claim.id: claim for claim in plan_claims(record_of(**more))}


def world_of(**keys: Any) -> World:
    return World.model_validate(keys)


INHERITANCE: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "nothing said": ({"code": "a", "env": {"A": "1"}}, {}, {"code": "a", "env": {"A": "1"}}),
    "code replaces": ({"code": "a"}, {"code": "b"}, {"code": "b"}),
    "empty code replaces": ({"code": "a"}, {"code": ""}, {"code": ""}),
    "env merges by key": ({"env": {"A": "1", "B": "2"}}, {"env": {"B": "3"}}, {"env": {"A": "1", "B": "3"}}),
    "null removes": ({"env": {"A": "1", "B": "2"}}, {"env": {"A": None}}, {"env": {"B": "2"}}),
    "null of what is not there": ({}, {"env": {"A": None}}, {}),
    "an empty value stays": ({"env": {"A": "1"}}, {"env": {"A": ""}}, {"env": {"A": ""}}),
    "files merge": ({"files": {"a": "1"}}, {"files": {"b": "2"}}, {"files": {"a": "1", "b": "2"}}),
    "a file is removed": ({"files": {"a": "1"}}, {"files": {"a": None}}, {}),
    "servers merge": (
        {"servers": {"a.example": "x", "b.example": "x"}},
        {"servers": {"a.example": "x/down", "b.example": None}},
        {"servers": {"a.example": "x/down"}},
    ),
    "args replace": ({"args": ["a", "b"]}, {"args": ["c"]}, {"args": ["c"]}),
    "no args": ({"args": ["a"]}, {"args": []}, {"args": []}),
    "args stay with other code": ({"code": "a", "args": ["x"]}, {"code": "b"}, {"code": "b", "args": ["x"]}),
    "packages replace": ({"packages": ["a", "b"]}, {"packages": ["c"]}, {"packages": ["c"]}),
    "services replace": ({"services": ["redis"]}, {"services": ["postgresql"]}, {"services": ["postgresql"]}),
    "no services": ({"services": ["redis"]}, {"services": []}, {"services": []}),
    "run is inherited": ({"run": ["-m", "x"]}, {"env": {"A": "1"}}, {"run": ["-m", "x"], "env": {"A": "1"}}),
    "code takes the place of run": ({"run": ["-m", "x"]}, {"code": "a"}, {"code": "a"}),
    "run beside code": ({"code": "a"}, {"run": ["-m", "x"]}, {"code": "a", "run": ["-m", "x"]}),
    "both": ({"run": ["-m", "x"]}, {"code": "a", "run": ["-m", "y"]}, {"code": "a", "run": ["-m", "y"]}),
}


@pytest.mark.parametrize(("inherited", "own", "merged"), INHERITANCE.values(), ids=INHERITANCE)
def test_what_a_world_inherits(inherited: dict[str, Any], own: dict[str, Any], merged: dict[str, Any]) -> None:
    assert merge_worlds(world_of(**inherited), world_of(**own)) == world_of(**merged)


NAMES = st.sampled_from(["A", "B", "C"])
HOSTS = st.sampled_from(["a.example", "b.example"])
WORDS = st.sampled_from(["", "x", "y"])
LISTS = st.lists(st.sampled_from(["x", "y"]), max_size=2)


def mappings(keys: st.SearchStrategy[str], values: st.SearchStrategy[str], nulls: bool) -> st.SearchStrategy[Any]:
    return st.dictionaries(keys, st.none() | values if nulls else values, max_size=2)


def worlds(nulls: bool) -> st.SearchStrategy[dict[str, Any]]:
    """What a record may say of a world."""
    return st.fixed_dictionaries(
        {},
        optional={
            "code": WORDS,
            "args": LISTS,
            "run": st.lists(st.sampled_from(["x", "y"]), min_size=1, max_size=2),
            "packages": LISTS,
            "services": st.sampled_from([[], ["redis"], ["postgresql"]]),
            "env": mappings(NAMES, WORDS, nulls),
            "files": mappings(NAMES, WORDS, nulls),
            "servers": mappings(HOSTS, st.sampled_from(["x", "x/down"]), nulls),
        },
    )


@given(worlds(False), worlds(False), worlds(False))
def test_worlds_without_null_can_be_merged_in_any_grouping(
    first: dict[str, Any], second: dict[str, Any], third: dict[str, Any]
) -> None:
    a, b, c = world_of(**first), world_of(**second), world_of(**third)
    assert merge_worlds(merge_worlds(a, b), c) == merge_worlds(a, merge_worlds(b, c))


@given(worlds(False))
def test_the_empty_world_changes_nothing_and_a_world_over_itself_neither(keys: dict[str, Any]) -> None:
    world = world_of(**keys)
    assert merge_worlds(World(), world) == merge_worlds(world, World()) == merge_worlds(world, world) == world


@given(worlds(True), worlds(True))
def test_what_null_removed_is_gone_and_nothing_null_is_left(first: dict[str, Any], second: dict[str, Any]) -> None:
    merged = merge_worlds(world_of(**first), world_of(**second))
    for key in ("env", "files", "servers"):
        values, own = getattr(merged, key), second.get(key, {})
        assert None not in values.values()
        assert not {name for name, value in own.items() if value is None} & set(values)


def program_of(**parts: Any) -> Program:
    plain = {
        "code": "",
        "arguments": ("app.py",),
        "env": (),
        "files": (),
        "servers": (),
        "services": (),
        "packages": (),
    }
    return Program(**(plain | parts))


CODE = {"code": "a", "files": (("app.py", "a"),)}
PROGRAMS: dict[str, tuple[dict[str, Any], Program]] = {
    "code": ({"code": "a"}, program_of(**CODE)),
    "args": ({"code": "a", "args": ["x"]}, program_of(**CODE, arguments=("app.py", "x"))),
    "run": ({"run": ["-m", "x"]}, program_of(arguments=("-m", "x"))),
    "run beside code": ({"code": "a", "run": ["-i", "app.py"]}, program_of(**CODE, arguments=("-i", "app.py"))),
    "env in order": ({"code": "a", "env": {"B": "2", "A": "1"}}, program_of(**CODE, env=(("A", "1"), ("B", "2")))),
    "files in order": (
        {"code": "a", "files": {"b": "2", "a": "1"}},
        program_of(code="a", files=(("a", "1"), ("app.py", "a"), ("b", "2"))),
    ),
    "packages in order": ({"code": "a", "packages": ["y", "x"]}, program_of(**CODE, packages=("x", "y"))),
    "services in order": (
        {"code": "a", "services": ["redis", "postgresql"]},
        program_of(**CODE, services=("postgresql", "redis")),
    ),
    "servers with their scenarios": (
        {"code": "a", "servers": {"b.example": "x/down", "a.example": "x"}},
        program_of(**CODE, servers=(("a.example", "x/default"), ("b.example", "x/down"))),
    ),
}


@pytest.mark.parametrize(("broken", "program"), PROGRAMS.values(), ids=PROGRAMS)
def test_a_program(broken: dict[str, Any], program: Program) -> None:
    assert claims_of(broken=broken)["broken"].program == program


def test_what_a_reader_can_see_of_a_program() -> None:
    broken = {"code": "a", "args": ["x", "y"], "env": {"A": "1"}, "files": {"b": "2"}}
    assert claims_of(broken=broken)["broken"].program.texts == ("a", "app.py x y", "A", "1", "app.py", "a", "b", "2")


SYMPTOM = Outcome.model_validate({"raises": "KeyError", "message": "'{key}'"})
FULL: dict[str, Any] = {
    "http": 404,
    "retry": "never",
    "causes": [
        {"id": "missing", "cause": "No key", "check": "Look.", "fix": "Add it."},
        {
            "id": "other",
            "cause": "Another",
            "check": "Look.",
            "fix": "Add it.",
            "broken": {"env": {"A": "2"}},
            "fixed": {"env": {"A": None}, "prints": "y"},
        },
        {"id": "third", "cause": "A third", "check": "Look.", "fix": "Add it.", "not_reproduced": "It takes years."},
    ],
    "broken": {"code": "broken", "env": {"A": "1"}},
    "dead_ends": [{"id": "again", "try": "Again", "code": "again"}],
    "detection": {"text": "So.", "code": "detect", "prints": "found"},
    "workaround": {"text": "So.", "code": "work", "raises": "ValueError", "message": "no"},
    "notes": [
        {"by": "ada", "date": "2026-11-24", "text": "Only prose."},
        {"by": "ada", "date": "2026-11-24", "text": "A program.", "code": "note", "prints": ""},
    ],
}
SHOWN = Expectation(SYMPTOM, http=404, sent_once=True)
PLANNED = [
    ("broken", ("broken",), "broken", "1", SHOWN),
    ("fixed", ("fixed",), "fixed", "1", Expectation(None, never=SYMPTOM, prints="x")),
    ("cause/other/broken", ("causes", 1, "broken"), "broken", "2", SHOWN),
    ("cause/other/fixed", ("causes", 1, "fixed"), "broken", None, Expectation(None, never=SYMPTOM, prints="y")),
    ("dead_end/again", ("dead_ends", 0), "again", "1", Expectation(SYMPTOM, http=404)),
    ("detection", ("detection",), "detect", "1", Expectation(None, prints="found")),
    (
        "workaround",
        ("workaround",),
        "work",
        "1",
        Expectation(Outcome.model_validate({"raises": "ValueError", "message": "no"})),
    ),
    ("note/2", ("notes", 1), "note", "1", Expectation(None, prints="")),
]


def test_every_claim_in_the_order_of_the_page() -> None:
    planned = plan_claims(record_of(**FULL))
    assert [
        (claim.id, claim.location, claim.program.code, dict(claim.program.env).get("A"), claim.inside)
        for claim in planned
    ] == PLANNED


# Where the record's program raises, where a cause's own does, and what is then claimed of that.
PLACES = [
    (None, None, None),
    ("thread", None, "thread"),
    ("thread", "main", None),
    ("thread", "group", "group"),
    (None, "child", "child"),
]


@pytest.mark.parametrize(("record", "cause", "claimed"), PLACES)
def test_where_the_program_of_a_cause_raises(record: str | None, cause: str | None, claimed: str | None) -> None:
    own = {"id": "other", "cause": "Another", "check": "Look.", "fix": "Add it.", "where": cause}
    programs = {"broken": {"code": "b"}, "fixed": {"code": "c", "prints": "y"}}
    claims = claims_of(where=record, causes=[*BASE["causes"], own | programs])
    symptom = {"raises": "KeyError", "message": "'{key}'"}
    assert claims["broken"].inside.shows == Outcome.model_validate(symptom | {"where": record})
    shown = Outcome.model_validate(symptom | {"where": claimed})
    assert claims["cause/other/broken"].inside.shows == claims["cause/other/fixed"].inside.never == shown


def test_where_a_program_apart_raises() -> None:
    ends = {"raises": "ValueError", "where": "thread"}
    claims = claims_of(detection={"text": "So.", "code": "detect", **ends})
    assert claims["detection"].inside.shows == Outcome.model_validate(ends)


def test_a_record_that_is_not_reproduced_claims_only_what_stands_apart() -> None:
    detection = {"text": "So.", "code": "detect", "prints": "found"}
    cause = BASE["causes"][0] | {"not_reproduced": "So does this."}
    claims = claims_of(broken=None, fixed=None, not_reproduced="It takes years.", causes=[cause], detection=detection)
    assert list(claims) == ["detection"]
    assert claims["detection"].program.code == "detect"


CLEAN = "clean"
SCOPES: dict[str, tuple[dict[str, Any], str, str, list[str | None]]] = {
    "all releases": ({}, "broken", "KeyError", ["KeyError", "KeyError"]),
    "some": ({"broken": {"code": "", "applies_to": ">=2"}}, "broken", "KeyError", [None, "KeyError"]),
    "clean elsewhere": (
        {"broken": {"code": "", "applies_to": ">=2", "elsewhere": "clean"}},
        "broken",
        "KeyError",
        [CLEAN, "KeyError"],
    ),
    "another symptom elsewhere": (
        {"broken": {"code": "", "applies_to": ">=2", "elsewhere": {"raises": "ValueError"}}},
        "broken",
        "KeyError",
        ["ValueError", "KeyError"],
    ),
    "fixed never inherits": (
        {"broken": {"code": "", "applies_to": ">=2", "elsewhere": {"raises": "ValueError"}}},
        "fixed",
        CLEAN,
        [CLEAN, CLEAN],
    ),
    "a dead end inherits scope and elsewhere": (
        {
            "broken": {"code": "", "applies_to": ">=2", "elsewhere": {"raises": "ValueError"}},
            "dead_ends": [{"id": "again", "try": "Again"}],
        },
        "dead_end/again",
        "KeyError",
        ["ValueError", "KeyError"],
    ),
    "a dead end with a scope of its own": (
        {
            "broken": {"code": "", "applies_to": ">=2", "elsewhere": {"raises": "ValueError"}},
            "dead_ends": [{"id": "again", "try": "Again", "applies_to": "<2"}],
        },
        "dead_end/again",
        "KeyError",
        ["KeyError", None],
    ),
    "detection inherits the releases, not what happens elsewhere": (
        {
            "broken": {"code": "", "applies_to": ">=2", "elsewhere": {"raises": "ValueError"}},
            "detection": {"text": "So.", "code": "", "prints": ""},
        },
        "detection",
        CLEAN,
        [None, CLEAN],
    ),
    "a pre-release is one of its line": ({"broken": {"code": "", "applies_to": "<2"}}, "broken", "KeyError", ["KeyError", None]),
}  # fmt: skip


@pytest.mark.parametrize(("more", "name", "inside", "on"), SCOPES.values(), ids=SCOPES)
def test_on_which_releases_a_claim_says_what(
    more: dict[str, Any], name: str, inside: str, on: list[str | None]
) -> None:
    claim = claims_of(**more)[name]
    assert show(claim.inside) == inside
    assert [show(claim.expectation(version)) for version in ("1.0rc1", "2.0")] == on


QUIET = [
    ("raises", "KeyError", False),
    ("warns", "UserWarning", True),
    ("logs", {"logger": "a", "level": "ERROR"}, True),
]


@pytest.mark.parametrize(("key", "value", "never"), QUIET)
def test_clean_elsewhere_is_without_the_warning_too(key: str, value: object, never: bool) -> None:
    symptom = {"raises": None, "message": None, key: value}
    claim = claims_of(**symptom, broken={"code": "", "applies_to": ">=2", "elsewhere": "clean"})["broken"]
    expectation = claim.expectation("1.0")
    assert expectation is not None
    assert expectation.shows is None
    assert (expectation.never is not None) == never


def show(expectation: Expectation | None) -> str | None:
    if expectation is None:
        return None
    return expectation.shows.raises if expectation.shows is not None else CLEAN


def test_only_the_wordings_of_a_release_are_expected_on_it() -> None:
    message = [{"text": "new", "applies_to": ">=2"}, {"text": "old", "applies_to": "<2"}, {"text": "any"}]
    causes = [{"raises": "OSError", "message": "down", "applies_to": "<2"}, {"raises": "IOError", "message": message}]
    broken = claims_of(message=message, caused_by=causes)["broken"]
    seen = {}
    for version in ("1", "2"):
        shown = broken.expectation(version)
        assert shown is not None
        assert shown.shows is not None
        inner = [(item.raises, [wording.text for wording in item.message]) for item in shown.shows.caused_by or ()]
        seen[version] = ([wording.text for wording in shown.shows.message or ()], inner)
    assert seen == {
        "1": (["old", "any"], [("OSError", ["down"]), ("IOError", ["old", "any"])]),
        "2": (["new", "any"], [("IOError", ["new", "any"])]),
    }


IDS = st.sampled_from([[], ["a"], ["a", "b"], ["c", "a", "b"]])
SPECIFIERS = st.sampled_from(["<2", ">=2", "==1.0", ">=1,<3"])
SCOPED = st.just({}) | st.fixed_dictionaries(
    {"applies_to": SPECIFIERS}, optional={"elsewhere": st.sampled_from(["clean", {"exits": 2}])}
)


def both(*strategies: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(*strategies).map(lambda parts: {key: value for part in parts for key, value in part.items()})


PRINTS = st.fixed_dictionaries({"prints": st.just("x")})
SNIPPETS = both(worlds(True), SCOPED)
FIXED = both(worlds(True), SCOPED, PRINTS)
EXAMPLES = both(worlds(True), SCOPED, PRINTS, st.just({"text": "So."}))


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    """A small valid record, as its file says it."""
    data = BASE | draw(st.sampled_from([{}, {"http": 404}, {"message": [{"text": "a", "applies_to": "<2"}]}]))
    reproduced = draw(st.booleans())
    data |= {"broken": draw(SNIPPETS) | {"code": "a"}, "fixed": draw(FIXED)} if reproduced else {}
    data = {key: value for key, value in data.items() if reproduced or key not in ("broken", "fixed")}
    data |= {} if reproduced else {"not_reproduced": "It takes years."}
    prose = {"cause": "One", "check": "Look.", "fix": "Mend."}
    data["causes"] = [
        {
            "id": name,
            **prose,
            **draw(st.sampled_from([{"not_reproduced": "No."}, {"broken": {}, "fixed": {}}][: 1 + reproduced])),
        }
        for name in draw(IDS.filter(bool))
    ]
    for cause in data["causes"]:
        cause.update({"broken": draw(SNIPPETS), "fixed": draw(FIXED)} if "broken" in cause else {})
    data["dead_ends"] = [{"id": name, "try": "So", **draw(both(worlds(True), SCOPED))} for name in draw(IDS)]
    for dead_end in data["dead_ends"] if not reproduced else []:
        dead_end.pop("code", None)
    data |= {name: draw(EXAMPLES) for name in draw(st.sets(st.sampled_from(["detection", "workaround"])))}
    data["notes"] = [{"by": "ada", "date": "2026-11-24", **draw(EXAMPLES)} for _ in range(draw(st.integers(0, 2)))]
    return data


@given(records())
def test_every_valid_record_can_be_planned(data: dict[str, Any]) -> None:
    claims = plan_claims(Record.model_validate(data))
    assert len({claim.id for claim in claims}) == len(claims)
    for claim in claims:
        place: Any = data
        for key in claim.location:
            place = place[key]
        assert isinstance(place, dict)
        assert claim.program.arguments
        for version in ("1.0", "2.0", "3.0rc1"):
            expectation = claim.expectation(version)
            assert expectation is not None or claim.applies_to is not None
