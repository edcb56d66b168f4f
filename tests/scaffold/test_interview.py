"""What is proposed to whoever starts a record, and how that follows what was answered before."""

from collections.abc import Mapping

import pytest

from errorkb.catalog import Catalog, load
from errorkb.scaffold.interview import Draft, Interview, Question
from errorkb.scaffold.paste import Facts
from trees import BASE, RECORD, build_tree

NEW = {"home": "https://example.com", "releases": "1.0", "about": "A kit.", "fix_time": "1-2 min"}


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Beside the sound package one that pip installs, with a record about a warning of it."""
    package = (BASE / "sample" / "package.yaml").read_text(encoding="utf-8")
    files = {
        "frames/package.yaml": f"{package}distribution: frames\n",
        "frames/copy.yaml": RECORD.replace("raises: KeyError", "warns: frames.errors.CopyWarning"),
        "python/package.yaml": package,
    }
    return load(build_tree(tmp_path_factory.mktemp("interview") / "errors", files))


def ask(catalog: Catalog, facts: Facts, answers: Mapping[str, str]) -> tuple[dict[str, str], Draft]:
    """Take what is proposed, unless there is an answer; return what was proposed, by question, and the draft."""
    proposed: dict[str, str] = {}

    def answer(question: Question) -> str:
        proposed[question.name] = question.proposal or question.default
        return {**NEW, **answers}.get(question.name, proposed[question.name])

    draft = Interview(answer, catalog, facts, {}).draft(None, "", "", "2026-11-24")
    return proposed, draft


PROPOSED: dict[str, tuple[Facts, dict[str, str], dict[str, str]]] = {
    "a class that records know": (
        Facts("warns", "CopyWarning"),
        {},
        {"warns": "frames.errors.CopyWarning", "package": "frames"},
    ),
    "a class of an unknown module": (
        Facts("warns", "OddWarning"),
        {"warns": "frames.OddWarning"},
        {"warns": "", "package": "frames"},
    ),
    "a class of an unknown module, in a library": (
        Facts("raises", "Odd", module="frames"),
        {"raises": "frames.Odd"},
        {"raises": "frames.Odd", "package": "frames"},
    ),
    "a class of the language, in a library": (
        Facts("raises", "RuntimeError", module="werkzeug"),
        {},
        {"raises": "RuntimeError", "package": "werkzeug", "distribution": "werkzeug", "module": "werkzeug"},
    ),
    "the same, of another package": (
        Facts("raises", "RuntimeError", module="werkzeug"),
        {"package": "shelf-kit"},
        {"package": "werkzeug", "distribution": "shelf-kit", "module": "shelf_kit", "package_name": "shelf-kit"},
    ),
    "a class of a library with another name": (
        Facts("raises", "yaml.scanner.ScannerError", module="yaml"),
        {"package": "pyyaml"},
        {"package": "yaml", "distribution": "pyyaml", "module": "yaml", "package_name": "pyyaml"},
    ),
    "no paste": (Facts(), {"raises": "frames.errors.Odd"}, {"raises": "", "package": "frames"}),
    "releases and the day": (
        Facts("raises", "kit.Odd", module="kit", versions={"kit": "2.0"}, python="3.12"),
        {},
        {"releases": "2.0", "python": "3.12", "as_of": "2026-11-24"},
    ),
    "what only a person can judge": (
        Facts("raises", "kit.Odd", module="kit", helped="Sleep."),
        {},
        {"quick_fix": "Sleep.", "url": "https://example.com", "title": "", "about": ""},
    ),
}


@pytest.mark.parametrize(("facts", "answers", "expected"), PROPOSED.values(), ids=PROPOSED)
def test_what_is_proposed(catalog: Catalog, facts: Facts, answers: dict[str, str], expected: dict[str, str]) -> None:
    proposed, _ = ask(catalog, facts, answers)
    assert {name: proposed[name] for name in expected} == expected


def test_a_package_knows_the_release_that_the_paste_names(catalog: Catalog) -> None:
    _, draft = ask(catalog, Facts("raises", "kit.Odd", module="kit", versions={"kit": "2.0"}), {"releases": "2.0, 1.0"})
    assert draft.package_answers is not None
    assert draft.package_answers["met"] == "2.0"


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        ("python", "3.11", []),
        ("python", "3.11, 3.10", []),
        ("python", "3.11, 3.10, 3.9", ["must be one, or one for each of 2 releases, and was 3"]),
        ("as_of", "2026-11-24, 2020-01-31, 2019-01-31", ["must be one, or one for each of 2 releases, and was 3"]),
        ("as_of", "soon", ["`releases.0.as_of` must be a date in quotes, such as \"2026-11-24\", was 'soon'"]),
    ],
)
def test_what_is_said_of_releases_is_said_of_all_or_of_each(
    catalog: Catalog, name: str, value: str, wrong: list[str]
) -> None:
    found: list[str] = []

    def answer(question: Question) -> str:
        if question.name == name:
            found.extend(question.check(value))
        return {**NEW, "releases": "2.0, 1.0"}.get(question.name, question.default)

    Interview(answer, catalog, Facts("raises", "kit.Odd", module="kit"), {}).draft(None, "", "", "2026-11-24")
    assert found == wrong
