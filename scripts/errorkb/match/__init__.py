"""The finder: an index of the records, and what of it fits a pasted text or a typed name."""

from errorkb.match.finding import Answer, find
from errorkb.match.index import build_index, render_index
from errorkb.match.lookup import prepare_index
from errorkb.match.naming import find_by_name
from errorkb.match.scoring import Result, find_by_text

__all__ = [
    "Answer",
    "Result",
    "build_index",
    "find",
    "find_by_name",
    "find_by_text",
    "prepare_index",
    "render_index",
]
