"""The text that a form's issue has → what was answered, whatever was pasted into it."""

import pytest
import yaml

from errorkb.paths import ROOT
from errorkb.scaffold.forms import NO_ANSWER, Form, parse_issue, read_forms

FORMS = read_forms(ROOT / ".github/ISSUE_TEMPLATE")
MISSING, NOTE, WRONG = (next(form for form in FORMS if form.name == name) for name in ("missing", "note", "wrong"))


def write_issue(form: Form, answers: dict[str, str]) -> str:
    """Write what GitHub writes into an issue."""
    parts = []
    for field in form.fields:
        answer = answers.get(field.id) or NO_ANSWER
        parts.append(
            f"### {field.label}\n\n" + (f"```text\n{answer}\n```" if field.fenced and answer != NO_ANSWER else answer)
        )
    return "\n\n".join(parts)


def test_every_field_of_every_form_is_read() -> None:
    for path in (ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml"):
        items = [item for item in yaml.safe_load(path.read_text()).get("body", ()) if item["type"] != "markdown"]
        form = next((form for form in FORMS if form.name == path.stem), None)
        assert (
            [(field.id, field.label) for field in form.fields]
            == [(item["id"], item["attributes"]["label"]) for item in items]
            if form
            else not items
        )


@pytest.mark.parametrize("form", FORMS, ids=[form.name for form in FORMS])
def test_what_was_answered_comes_back(form: Form) -> None:
    answers = {field.id: f"the answer to {field.id}\nin two lines" for field in form.fields}
    issue, wrong = parse_issue(write_issue(form, answers), FORMS)
    assert wrong == ""
    assert issue is not None
    assert (issue.form, issue.answers) == (form, answers)


def test_what_was_left_empty_is_empty() -> None:
    issue, _ = parse_issue(write_issue(NOTE, {"page": "a/b", "note": "c"}), FORMS)
    assert issue is not None
    assert issue.answers == {"page": "a/b", "note": "c", "releases": "", "code": "", "prints": ""}


PASTES = {
    "Windows line ends": "a\r\nKeyError: 1",
    "a heading": "### What is this\nKeyError: 1",
    "a heading of the form": "### Releases\nKeyError: 1",
    "a fence": "```python\nx\n```\nKeyError: 1",
    "the text of a form": write_issue(MISSING, {"paste": "KeyError: 1", "version": "a 1"}),
    "white space before it": "    x = 1\nKeyError: 1",
}


@pytest.mark.parametrize("paste", PASTES.values(), ids=PASTES)
def test_a_paste_may_hold_anything(paste: str) -> None:
    text = write_issue(MISSING, {"paste": paste, "version": "shelf 1.4", "fix": "Nothing."})
    issue, _ = parse_issue(text, FORMS)
    assert issue is not None
    assert issue.answers == {"paste": paste.replace("\r\n", "\n"), "version": "shelf 1.4", "fix": "Nothing."}


def test_what_stands_before_the_form_is_passed_over() -> None:
    head = "title:\tMissing: NoShelf\nstate:\tOPEN\nlabels:\t\n--\n"
    issue, _ = parse_issue(head + write_issue(WRONG, {"page": "a/b", "wrong": "all", "version": "a 1"}), FORMS)
    assert issue is not None
    assert issue.answers == {"page": "a/b", "wrong": "all", "version": "a 1"}


@pytest.mark.parametrize("text", ["", "KeyError: 1", "### Something else\n\nx", "### What helped\n\nx"])
def test_another_text_is_no_forms(text: str) -> None:
    said = "this is not what a form wrote, which begins with ### What the terminal printed or ### Page"
    assert parse_issue(text, FORMS) == (None, said)


def test_a_heading_with_nothing_below_it_is_named() -> None:
    text = "### Page\n\n\n\n### Note\n\nx"
    assert parse_issue(text, FORMS) == (None, "nothing stands under ### Page")
