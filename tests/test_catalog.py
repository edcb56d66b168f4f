"""Everything under errors/, loaded: bad files are told of and left out; where each claim stands."""

import re
from pathlib import Path
from typing import Any

import pytest

from errorkb.catalog import Catalog, Entry, label, load, lock_name
from errorkb.evidence import Evidence, render_evidence
from errorkb.model.package import Release
from errorkb.model.server import resolve_scenario
from trees import RECORD, build_tree, edit

PACKAGE = """\
name: Sample
distribution: sample
about: A package for examples.
home: https://example.com
releases:
  - {version: "2.0", python: "3.11", as_of: "2026-11-24", why: The newest.}
  - {version: "1.0", python: "3.9", as_of: "2026-11-24", why: An older one.}
"""
SERVER = """\
answers:
  ok: {body: {name: Ada}, headers: {x-id: a}, source: "https://example.com/documentation"}
  down: {status: 503}
scenarios:
  default: {rules: [{request: "GET *", answer: ok}]}
  failing: {tls: expired, rules: [{request: "GET *", answer: down}]}
"""
SOUND: dict[str, str | bytes] = {
    "sample/package.yaml": PACKAGE,
    "sample/server.yaml": SERVER,
    "sample/locks/2.0.txt": "sample==2.0 --hash=sha256:00\n",
    "sample/locks/1.0.txt": "sample==1.0 --hash=sha256:00\n",
    "sample/record.yaml": RECORD,
}

# Files over the sound tree, the place and code of each Problem, and which records are left.
BAD: dict[str, tuple[dict[str, str | bytes], list[str], list[str]]] = {
    "nothing bad": ({}, [], ["sample/record"]),
    "vocabulary of another form": (
        {"vocabulary.yaml": "severities: {}\n"},
        ["errors/vocabulary.yaml:1:1 missing-key", "errors/vocabulary.yaml:1:1 missing-key"],
        ["sample/record"],
    ),
    "vocabulary that is no YAML": ({"vocabulary.yaml": "a: b: c\n"}, ["errors/vocabulary.yaml:1:5 yaml-syntax"], ["sample/record"]),
    "no package.yaml": ({"other/record.yaml": RECORD}, ["errors/other/package.yaml:1:1 file-unreadable"], ["sample/record"]),
    "package.yaml is a folder": (
        {"other/package.yaml/x.txt": ""},
        ["errors/other/package.yaml:1:1 file-unreadable"],
        ["sample/record"],
    ),
    "bad package.yaml": (
        {"sample/package.yaml": edit(PACKAGE, ('"2.0"', "2.0"))},
        ["errors/sample/package.yaml:6:15 wrong-value"],
        [],
    ),
    "bad package.yaml, and a bad record beside it": (
        {"sample/package.yaml": edit(PACKAGE, ('"2.0"', "2.0")), "sample/bad.yaml": edit(RECORD, ("severity:", "sevrity:"))},
        ["errors/sample/bad.yaml:4:1 unknown-key", "errors/sample/package.yaml:6:15 wrong-value"],
        [],
    ),
    "a record with text that is misread and keys that are wrong": (
        {"sample/bad.yaml": edit(RECORD, ("severity: medium", "sevrity: no"))},
        ["errors/sample/bad.yaml:4:1 unknown-key", "errors/sample/bad.yaml:4:10 read-as-boolean"],
        ["sample/record"],
    ),
    "text that is misread is told of once": (
        {"sample/bad.yaml": edit(RECORD, ("fix_time: 1-5 min", "fix_time: 2026-11-24"))},
        ["errors/sample/bad.yaml:6:11 read-as-date"],
        ["sample/record"],
    ),
    "releases in another order": (
        {"sample/package.yaml": edit(PACKAGE, ('"2.0"', '"0.9"'))},
        ["errors/sample/package.yaml:7:6 wrong-value"],
        [],
    ),
    "bad server.yaml": (
        {"sample/server.yaml": edit(SERVER, ("answer: ok", "answer: nothing"))},
        ["errors/sample/server.yaml:5:40 wrong-value"],
        ["sample/record"],
    ),
    "a record that is no YAML": ({"sample/bad.yaml": "a: b: c\n"}, ["errors/sample/bad.yaml:1:5 yaml-syntax"], ["sample/record"]),
    "a record in Latin-1": ({"sample/bad.yaml": b"a: \xe9\n"}, ["errors/sample/bad.yaml:1:4 not-utf-8"], ["sample/record"]),
    "a record that is a folder": ({"sample/bad.yaml/x": ""}, ["errors/sample/bad.yaml:1:1 file-unreadable"], ["sample/record"]),
    "a record without a reason": (
        {"sample/bad.yaml": edit(RECORD, ("why: Square brackets promise that the key is there.\n", ""))},
        ["errors/sample/bad.yaml:1:1 missing-key"],
        ["sample/record"],
    ),
    "several findings in one record": (
        {"sample/bad.yaml": edit(RECORD, ("severity: medium", "Severity: medium"), ("1-5 min", "soon"))},
        [
            "errors/sample/bad.yaml:4:1 unknown-key",
            "errors/sample/bad.yaml:6:11 wrong-value",
        ],
        ["sample/record"],
    ),
    "evidence that is none": (
        {"sample/record.evidence.json": b"\xff\x00{"},
        ["errors/sample/record.evidence.json:1:1 evidence-unreadable"],
        ["sample/record"],
    ),
    "what is not called like a record": ({"sample/Record.yaml": "a: b: c\n", "Other/package.yaml": "x"}, [], ["sample/record"]),
}  # fmt: skip


