"""The JSON Schema of a record, for editors."""

from __future__ import annotations

import json

from errorkb.model.package import Vocabulary
from errorkb.model.record import Record


def render_schema(vocabulary: Vocabulary) -> str:
    """Render the schema of a record: the model, with the words of the vocabulary where it has them."""
    schema = Record.model_json_schema()
    schema["title"] = "A record of the error knowledge base"
    for key, words in (
        ("severity", vocabulary.severities),
        ("level", vocabulary.levels),
        ("retry", vocabulary.retry),
    ):
        field = schema["properties"][key]
        choices = [{"const": word, "description": meaning} for word, meaning in words.items()]
        schema["properties"][key] = {"description": field["description"], "anyOf": choices}
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
