"""The names and the words by which a record can be asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from errorkb.match.features import clean_text, read_words
from errorkb.match.lookup import STOP_WORDS, Lookup
from errorkb.match.rules import RULES

NAMES: dict[str, Any] = RULES["names"]


@dataclass
class Vocabulary:
    """``keys`` maps a name without anything but letters and digits to ``(record, field, name)``; ``words`` likewise.

    Pages written by hand are counted after the records. ``bigrams`` maps two letters to the keys that have them.
    """

    ids: list[str]
    keys: dict[str, list[tuple[int, str, str]]] = field(default_factory=dict)
    words: dict[str, list[tuple[int, str, str]]] = field(default_factory=dict)
    bigrams: dict[str, list[str]] = field(default_factory=dict)


def read_vocabulary(lookup: Lookup) -> Vocabulary:
    """Collect what the records and the pages written by hand can be asked for by."""
    records, pages = lookup.index["records"], lookup.index["pages"]
    vocabulary = Vocabulary([record["id"] for record in records] + [page["url"] for page in pages])
    for number, record in enumerate(records):
        _add_record(vocabulary, number, record, lookup.index["packages"][record["package"]])
    for number, page in enumerate(pages):
        _add_key(vocabulary, len(records) + number, "class", page["title"])
        _add_words(vocabulary, len(records) + number, "title", page["title"])
    for key in vocabulary.keys:
        for pair in read_bigrams(key):
            vocabulary.bigrams.setdefault(pair, []).append(key)
    return vocabulary


def _add_record(vocabulary: Vocabulary, number: int, record: dict[str, Any], package: dict[str, Any]) -> None:
    names = record.get("classes", [record["name"]])
    for at, name in enumerate(names):
        whole = "builtin" if "." not in name else "former" if at > 0 else "qualified"
        _add_key(vocabulary, number, whole, name)
        _add_name(vocabulary, number, "class" if "." in name else "builtin", name.split(".")[-1])
    for alias in record.get("aliases", []):
        _add_key(vocabulary, number, "former", alias.split("/")[-1])
    for name in (record["package"], package["name"], *package["modules"]):
        _add_key(vocabulary, number, "package", name)
    if "http" in record:
        _add_key(vocabulary, number, "http", str(record["http"]))
    _add_words(vocabulary, number, "part", record["id"].split("/")[-1])
    for place in ("symptom", "summary"):
        _add_words(vocabulary, number, place, record[place])
    texts = [("causes", text) for text in record.get("causes", [])]
    texts += [("wording", text) for name in ("wordings", "inner", "guessed") for text in record.get(name, [])]
    texts += [("wording", text) for name in ("captured", "inner_captured") for _, text in record.get(name, [])]
    for place, text in texts:
        _add_words(vocabulary, number, place, text)


def _add_name(vocabulary: Vocabulary, number: int, place: str, name: str) -> None:
    """Add a class's own name, that name without its ending, and the words in it."""
    key = squash(name)
    _add_key(vocabulary, number, place, name)
    for ending in NAMES["endings"]:
        if key.endswith(ending) and len(key) - len(ending) >= NAMES["least_part"]:
            _post(vocabulary.keys, key[: len(key) - len(ending)], (number, place, name))
    for word in re.findall("[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name):
        _post(vocabulary.words, word.lower(), (number, "part", name))


def _add_key(vocabulary: Vocabulary, number: int, place: str, name: str) -> None:
    if squash(name):
        _post(vocabulary.keys, squash(name), (number, place, name))


def _add_words(vocabulary: Vocabulary, number: int, place: str, text: str) -> None:
    for word in read_words(clean_text(text)):
        if word not in STOP_WORDS:
            _post(vocabulary.words, word, (number, place, word))


def _post(posted: dict[str, list[tuple[int, str, str]]], key: str, what: tuple[int, str, str]) -> None:
    if what not in posted.setdefault(key, []):
        posted[key].append(what)


def squash(text: str) -> str:
    """Small letters and digits alone."""
    return re.sub("[^a-z0-9]", "", text.lower())


def read_bigrams(key: str) -> list[str]:
    """The distinct pairs of neighbouring letters."""
    return list(dict.fromkeys(key[at : at + 2] for at in range(len(key) - 1)))
