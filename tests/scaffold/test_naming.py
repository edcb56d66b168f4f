"""Classes as they are printed, and as records know them."""

import pytest

from errorkb.catalog import Catalog, load
from errorkb.scaffold.naming import propose_class, shows_symptom
from errorkb.scaffold.paste import Facts
from trees import RECORD, build_tree, edit

EVIDENCE = """\
{"format": 1, "record": "sample/missing", "claims": {"broken": {"2.0": {
 "date": "2026-11-24", "python": "3.11.7", "isolation": "none", "digest": "x", "observed": "raised",
 "names": {"sample.Missing": {"real": "sample._core.Gone"}, "sample.Other": {"reason": "it is no class"}}}}}}
"""
RECORDS = {
    "sample/missing.yaml": RECORD.replace("raises: KeyError", "raises: sample.Missing"),
    "sample/missing.evidence.json": EVIDENCE,
    "sample/old.yaml": RECORD.replace("raises: KeyError", "warns: sample.OldWarning"),
    "sample/group.yaml": RECORD.replace("raises: KeyError", "raises: sample.Torn\nwhere: group"),
    "sample/logged.yaml": RECORD.replace("raises: KeyError", "logs: {logger: shop, level: ERROR}"),
    "sample/usage.yaml": RECORD.replace("raises: KeyError", "exits: 2"),
    "sample/killed.yaml": edit(RECORD, ("raises: KeyError", "signals: SIGSEGV"), ("message: \"'{key}'\"\n", "")),
    "sample/twice.yaml": RECORD.replace("raises: KeyError", "raises: sample.Twice"),
    "sample/again.yaml": RECORD.replace("raises: KeyError", "raises: other.Twice"),
}
GROUP = """\
  + Exception Group Traceback (most recent call last):
  | ExceptionGroup: torn (1 sub-exception)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    | sample.Torn: no
    +------------------------------------
"""


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return load(build_tree(tmp_path_factory.mktemp("naming") / "errors", RECORDS))


@pytest.mark.parametrize(
    ("name", "module", "public"),
    [
        ("Missing", "", "sample.Missing"),
        ("Gone", "", "sample.Missing"),
        ("sample.Missing", "", "sample.Missing"),
        ("sample._core.Gone", "", "sample.Missing"),
        ("other.Missing", "", ""),
        ("OldWarning", "", "sample.OldWarning"),
        ("Twice", "", ""),
        ("Twice", "other", "other.Twice"),
        ("other.Twice", "", "other.Twice"),
        ("Unheard", "sample", ""),
        ("", "", ""),
    ],
)
def test_the_public_name_of_a_class_is_proposed_if_it_is_one(
    catalog: Catalog, name: str, module: str, public: str
) -> None:
    assert propose_class(catalog, name, module) == public


@pytest.mark.parametrize(
    ("record", "facts", "shown"),
    [
        ("missing", Facts("raises", "sample.Missing"), True),
        ("missing", Facts("raises", "sample._core.Gone"), True),
        ("missing", Facts("raises", "Missing"), True),
        ("missing", Facts("raises", "kit.Missing"), False),
        ("missing", Facts("raises", "kit.WrappedError"), False),
        ("missing", Facts("exits", "2"), False),
        ("missing", Facts(), True),
        ("old", Facts("warns", "OldWarning"), True),
        ("old", Facts("warns", "DeprecationWarning"), False),
        ("group", Facts("raises", "ExceptionGroup"), True),
        ("missing", Facts("raises", "ExceptionGroup"), False),
        ("logged", Facts("raises", "KeyError"), True),
        ("usage", Facts("exits", "2"), True),
        ("usage", Facts("raises", "subprocess.CalledProcessError"), False),
        ("killed", Facts("signals", "SIGSEGV"), True),
        ("killed", Facts("signals", "SIGKILL"), False),
    ],
)
def test_a_page_is_about_the_class_that_a_paste_ends_in(
    catalog: Catalog, record: str, facts: Facts, shown: bool
) -> None:
    assert shows_symptom(catalog.entries[f"sample/{record}"], facts, GROUP) is shown
