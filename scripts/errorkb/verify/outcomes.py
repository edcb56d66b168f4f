"""What came out otherwise than before, in words: for the maintainers' issues and pull requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from errorkb.catalog import Catalog, Entry
from errorkb.evidence import Evidence, Observation
from errorkb.model.scope import newest_first

UNCHECKED = (
    "Close and open this pull request to have it checked: GitHub starts no checks for what its own token opens.\n"
)


def compare_outcomes(before: Catalog, after: Catalog) -> dict[str, list[str]]:
    """Per record, the runs that ended otherwise than before or now hold or fail to: one line each, only where any are.

    Dates, and all else that is seen of a run that ends alike, are no outcome. A record that is new has none to compare.
    """
    found = {}
    for name, entry in after.entries.items():
        old = before.entries.get(name)
        if old is not None and old.evidence is not None and entry.evidence is not None:
            lines = list(_compare(old.evidence, entry.evidence))
            if lines:
                found[name] = lines
    return found


def _compare(before: Evidence, after: Evidence) -> Iterator[str]:
    for claim in sorted(set(before.claims) & set(after.claims)):
        for version, run in after.claims[claim].items():
            old = _earlier(before.claims[claim], version)
            if (old.observed, old.holds) != (run.observed, run.holds):
                yield f"`{claim}` on {version}: was {_describe(old)}, is {_describe(run)}"


def _earlier(runs: Mapping[str, Observation], version: str) -> Observation:
    """The same release before; the newest one for a release that the package has only now moved to."""
    return runs.get(version) or runs[newest_first(list(runs))[0]]


def _describe(run: Observation) -> str:
    name = f" {run.exception.name}" if run.exception is not None else ""
    return f"{run.observed}{name}, {'as claimed' if run.holds else 'not as claimed'}"


def render_issue(entry: Entry, changes: list[str]) -> str:
    """The text of an issue: its title, an empty line, what changed, the findings, the command that repeats it."""
    assert entry.evidence is not None
    runs = [(claim, version, run) for claim, all_ in entry.evidence.claims.items() for version, run in all_.items()]
    findings = [
        f"- `{claim}` on {version}: claimed: {finding.claimed}; seen: {finding.seen}"
        for claim, version, run in runs
        if not isinstance(run.verdict, str)
        for finding in run.verdict
    ]
    lines = [f"Outcome changed: {entry.id}", "", *(f"- {line}" for line in changes), ""]
    if findings:
        lines += ["What does not hold:", "", *findings, ""]
    lines += ["Run it again:", "", "```", f"python scripts/verify.py {entry.id} --check", "```"]
    return "\n".join(lines) + "\n"


def render_summary(changes: Mapping[str, list[str]]) -> str:
    """The text of the pull request: the records whose outcome changed, each with what changed."""
    head = "Every claim was run on every release. "
    if not changes:
        return (
            f"{head}No outcome changed; the dates, and what else the runs print, are as of this night.\n\n{UNCHECKED}"
        )
    lines = [f"{head}Outcomes that changed:", ""]
    for name, texts in changes.items():
        lines += [f"- `{name}`", *(f"    - {text}" for text in texts)]
    mend = "A record that does not hold is mended in this branch before it is merged."
    return "\n".join([*lines, "", mend, UNCHECKED])
