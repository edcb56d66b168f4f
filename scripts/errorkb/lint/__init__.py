"""All rules over a loaded catalog. A rule is a function whose docstring is the rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import cleandoc
from pathlib import Path

from errorkb.catalog import Catalog
from errorkb.lint import claims, files, identity, placeholders, prose, secrets, snippets, wordings
from errorkb.problems import Problem

Check = Callable[[Catalog, Path], Iterator[Problem]]


@dataclass(frozen=True)
class Rule:
    """One rule: its name, as findings show it, and the function that checks it."""

    code: str
    check: Check

    @property
    def text(self) -> str:
        """The rule, as contributors read it."""
        return cleandoc(self.check.__doc__ or "")


RULES: tuple[Rule, ...] = (
    Rule("stray-file", files.check_stray_files),
    Rule("reserved-name", files.check_reserved_names),
    Rule("schema-stale", files.check_schema),
    Rule("unknown-word", identity.check_vocabulary),
    Rule("unknown-record", identity.check_look_alikes),
    Rule("alias-taken", identity.check_aliases),
    Rule("unknown-server", identity.check_servers),
    Rule("prose-link", prose.check_prose_links),
    Rule("todo", prose.check_todo),
    Rule("promise", prose.check_promises),
    Rule("identifier-outside-backticks", prose.check_identifiers),
    Rule("markup", prose.check_markup),
    Rule("bidi", prose.check_bidi),
    Rule("same-text", prose.check_repetition),
    Rule("secret", secrets.check_secrets),
    Rule("unsafe-advice", secrets.check_unsafe_advice),
    Rule("placeholder", placeholders.check_placeholders),
    Rule("not-python", snippets.check_python),
    Rule("swallowed", snippets.check_swallowed),
    Rule("self-raised", snippets.check_self_raised),
    Rule("not-as-claimed", claims.check_verdicts),
    Rule("no-release", claims.check_scopes),
    Rule("unseen-wording", claims.check_wordings),
    Rule("same-wording", wordings.check_same_wordings),
    Rule("status-differs", wordings.check_statuses),
    Rule("evidence-orphan", claims.check_orphans),
)


def check_catalog(catalog: Catalog, errors: Path) -> list[Problem]:
    """Return every problem of the catalog: what loading it found, and what the rules find. Sorted, each once.

    ``errors`` is the folder that the catalog was loaded from.
    """
    found = [problem for rule in RULES for problem in rule.check(catalog, errors)]
    return sorted({*catalog.problems, *found})
