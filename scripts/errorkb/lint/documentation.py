"""The list of rules in the contributors' documentation."""

from __future__ import annotations

from errorkb.lint import RULES
from errorkb.lint.reading import READ

BEGIN = "<!-- The rules, written by: python scripts/lint.py --document -->\n"
END = "<!-- End of the rules -->\n"


def render_rules() -> str:
    """Render every rule as a line of Markdown: its code, and what it demands. Sorted by code."""
    texts = {**READ, **{rule.code: rule.text for rule in RULES}}
    return "".join(f"- `{code}`: {' '.join(text.split())}\n" for code, text in sorted(texts.items()))


def render_page(page: str) -> str:
    """Put the rules as they are now between the two marks of a page. Raises ``ValueError`` if a mark is missing."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page must hold the lines {BEGIN.strip()} and {END.strip()}")
    return f"{before}{BEGIN}\n{render_rules()}\n{END}{after}"
