"""Small trees of records: a sound one, and those of the museum, which each break one rule."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from errorkb.catalog import Catalog, Entry, PackageEntry, load
from errorkb.catalog.loading import REFERENCE
from errorkb.claims import plan_claims
from errorkb.evidence import Evidence
from errorkb.model.package import Package
from errorkb.model.record import Record
from errorkb.model.schema import render_schema
from errorkb.model.validation import Model, read_model
from errorkb.paths import ERRORS, ROOT
from errorkb.source import Source, read_source

MUSEUM = ROOT / "tests" / "museum"
BASE = MUSEUM / "base" / "errors"
CURRENT = "@current"

RECORD = """\
symptom: The key is not there
raises: KeyError
message: "'{key}'"
severity: medium
level: beginner
fix_time: 1-5 min
retry: never
summary: The dictionary has no such key.
quick_fix: Ask with `.get()`.
why: Square brackets promise that the key is there.
causes:
  - {id: missing, cause: The key is not in the data, check: Print the keys., fix: Add it.}
broken:
  code: |
    print({"a": 1}["b"])
fixed:
  code: |
    print({"a": 1}.get("b"))
  prints: "None"
references:
  - {title: Mapping types, url: "https://docs.python.org/3/library/stdtypes.html"}
"""


def edit(text: str, *changes: tuple[str, str]) -> str:
    """Replace what stands there exactly once."""
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def build_tree(errors: Path, files: Mapping[str, str | bytes]) -> Path:
    """Lay files over the sound tree: vocabulary, schema, and the package ``sample`` with two releases."""
    shutil.copytree(BASE, errors)
    shutil.copy(ERRORS / "vocabulary.yaml", errors)
    vocabulary = load(errors).vocabulary
    assert vocabulary is not None
    (errors / "schema.json").write_text(render_schema(vocabulary), encoding="utf-8")
    for name, content in files.items():
        (errors / name).parent.mkdir(parents=True, exist_ok=True)
        (errors / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return errors


def build_museum_tree(errors: Path, folder: Path) -> Path:
    """Lay an entry of the museum over the sound tree.

    ``NAME.padded-to-N`` is padded with comments to N bytes: a megabyte need not be kept. In evidence the digest
    ``@current`` becomes the one that evidence must have now.
    """
    files = {}
    for path in sorted(item for item in (folder / "errors").rglob("*") if item.is_file()):
        name, _, size = path.relative_to(folder / "errors").as_posix().partition(".padded-to-")
        files[name] = path.read_bytes().ljust(int(size or 0), b"#")
    build_tree(errors, files)
    fill_digests(errors, load(errors))
    return errors


def fill_digests(errors: Path, catalog: Catalog) -> None:
    """Write the digests that make evidence current in place of ``@current``."""
    for entry in catalog.entries.values():
        path = errors / f"{entry.id}.evidence.json"
        data = json.loads(path.read_text(encoding="utf-8")) if entry.evidence is not None else {"claims": {}}
        for claim in entry.claims:
            for standing in catalog.standings(entry, claim):
                run = data["claims"].get(claim.id, {}).get(standing.release.version, {})
                if run.get("digest") == CURRENT:
                    run["digest"] = catalog.digest(entry, claim, standing.release)
        if entry.evidence is not None:
            path.write_text(json.dumps(data), encoding="utf-8")


def catalog_of(text: str, evidence: Evidence | None = None, package: str | None = None) -> Catalog:
    """A catalog of one record, ``sample/record``, without any files; ``package`` is the text of its package."""
    content = package.encode() if package is not None else (BASE / "sample" / "package.yaml").read_bytes()
    home, record = (
        read_sound(model, path, data)
        for model, path, data in ((Package, "package", content), (Record, "record", text.encode()))
    )
    entry = Entry("sample/record", record[0], record[1], plan_claims(record[0]), evidence)
    packages = {"sample": PackageEntry("sample", home[0], home[1], None, {})}
    return Catalog(None, packages, {entry.id: entry}, (entry.source,))


def read_sound(model: type[Model], name: str, content: bytes) -> tuple[Model, Source]:
    """Read a file that must have no finding."""
    source, problems = read_source(f"errors/sample/{name}.yaml", content)
    assert source is not None, problems
    loaded, more = read_model(model, source, REFERENCE)
    assert loaded is not None, more
    assert not problems
    return loaded, source
