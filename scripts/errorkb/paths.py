"""Where things are. The package is run in place, so all follows from where this file lies."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The project's folder."""

ERRORS = ROOT / "errors"
"""The records, their evidence, and what they share."""

TEMPLATES = ROOT / "templates"
"""Page templates, the theme's, hand-written pages, assets."""

BUILD = ROOT / "build"
"""Everything that is made and not kept in version control."""

DOCS = BUILD / "docs"
"""What the generator writes and MkDocs reads."""

SITE = BUILD / "site"
"""The site."""
