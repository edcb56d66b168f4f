"""A part of the catalog that can be shown by itself, whatever state it is in."""

from pathlib import Path

import pytest

from errorkb.catalog import load
from errorkb.paths import TEMPLATES
from errorkb.problems import Problem
from errorkb.scaffold.excerpt import UNKNOWN_MEANING, accept_words, concerns, keep_only
from errorkb.site.foot import Settings
from errorkb.site.render import render_site
from trees import MUSEUM, RECORD, build_museum_tree, build_tree, edit

FOLDERS = sorted(path.name for path in MUSEUM.iterdir() if path.name != "base")


def look_alike(*names: str) -> str:
    return f"{RECORD}look_alikes: {{{', '.join(f'{name}: It differs.' for name in names)}}}\n"


@pytest.fixture(scope="module")
def neighbours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {
        "a": look_alike("sample/b", "sample/none"),
        "b": look_alike("sample/c"),
        "c": RECORD,
        "d": look_alike("sample/a"),
        "e": RECORD,
    }
    return build_tree(
        tmp_path_factory.mktemp("x") / "errors", {f"sample/{name}.yaml": text for name, text in files.items()}
    )


@pytest.mark.parametrize(("name", "kept"), [("a", "abd"), ("c", "bc"), ("e", "e"), ("none", "")])
def test_a_record_is_kept_with_its_look_alikes_and_what_else_they_name_is_left_out(
    neighbours: Path, name: str, kept: str
) -> None:
    part = keep_only(load(neighbours), [f"sample/{name}"])
    assert "".join(item.removeprefix("sample/") for item in part.entries) == kept
    assert all(set(entry.record.look_alikes) <= set(part.entries) for entry in part.entries.values())
    site = render_site(part, TEMPLATES, Settings("", "main"))
    assert {path for path in site if path.startswith("sample/")} == {f"sample/{item}.md" for item in ("index", *kept)}


def test_a_word_that_is_none_is_shown_unless_it_is_a_path(tmp_path: Path) -> None:
    files = {
        "a": edit(RECORD, ("severity: medium", "severity: TODO")),
        "b": edit(RECORD, ("severity: medium", "severity: ../../x")),
    }
    catalog = accept_words(
        load(build_tree(tmp_path / "errors", {f"sample/{name}.yaml": text for name, text in files.items()}))
    )
    assert list(catalog.entries) == ["sample/a"]
    assert catalog.vocabulary is not None
    assert catalog.vocabulary.severities["TODO"] == UNKNOWN_MEANING
    assert "severity/TODO/index.md" in render_site(catalog, TEMPLATES, Settings("", "main"))


@pytest.mark.parametrize("name", FOLDERS)
def test_what_lint_finds_does_not_keep_a_page_from_being_shown(name: str, tmp_path: Path) -> None:
    catalog = load(build_museum_tree(tmp_path / "errors", MUSEUM / name))
    for entry in catalog.entries:
        part = accept_words(keep_only(catalog, [entry]))
        assert f"{entry}.md" in render_site(part, TEMPLATES, Settings("", "main"))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        *((f"errors/{name}", True) for name in ("vocabulary.yaml", "schema.json", "shop/shelf.yaml", "shop/shelf.evidence.json")),
        *((f"errors/shop/{name}", True) for name in ("package.yaml", "server.yaml", "locks/1.0.txt")),
        *((f"errors/{name}", False) for name in ("shop/shelf-b.yaml", "other/shelf.yaml", "other/package.yaml", "shop/x.txt")),
    ],
)  # fmt: skip
def test_which_problems_concern_a_record(path: str, expected: bool) -> None:
    assert concerns(Problem(path, 1, 1, "code", "message", "mend"), ["shop/shelf"]) is expected
