"""The same content as plain Markdown: what one would write by hand for MkDocs with Material, one page per record."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from errorkb.catalog import Catalog, Entry, Standing, lock_name
from errorkb.claims import Claim
from errorkb.evidence import Observation
from errorkb.model.record import Advice

MORE = 6
# What the theme's reference recommends for code blocks, https://squidfunk.github.io/mkdocs-material/reference/code-blocks/
CONFIGURATION = """\
site_name: Error knowledge base
docs_dir: docs
theme:
  name: material
  font: false
  features:
    - content.code.copy
markdown_extensions:
  - tables
  - toc:
      permalink: true
  - pymdownx.highlight:
      anchor_linenums: true
      line_spans: __span
      pygments_lang_class: true
  - pymdownx.inlinehilite
  - pymdownx.snippets
  - pymdownx.superfences
nav:
  - Home: index.md
"""


def write_plain(catalog: Catalog, folder: Path) -> None:
    """Write ``mkdocs.yml`` and ``docs`` below ``folder``: home, an index per package, a page per record."""
    by_package: dict[str, list[Entry]] = defaultdict(list)
    for entry in catalog.entries.values():
        by_package[entry.package].append(entry)
    configuration = CONFIGURATION + "".join(f"  - {name}: {name}/index.md\n" for name in by_package)
    _write(folder / "mkdocs.yml", configuration)
    links = "".join(f"- [{name}]({name}/index.md): {len(found)} errors\n" for name, found in by_package.items())
    _write(folder / "docs/index.md", f"# What does this error mean?\n\n{links}")
    for name, entries in by_package.items():
        _write(folder / f"docs/{name}/index.md", _render_package(catalog, name, entries))
        for entry in entries:
            _write(folder / f"docs/{entry.id}.md", _render_record(catalog, entry, entries))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _render_package(catalog: Catalog, name: str, entries: list[Entry]) -> str:
    package = catalog.packages[name].package
    rows = [
        f"| [{_name(entry)}]({_file(entry)}) | {entry.record.symptom} | {entry.record.http or ''} "
        f"| {entry.record.severity} |"
        for entry in entries
    ]
    head = ["| Error | Symptom | HTTP | Severity |", "|---|---|---|---|"]
    return "\n".join([f"# {package.name}", "", package.about, "", *head, *rows, ""])


def _render_record(catalog: Catalog, entry: Entry, neighbours: list[Entry]) -> str:
    parts = [*_head(catalog, entry), *_causes(catalog, entry), *_programs(catalog, entry), *_rest(catalog, entry)]
    others = [other for other in neighbours if other is not entry][:MORE]
    links = [f"- [{_name(other)}: {other.record.symptom}]({_file(other)})" for other in others]
    return "\n\n".join([*parts, f"## More errors of {entry.package}", "\n".join(links)]) + "\n"


def _head(catalog: Catalog, entry: Entry) -> Iterator[str]:
    record, claim = entry.record, entry.claims[0]
    newest = _standings(catalog, entry, claim)[0]
    seen = _seen(newest)
    versions = [standing.release.version for standing in _standings(catalog, entry, claim)]
    status = f"HTTP {record.http} · " if record.http else ""
    yield f"# {_name(entry)}"
    yield record.symptom
    yield f"`{record.raises}`, a subclass of `{seen.names[record.raises or ''].bases[0]}`"
    yield f"{record.severity} severity · {status}{record.level} level · Fix: {record.fix_time} · Retry: {record.retry}"
    yield f"Verified {seen.date} on {len(versions)} releases, {versions[-1]} to {versions[0]}"
    yield _fence("text", seen.exception.message if seen.exception else "")
    if record.caused_by:
        yield f"Further up in the traceback: `{record.caused_by[0].message[0].text}`."
    yield from ("## What this means", record.summary, "## Quick fix", *_advice(record.quick_fix))


def _causes(catalog: Catalog, entry: Entry) -> Iterator[str]:
    claims = {claim.id: claim for claim in entry.claims}
    yield "## Causes and fixes"
    for number, cause in enumerate(entry.record.causes, 1):
        yield f"### {number} {cause.cause}"
        yield from ("**How to know it is this one**", *_advice(cause.check), "**Fix**", *_advice(cause.fix))
        broken = claims.get(f"cause/{cause.id}/broken", entry.claims[0])
        yield f"reproduced on {_count(catalog, entry, broken)}"
        if cause.explanation:
            yield from _run(catalog, entry, broken, "Broken: raises this error")
            yield from _run(catalog, entry, claims[f"cause/{cause.id}/fixed"], "Fixed")
            yield cause.explanation


def _programs(catalog: Catalog, entry: Entry) -> Iterator[str]:
    broken, fixed = entry.claims[:2]
    seen = _seen(_standings(catalog, entry, broken)[0])
    trace = (seen.traceback or "").split("\n")
    yield "## Broken and fixed"
    yield from _run(catalog, entry, broken, "Broken: raises this error", f"{trace[0]}\n  …\n{trace[-1]}")
    yield from _run(catalog, entry, fixed, "Fixed")
    yield entry.record.explanation or ""
    yield from ("## Stack trace", _fence("text", seen.traceback or ""), f"Captured on Python {seen.python}")


def _rest(catalog: Catalog, entry: Entry) -> Iterator[str]:
    record, claims = entry.record, {claim.id: claim for claim in entry.claims}
    yield from ("## Why it happens", record.why)
    if record.look_alikes:
        yield "## Look-alikes"
    for other, difference in record.look_alikes.items():
        yield f"- [{_name(catalog.entries[other])}](../{other}.md) {catalog.entries[other].record.symptom} {difference}"
    yield "## What does not help"
    for dead_end in record.dead_ends:
        yield from (f"### {dead_end.attempt}", dead_end.why or "")
        yield from _run(catalog, entry, claims[f"dead_end/{dead_end.id}"], "What was run")
    assert record.detection, "every synthetic record has one"
    yield from ("## Detection", record.detection.text)
    yield from _run(catalog, entry, claims["detection"], "What was run")
    yield from ("## Prevention", record.prevention or "", "## Releases", *_releases(catalog, entry))
    yield from ("## Evidence", _fence("console", f"python scripts/verify.py {entry.id} --check"))
    yield from ("## References", "\n".join(f"- [{item.title}]({item.url})" for item in record.references))
    yield "## Community notes"
    for note in record.notes:
        yield from (f"{note.by}, {note.date}, applies to {entry.package} {note.applies_to}", note.text)


def _advice(advice: Advice) -> Iterator[str]:
    yield advice.text
    if advice.run:
        yield from (_fence("bash", advice.run.posix), _fence("powershell", advice.run.powershell))


def _run(catalog: Catalog, entry: Entry, claim: Claim, title: str, output: str | None = None) -> Iterator[str]:
    """A program, what it printed, and how it ended."""
    newest = _standings(catalog, entry, claim)[0]
    seen = _seen(newest)
    lock = catalog.packages[entry.package].locks[lock_name(newest.release, ())].split("\n")
    pins = [line.split(" ")[0].replace("==", " ") for line in lock if line[0].isalnum()]
    asked = [f"{request.method} {request.path} answered {request.status}" for request in seen.requests]
    details = [f"exit code {seen.exit_code}", *asked, f"same on {_count(catalog, entry, claim)}", ", ".join(pins)]
    yield from (f"**{title}**", _fence("python", claim.program.code), "Prints")
    yield _fence("text", output or seen.traceback or seen.stdout)
    yield " · ".join([*details, f"Python {seen.python}, Linux"])


def _releases(catalog: Catalog, entry: Entry) -> Iterator[str]:
    shown = [claim for claim in entry.claims if claim.id.endswith("broken") or claim.id == "fixed"]
    rows = [["Release", *(claim.id.replace("/", " ") for claim in shown)], ["---"] * (len(shown) + 1)]
    wordings: dict[str, list[str]] = defaultdict(list)
    for standing in _standings(catalog, entry, entry.claims[0]):
        words = ("no error" if claim.id == "fixed" else "reproduced" for claim in shown)
        rows.append([standing.release.version, *words])
        exception = _seen(standing).exception
        wordings[exception.message if exception else ""].append(standing.release.version)
    yield "\n".join(f"| {' | '.join(row)} |" for row in rows)
    if len(wordings) > 1:
        yield "\n".join(f"- {', '.join(versions)}: `{message}`" for message, versions in wordings.items())


def _standings(catalog: Catalog, entry: Entry, claim: Claim) -> list[Standing]:
    return catalog.standings(entry, claim)


def _seen(standing: Standing) -> Observation:
    assert standing.observation, "every synthetic claim was run"
    return standing.observation


def _count(catalog: Catalog, entry: Entry, claim: Claim) -> str:
    standings = _standings(catalog, entry, claim)
    return f"{sum(standing.current for standing in standings)} of {len(standings)} releases"


def _fence(language: str, text: str) -> str:
    return f"```{language}\n{text.rstrip()}\n```"


def _name(entry: Entry) -> str:
    return (entry.record.raises or "").rpartition(".")[2]


def _file(entry: Entry) -> str:
    return entry.id.partition("/")[2] + ".md"
