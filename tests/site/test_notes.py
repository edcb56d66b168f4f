"""A reader's note: run like any claim, shown with the day of its own run, kept and marked once it is no longer true."""

import json
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from mkdocs.utils.meta import get_data

from errorkb.catalog import load
from errorkb.lint import check_catalog
from errorkb.paths import TEMPLATES
from errorkb.site.foot import Settings
from errorkb.site.render import render_site
from trees import CURRENT, RECORD, build_tree, edit, fill_digests

NOTE = """\
notes:
  - by: ada
    date: "2026-05-05"
    applies_to: "{scope}"
    text: The default helps.
    code: |
      print({{}}.get("b", 0))
    prints: "0"
references:
"""
RUN = {"python": "3.11.7", "isolation": "bubblewrap", "observed": "clean", "verdict": "as claimed"}
RAISED = {"observed": "raised", "exceptions": [{"name": "KeyError", "message": "'b'", "raised_in": "snippet"}]}
FAILED = {"stdout": "1\n", "verdict": [{"claimed": "prints 0", "seen": "1"}]}


def render_note(folder: Path, runs: Mapping[str, Mapping[str, Any]], scope: str = ">=1") -> tuple[str, list[str]]:
    """The text of the page's notes, and the findings, for a note that these runs were seen of, by release."""
    record = edit(RECORD, ("references:\n", NOTE.format(scope=scope)))
    page: dict[str, Any] = {
        claim: {release: {**RUN, **seen, "date": "2026-03-03", "digest": CURRENT} for release in ("1.0", "2.0")}
        for claim, seen in (("broken", RAISED), ("fixed", {"stdout": "None\n"}))
    }
    if runs:
        page["note/1"] = {release: {**RUN, "digest": CURRENT, **run} for release, run in runs.items()}
    evidence = json.dumps({"format": 1, "record": "sample/record", "claims": page})
    errors = build_tree(folder / "errors", {"sample/record.yaml": record, "sample/record.evidence.json": evidence})
    fill_digests(errors, load(errors))
    catalog = load(errors)
    assert catalog.problems == ()
    _, fields = get_data(render_site(catalog, TEMPLATES, Settings())["sample/record.md"])
    return read_notes(fields["body"]), [problem.code for problem in check_catalog(catalog, errors)]


def read_notes(body: str) -> str:
    parser = HTMLParser()
    parts: list[str] = []
    parser.handle_data = parts.append  # type: ignore[method-assign]
    parser.feed(body[body.index('id="note-1"') :].partition("<footer")[0].partition(">")[2])
    return " ".join("".join(parts).split())


SEEN = {"date": "2026-04-04", "stdout": "0\n"}
CASES = {
    "true": ({"1.0": SEEN, "2.0": SEEN}, ">=1", "run 2026-04-04: as the note says, on 2 of 2 releases"),
    "true of the release that it names": (
        {"2.0": SEEN},
        ">=2",
        "run 2026-04-04: as the note says, on 1 of 1 release: 2.0",
    ),
    "not true any more": (
        {"1.0": SEEN, "2.0": {**SEEN, **FAILED, "date": "2026-06-06"}},
        ">=1",
        "did not hold on 2026-06-06",
    ),
    "edited": ({"1.0": {**SEEN, "digest": "0"}, "2.0": SEEN}, ">=1", "was verified 2026-04-04; edited since"),
    "not run yet": ({}, ">=1", "not run yet"),
}


@pytest.mark.parametrize(("runs", "scope", "line"), CASES.values(), ids=CASES)
def test_a_note_says_what_its_own_run_said(runs: dict[str, Any], scope: str, line: str, tmp_path: Path) -> None:
    text, _ = render_note(tmp_path, runs, scope)
    assert text.startswith(f"ada · 2026-05-05 · applies to sample {scope} The default helps. ")
    assert line in text
    assert [other for _, _, other in CASES.values() if other != line and other in text] == []


def test_a_note_that_is_not_true_any_more_does_not_stop_the_page(tmp_path: Path) -> None:
    _, problems = render_note(tmp_path, {"1.0": SEEN, "2.0": {**SEEN, **FAILED}})
    assert problems == []


def test_the_note_that_contributors_are_shown_has_no_finding(tmp_path: Path) -> None:
    page = (TEMPLATES / "docs" / "contribute.md").read_text(encoding="utf-8")
    found = re.search(r'^```yaml title="at the end of the record"\n(.*?)^```$', page, re.MULTILINE | re.DOTALL)
    assert found
    errors = build_tree(tmp_path / "errors", {"sample/missing-key.yaml": RECORD + found[1]})
    catalog = load(errors)
    assert check_catalog(catalog, errors) == []
    assert "note/1" in [claim.id for claim in catalog.entries["sample/missing-key"].claims]