@pytest.mark.parametrize(("files", "places", "left"), BAD.values(), ids=BAD)
def test_bad_files_are_told_of_and_left_out(
    files: dict[str, str | bytes], places: list[str], left: list[str], tmp_path: Path
) -> None:
    catalog = load(build_tree(tmp_path / "errors", SOUND | files))
    assert [f"{item.path}:{item.line}:{item.column} {item.code}" for item in catalog.problems] == places
    assert list(catalog.entries) == left
    assert all(item.message and item.mend for item in catalog.problems)


UNREADABLE: dict[str, dict[str, str | bytes]] = {
    "evidence is a folder": {"sample/record.evidence.json/x": ""},
    "a lock is not UTF-8": {"sample/locks/3.0.txt": b"\xff"},
    "a lock is a folder": {"sample/locks/3.0.txt/x": ""},
}


@pytest.mark.parametrize("files", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_told_of(files: dict[str, str | bytes], tmp_path: Path) -> None:
    assert load(build_tree(tmp_path / "errors", SOUND | files)).problems


def test_a_missing_vocabulary_is_told_of(tmp_path: Path) -> None:
    errors = build_tree(tmp_path / "errors", SOUND)
    (errors / "vocabulary.yaml").unlink()
    catalog = load(errors)
    assert catalog.vocabulary is None
    assert [(item.path, item.code, item.message) for item in catalog.problems] == [
        (
            "errors/vocabulary.yaml",
            "file-unreadable",
            "errors/vocabulary.yaml must be a file that can be read: No such file or directory",
        )
    ]


def test_a_sound_tree_is_loaded_whole(tmp_path: Path) -> None:
    catalog = load_sample(tmp_path)
    assert catalog.vocabulary is not None
    home = catalog.packages["sample"]
    assert (home.package.name, home.modules, sorted(home.locks)) == ("Sample", ("sample",), ["1.0", "2.0"])
    assert home.server is not None
    entry = catalog.entries["sample/record"]
    assert (entry.package, entry.record.raises, entry.source.path) == (
        "sample",
        "KeyError",
        "errors/sample/record.yaml",
    )
    assert [claim.id for claim in entry.claims] == ["broken", "fixed"]


LABELS = {
    "/home/ada/project/errors/sample/record.yaml": "errors/sample/record.yaml",
    "/errors/project/errors/sample/record.yaml": "errors/sample/record.yaml",
    "errors/vocabulary.yaml": "errors/vocabulary.yaml",
    "elsewhere/data/sample/record.yaml": "data/sample/record.yaml",
}


@pytest.mark.parametrize(("path", "name"), LABELS.items())
def test_how_problems_name_a_file(path: str, name: str) -> None:
    assert label(Path(path)) == name


LOCK_NAMES = [
    ((), "2.0"),
    (("python-dotenv",), "2.0+python-dotenv"),
    (("b==1", "c[x]>=2"), "2.0+b==1+c_x__=2"),
]


@pytest.mark.parametrize(("packages", "name"), LOCK_NAMES)
def test_how_a_lock_is_called(packages: tuple[str, ...], name: str) -> None:
    release = Release(version="2.0", python="3.11", as_of="2026-11-24", why="New.")
    assert lock_name(release, packages) == name


FULL = edit(
    RECORD,
    ("retry: never", "retry: safe"),
    ("message: \"'{key}'\"", 'message: [{text: new, applies_to: ">=2"}, {text: old, applies_to: "<2"}]'),
    ("broken:\n", "broken:\n  env: {A: x}\n  files: {a.txt: x}\n  args: [x]\n  servers: {a.example: sample}\n"),
    (
        "references:",
        "explanation: x\n"
        "notes: [{by: ada, date: '2026-11-24', text: x}]\n"
        "look_alikes: {sample/other: x}\n"
        "authors: [ada]\n"
        "references:",
    ),
)
# What is edited where, and the claims and releases whose evidence is then of something else.
BROKEN_2, BROKEN_1, FIXED_2, FIXED_1 = "broken 2.0", "broken 1.0", "fixed 2.0", "fixed 1.0"
ALL = {BROKEN_2, BROKEN_1, FIXED_2, FIXED_1}
BROKEN, FIXED = {BROKEN_2, BROKEN_1}, {FIXED_2, FIXED_1}
RECORD_FILE, PACKAGE_FILE, SERVER_FILE = "sample/record.yaml", "sample/package.yaml", "sample/server.yaml"
EDITS: dict[str, tuple[str, str, str, set[str]]] = {
    "code of broken": (RECORD_FILE, 'print({"a": 1}["b"])', 'print({}["b"])', BROKEN),
    "code of fixed": (RECORD_FILE, 'print({"a": 1}.get("b"))', 'print({}.get("b"))', FIXED),
    "white space in code": (RECORD_FILE, 'print({"a": 1}["b"])', 'print({"a":1}["b"])', BROKEN),
    "env": (RECORD_FILE, "env: {A: x}", "env: {A: y}", ALL),
    "a variable's name": (RECORD_FILE, "env: {A: x}", "env: {B: x}", ALL),
    "files": (RECORD_FILE, "files: {a.txt: x}", "files: {a.txt: y}", ALL),
    "a file's name": (RECORD_FILE, "files: {a.txt: x}", "files: {b.txt: x}", ALL),
    "args": (RECORD_FILE, "args: [x]", "args: [y]", ALL),
    "run": (RECORD_FILE, "args: [x]", "run: [x]", ALL),
    "services": (RECORD_FILE, "args: [x]", "args: [x]\n  services: [redis]", ALL),
    "no services": (RECORD_FILE, "args: [x]", "args: [x]\n  services: []", set()),
    "a host": (RECORD_FILE, "a.example", "b.example", ALL),
    "a scenario": (RECORD_FILE, "a.example: sample", "a.example: sample/failing", ALL),
    "the wording of one release": (RECORD_FILE, "text: old", "text: older", {BROKEN_1, FIXED_1}),
    "the wording of the other": (RECORD_FILE, "text: new", "text: newer", {BROKEN_2, FIXED_2}),
    "the class": (RECORD_FILE, "raises: KeyError", "raises: IndexError", ALL),
    "the status": (RECORD_FILE, "severity:", "http: 404\nseverity:", BROKEN),
    "that it is sent once": (RECORD_FILE, "retry: safe", "retry: never", BROKEN),
    "whether to retry, else": (RECORD_FILE, "retry: safe", "retry: after waiting", set()),
    "what fixed prints": (RECORD_FILE, 'prints: "None"', 'prints: "{value}"', FIXED),
    "scope, of the releases in it": (RECORD_FILE, "  env: {A: x}", '  env: {A: x}\n  applies_to: ">=1"', set()),
    "a package beside it, not locked yet": (RECORD_FILE, "args: [x]", "args: [x]\n  packages: [other]", ALL),
    "the order of keys": (RECORD_FILE, "  env: {A: x}\n  files: {a.txt: x}\n", "  files: {a.txt: x}\n  env: {A: x}\n", set()),
    "symptom": (RECORD_FILE, "symptom: The key is not there", "symptom: x", set()),
    "summary": (RECORD_FILE, "summary: The dictionary has no such key.", "summary: x", set()),
    "quick fix": (RECORD_FILE, "quick_fix: Ask with `.get()`.", "quick_fix: {text: x, run: {posix: x, powershell: x}}", set()),
    "why": (RECORD_FILE, "why: Square brackets promise that the key is there.", "why: x", set()),
    "causes": (RECORD_FILE, "check: Print the keys.", "check: x", set()),
    "the id of a cause without a program": (RECORD_FILE, "id: missing", "id: gone", set()),
    "explanation": (RECORD_FILE, "explanation: x", "explanation: y", set()),
    "a note": (RECORD_FILE, "text: x}]\n", "text: y}]\n", set()),
    "a look-alike": (RECORD_FILE, "{sample/other: x}", "{sample/another: y}", set()),
    "references": (RECORD_FILE, "title: Mapping types", "title: x", set()),
    "severity, level, time": (RECORD_FILE, "severity: medium\nlevel: beginner\nfix_time: 1-5 min", "severity: high\nlevel: advanced\nfix_time: 1-2 h", set()),
    "authors": (RECORD_FILE, "authors: [ada]", "authors: [bob]", set()),
    "a comment": (RECORD_FILE, "why:", "# A comment\nwhy:", set()),
    "the Python of a release": (PACKAGE_FILE, '"3.9"', '"3.10"', {BROKEN_1, FIXED_1}),
    "why a release, and the day, which the lock knows": (PACKAGE_FILE, 'as_of: "2026-11-24", why: The newest.', 'as_of: "2026-11-25", why: x', set()),
    "what a package is": (PACKAGE_FILE, "about: A package for examples.", "about: x", set()),
    "a lock": ("sample/locks/1.0.txt", "sha256:00", "sha256:01", {BROKEN_1, FIXED_1}),
    "the body of an answer": (SERVER_FILE, "name: Ada", "name: Bob", ALL),
    "the header of an answer": (SERVER_FILE, "x-id: a", "x-id: b", ALL),
    "the status of an answer": (SERVER_FILE, "ok: {body", "ok: {status: 201, body", ALL),
    "a rule": (SERVER_FILE, 'default: {rules: [{request: "GET *"', 'default: {rules: [{request: "POST *"', ALL),
    "the certificate": (SERVER_FILE, "default: {rules", "default: {tls: expired, rules", ALL),
    "the source of an answer": (SERVER_FILE, "https://example.com/documentation", "https://example.com/x", set()),
    "another scenario": (SERVER_FILE, "failing: {tls: expired", "failing: {tls: wrong-host", set()),
    "another answer": (SERVER_FILE, "status: 503", "status: 502", set()),
}  # fmt: skip


@pytest.fixture(scope="module")
def digests(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str | None]:
    return find_digests(load_sample(tmp_path_factory.mktemp("before"), {RECORD_FILE: FULL}))


@pytest.mark.parametrize(("name", "old", "new", "changed"), EDITS.values(), ids=EDITS)
def test_a_digest_covers_what_is_run_or_judged_and_no_prose(
    name: str, old: str, new: str, changed: set[str], digests: dict[str, str | None], tmp_path: Path
) -> None:
    files: dict[str, Any] = SOUND | {RECORD_FILE: FULL}
    after = find_digests(load_sample(tmp_path, files | {name: edit(files[name], (old, new))}))
    assert {key for key in digests if digests[key] != after[key]} == changed


def find_digests(catalog: Catalog) -> dict[str, str | None]:
    entry = catalog.entries["sample/record"]
    return {
        f"{claim.id} {release.version}": catalog.digest(entry, claim, release)
        for claim in entry.claims
        for release in catalog.packages["sample"].package.releases
    }


def load_sample(folder: Path, files: dict[str, str | bytes] | None = None) -> Catalog:
    catalog = load(build_tree(folder / "errors", SOUND | (files or {})))
    assert catalog.problems == ()
    return catalog


def test_a_digest_is_short_and_the_same_again(digests: dict[str, str | None], tmp_path: Path) -> None:
    assert find_digests(load_sample(tmp_path, {RECORD_FILE: FULL})) == digests
    assert all(digest is not None and re.fullmatch("[0-9a-f]{16}", digest) for digest in digests.values())
    assert len(set(digests.values())) == 4


CANNOT_RUN: dict[str, tuple[str, str, str]] = {
    "a server that nobody plays": (RECORD_FILE, "a.example: sample", "a.example: nobody"),
    "a scenario that is not there": (RECORD_FILE, "a.example: sample", "a.example: sample/gone"),
    "a lock that was not made": (RECORD_FILE, "args: [x]", "packages: [other]"),
    "a release that the claim is not about": (RECORD_FILE, "  env: {A: x}", '  env: {A: x}\n  applies_to: ">=3"'),
}


@pytest.mark.parametrize(("name", "old", "new"), CANNOT_RUN.values(), ids=CANNOT_RUN)
def test_what_cannot_be_run_has_no_digest(name: str, old: str, new: str, tmp_path: Path) -> None:
    catalog = load_sample(tmp_path, {name: edit(FULL, (old, new))})
    assert find_digests(catalog)["broken 2.0"] is None


def test_the_standard_library_needs_no_lock(tmp_path: Path) -> None:
    package = edit(PACKAGE, ("distribution: sample\n", ""))
    catalog = load_sample(tmp_path, {"sample/package.yaml": package, "sample/locks/2.0.txt": "x"})
    (entry,) = catalog.entries.values()
    release = catalog.packages["sample"].package.releases[0]
    assert catalog.lock("sample", entry.claims[0], release) == ""


def test_the_stubs_that_a_program_talks_to(tmp_path: Path) -> None:
    catalog = load_sample(tmp_path, {RECORD_FILE: FULL})
    server = catalog.packages["sample"].server
    assert server is not None
    assert catalog.hosts(catalog.entries["sample/record"].claims[0]) == {
        "a.example": resolve_scenario(server, "default")
    }


RUN = {"date": "2026-11-24", "python": "3.11.7", "isolation": "bubblewrap", "observed": "raised"}


def test_where_a_claim_stands_newest_release_first(tmp_path: Path) -> None:
    before = load_sample(tmp_path / "before")
    entry = before.entries["sample/record"]
    digest = find_digests(before)["broken 2.0"]
    runs = {"2.0": RUN | {"digest": digest}, "1.0": RUN | {"digest": "0123456789abcdef"}}
    evidence = Evidence.model_validate({"format": 1, "record": entry.id, "claims": {"broken": runs}})
    files: dict[str, str | bytes] = {"sample/record.evidence.json": render_evidence(evidence)}
    catalog = load_sample(tmp_path / "after", files)
    assert find_standings(catalog, catalog.entries["sample/record"]) == {
        "broken": [("2.0", True, True), ("1.0", True, False)],
        "fixed": [("2.0", False, False), ("1.0", False, False)],
    }


def test_a_claim_has_no_standing_where_it_says_nothing(tmp_path: Path) -> None:
    catalog = load_sample(tmp_path, {RECORD_FILE: edit(RECORD, ("broken:\n", 'broken:\n  applies_to: ">=2"\n'))})
    assert [item[0] for item in find_standings(catalog, catalog.entries["sample/record"])["broken"]] == ["2.0"]


def find_standings(catalog: Catalog, entry: Entry) -> dict[str, list[tuple[str, bool, bool]]]:
    """For each claim and release: whether something was seen, and whether it is current."""
    return {
        claim.id: [
            (item.release.version, item.observation is not None, item.current)
            for item in catalog.standings(entry, claim)
        ]
        for claim in entry.claims
    }


def test_records_are_found_by_package_status_and_look_alike(tmp_path: Path) -> None:
    other = edit(RECORD, ("severity:", "http: 404\nseverity:")) + "look_alikes: {sample/record: The status.}\n"
    catalog = load_sample(tmp_path, {"sample/other.yaml": other})
    record, second = catalog.entries["sample/record"], catalog.entries["sample/other"]
    assert catalog.by_package == {"sample": [second, record]}
    assert catalog.by_status == {404: [second], None: [record]}
    assert catalog.named_by == {"sample/record": [second]}
