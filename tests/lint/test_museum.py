"""Every rule has a docstring that is the rule, a code, bad data in the museum, and a line for contributors."""

import ast
import re
from pathlib import Path

import pytest

from errorkb.catalog import load
from errorkb.lint import RULES, check_catalog
from errorkb.lint.documentation import BEGIN, END, render_page, render_rules
from errorkb.lint.files import RESERVED
from errorkb.lint.reading import READ
from errorkb.paths import ERRORS, ROOT, TEMPLATES
from errorkb.problems import render_problem
from errorkb.site.foot import Settings
from errorkb.site.render import render_site
from trees import MUSEUM, build_museum_tree, build_tree

CODES = {*READ, *(rule.code for rule in RULES)}
ENTRIES = sorted(path.parent.name for path in MUSEUM.glob("*/findings.txt"))
CODE = re.compile(r"[a-z]+(-[a-z0-9]+)*")
# The rest of a file with more than a hundred findings cannot be counted without a hundred others.
WITH_OTHERS = {"more-findings": {"more-findings", "read-as-date"}}


@pytest.mark.parametrize("name", ENTRIES)
def test_bad_data_breaks_exactly_its_rule_and_is_told_in_these_words(name: str, tmp_path: Path) -> None:
    errors = build_museum_tree(tmp_path / "errors", MUSEUM / name)
    problems = check_catalog(load(errors), errors)
    said = "".join(f"{render_problem(problem)}\n" for problem in problems)
    assert said == (MUSEUM / name / "findings.txt").read_text(encoding="utf-8")
    assert {problem.code for problem in problems} == WITH_OTHERS.get(name, {name})


def test_the_tree_that_bad_data_is_laid_over_is_sound(tmp_path: Path) -> None:
    errors = build_tree(tmp_path / "errors", {})
    assert check_catalog(load(errors), errors) == []


def test_every_rule_is_in_the_museum_and_nothing_else_is() -> None:
    assert set(ENTRIES) == CODES
    assert {path.name for path in MUSEUM.iterdir()} == {*CODES, "base", "seed"}


def test_every_rule_has_a_code_of_its_own_and_says_what_it_demands() -> None:
    assert len(CODES) == len(READ) + len(RULES)
    for code, text in [*READ.items(), *((rule.code, rule.text) for rule in RULES)]:
        assert CODE.fullmatch(code)
        assert re.fullmatch(r"[A-Z`][^\0]*\.", text), code


def test_every_rule_stands_in_the_contributors_documentation_as_it_is_now() -> None:
    page = (TEMPLATES / "docs" / "contribute.md").read_text(encoding="utf-8")
    assert page == render_page(page), "renew it: python scripts/lint.py --document"
    assert re.findall(r"^- `(.+?)`: ", page.partition(BEGIN)[2], re.MULTILINE) == sorted(CODES)


def test_only_what_stands_between_the_marks_is_written() -> None:
    page = f"Before.\n\n{BEGIN}\nOld.\n\n{END}\nAfter.\n"
    assert render_page(page) == f"Before.\n\n{BEGIN}\n{render_rules()}\n{END}\nAfter.\n"
    with pytest.raises(ValueError, match="the page must hold the lines <!-- The rules"):
        render_page("Before.\n")


# What looks like a code and is none; `read-as-null` is told of a key, as `key-not-text`.
NO_CODES = {"utf-8", "read-as-null"}
LOADERS = ("source/*.py", "model/validation.py", "catalog/loading.py", "evidence.py")


def test_every_code_of_a_finding_while_loading_is_documented() -> None:
    assert find_codes() - NO_CODES == set(READ)


def find_codes() -> set[str]:
    """Every text in the rooms that load which looks like a code; in evidence, what a Problem is called with."""
    found = set()
    for path in (path for pattern in LOADERS for path in (ROOT / "scripts" / "errorkb").glob(pattern)):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
        roots = [tree] if path.name != "evidence.py" else [node for node in calls if node.func.id == "Problem"]
        texts = (node.value for root in roots for node in ast.walk(root) if isinstance(node, ast.Constant))
        found |= {text for text in texts if isinstance(text, str) and re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", text)}
    return found


def test_the_sample_record_for_contributors_has_no_finding(tmp_path: Path) -> None:
    page = (TEMPLATES / "docs" / "contribute.md").read_text(encoding="utf-8")
    samples = re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(samples) == 1
    errors = build_tree(tmp_path / "errors", {"sample/missing-key.yaml": samples[0]})
    catalog = load(errors)
    assert check_catalog(catalog, errors) == []
    assert [claim.id for claim in catalog.entries["sample/missing-key"].claims] == ["broken", "fixed"]


def test_the_names_of_the_sites_own_pages_are_reserved() -> None:
    """What the site calls its pages, said here since lint may not ask it."""
    catalog = load(ERRORS)
    site = render_site(catalog, TEMPLATES, Settings("", "main"))
    names = {path.partition("/")[0].removesuffix(".md") for path in site if path.endswith((".md", ".html"))}
    assert {"e", "http", "packages", "index", "contribute"} <= names
    assert names - set(catalog.packages) - {"assets"} <= RESERVED
