"""YAML for people: what is read back is what was written, under the model's own words."""

from hypothesis import given
from hypothesis import strategies as st

from errorkb.model.package import Package
from errorkb.model.record import Record
from errorkb.scaffold.drafts import SOUND, SOUND_PACKAGE, Checker, build_package, build_record, check_data
from errorkb.scaffold.rendering import WIDTH, render_model, render_record
from errorkb.source import read_source

TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc"))) | st.text("ab:#-'\"{}[]|>&*!%@`~ \n", min_size=1)
PACKAGE = """\
# The name that people say.
name: Shelf kit
# The name to install it by; none for Python itself.
distribution: shelf-kit
# Its top-level modules, if not its folder's name.
modules: [shelf_kit]
# What it is, in one sentence.
about: TODO
home: https://example.com
releases:
  - version: "1.10"
    # The Python it runs on.
    python: "3.11"
    # Other packages are resolved as they were on this day.
    as_of: "2026-11-24"
    # Why this release: who is on it, or what changed after it.
    why: The release that the error was first met on.
  - version: "1.9"
    # The Python it runs on.
    python: "3.10"
    # Other packages are resolved as they were on this day.
    as_of: "2026-11-24"
    # Why this release: who is on it, or what changed after it.
    why: "TODO: why this one? If it is old, let `python` and `as_of` be of its time."
"""


@given(st.dictionaries(st.sampled_from(["summary", "why", "cause", "message", "prints", "broken", "title"]), TEXT))
def test_what_is_written_is_read_back(texts: dict[str, str]) -> None:
    data = build_record({**SOUND, **texts})
    source, problems = read_source("new", render_record(data).encode())
    assert source is not None
    assert problems == []
    assert source.data == data


def test_a_package_has_its_releases_newest_first_each_with_its_own_python_and_reason() -> None:
    answers = {**SOUND_PACKAGE, "package_name": "Shelf kit", "distribution": "shelf-kit", "module": "shelf_kit"}
    releases = {"releases": "1.9, 1.10", "python": "3.10, 3.11", "as_of": "2026-11-24", "met": "1.10"}
    data = build_package("shelf-kit", {**answers, **releases})
    assert render_model(Package, data) == PACKAGE
    assert check_data(Package, data) == []


def test_lines_are_not_longer_than_people_read() -> None:
    text = render_record(build_record({**SOUND, "why": "It is so. " * 60}))
    assert max(map(len, text.split("\n"))) <= WIDTH


def test_every_answer_that_is_needed_is_in_the_sound_ones() -> None:
    assert check_data(Record, build_record(SOUND)) == []
    assert check_data(Record, build_record({**SOUND, "broken": ""})) == []
    assert check_data(Package, build_package("sample", SOUND_PACKAGE)) == []


def test_a_wrong_answer_is_told_of_in_the_words_of_the_model() -> None:
    check = Checker(None).check
    assert check("fix_time", "soon") == [
        "`fix_time` must be a span of minutes (min) or hours (h), such as 2-5 min, was 'soon'"
    ]
    assert check("raises", "a b") == [
        "`raises` must be a public name alone, such as anthropic.AuthenticationError, was 'a b'"
    ]
    assert check("http", "9") == ["`http` must be 400 or more, was 9"]
    assert check("exits", "two") == ["`exits` must be a whole number, was 'two'"]
    assert check("signals", "SEGV") == ["`signals` must be a signal, such as SIGSEGV, was 'SEGV'"]
    assert check("releases", "1, x") == ["`releases.1.version` must be a release such as 2.12.0, was 'x'"]
    assert check("releases", "1, 1") == ["releases must be listed once each, newest first, and 1 stands behind 1"]
    assert check("python", "3.11, 3") == [
        "`releases.0.python` must be a Python such as \"3.11\", without a third number, was '3'"
    ]
    assert check("as_of", "2026-11-24, soon") == [
        "`releases.0.as_of` must be a date in quotes, such as \"2026-11-24\", was 'soon'"
    ]
    assert check("message", "any {text}") == check("prints", "x") == check("exits", "2") == []
