"""What matching sees of a text: its words, pairs of neighbours, mentions of classes, path hints.

Plain functions over plain data, since the browser has the same in JavaScript; ``tests/match/vectors`` holds both to it.
"""

from __future__ import annotations

import itertools
from typing import TypedDict

from errorkb.match.rules import RULES, apply_replacements, compile_pattern


class Features(TypedDict):
    """Of a text: distinct words, distinct pairs ``"first second"`` and path hints, all in order of first appearance.

    ``classes`` maps each name that may be a class's to its highest level; ``last`` is the one raised last, or "".
    """

    words: list[str]
    pairs: list[str]
    classes: dict[str, float]
    last: str
    paths: list[str]


class Errors(TypedDict):
    """The errors of a log. ``taken`` is the index of the one that was taken: the last that was not ignored.

    Each has ``line``, the line that names it, and ``text``, all that belongs to it.
    """

    errors: list[dict[str, str]]
    taken: int


def read_features(text: str) -> Features:
    """Read the features of a text."""
    text = apply_replacements(RULES["unescape"], clean_text(text))
    paths: dict[str, None] = {}
    for pattern, _ in RULES["path_hints"]:
        paths |= dict.fromkeys(match.group(1) for match in compile_pattern(pattern).finditer(text))
    text = apply_replacements(RULES["drop"], text)
    words = read_words(text)
    pairs = dict.fromkeys(f"{first} {second}" for first, second in itertools.pairwise(words))
    classes, last = read_classes(text)
    return {
        "words": list(dict.fromkeys(words)),
        "pairs": list(pairs),
        "classes": classes,
        "last": last,
        "paths": list(paths),
    }


def clean_text(text: str) -> str:
    """Turn a text into one of ASCII, without colours and control characters; of a long one keep both ends."""
    limits = RULES["limits"]
    text = compile_pattern(RULES["not_ascii"]).sub(" ", text)
    if len(text) > limits["text"]:
        text = text[: limits["head"]] + "\n" + text[len(text) - (limits["text"] - limits["head"]) :]
    return apply_replacements(RULES["clean"], text)


def read_words(text: str) -> list[str]:
    """Return the words of a clean text in small letters; what is too long to be a word is none."""
    most = RULES["limits"]["word"]
    return [word.lower() for word in compile_pattern(RULES["word"]).findall(text) if len(word) <= most]


def split_wording(wording: str) -> list[str]:
    """Return the words of a wording, with ``""`` where a value stands that varies, or a word that it is a part of."""
    text = apply_replacements(RULES["unescape"], clean_text(wording))
    text = compile_pattern(RULES["placeholder"]).sub("\x01", text)
    words = compile_pattern(RULES["wording_word"]).findall(text)
    return ["" if "\x01" in word else word.lower() for word in words if len(word) <= RULES["limits"]["word"]]


def squeeze(text: str) -> str:
    """The same text clean and on one line, with one space between words."""
    return " ".join(part for part in clean_text(text).replace("\n", " ").split(" ") if part)


def read_classes(text: str) -> tuple[dict[str, float], str]:
    """Return each class that a text names with its highest level, and the one that was raised last."""
    classes: dict[str, float] = {}
    last = ""
    around = RULES["limits"]["around"]
    for line in text.split("\n"):
        raised = ""
        for match in compile_pattern(RULES["name"]).finditer(line):
            name, after = match.group(), line[match.end() : match.end() + around]
            level = _level(name, line[max(0, match.start() - around) : match.start()], after)
            if level > 0.0:
                classes[name] = max(level, classes.get(name, 0.0))
            # What stands in brackets, or further on, is a part of the message.
            if (
                raised == ""
                and level == RULES["levels"]["raised"]
                and not after.startswith("(")
                and is_error_name(name)
            ):
                raised = name
        # A warning that is printed when a program has ended by an exception is not what ended it.
        if not (last and raised.endswith("Warning") and not last.endswith("Warning")):
            last = raised or last
    return classes, last


def _level(name: str, before: str, after: str) -> float:
    """How strongly the place of a name says that it was raised; 0 if it is not a class's name."""
    levels: dict[str, float] = RULES["levels"]
    raised = compile_pattern(RULES["after_raised"]).search(after) is not None
    if not compile_pattern(RULES["class_name"]).search(name):
        return levels["raised"] if raised and compile_pattern(RULES["small_error"]).search(name) else 0.0
    if not (compile_pattern(RULES["telling_name"]).search(name) or is_error_name(name)):
        return 0.0
    if compile_pattern(RULES["before_weak"]).search(before):
        return levels["weak"]
    if compile_pattern(RULES["before_raise"]).search(before):
        return levels["raise"]
    if raised:
        return levels["raised"]
    return levels["end"] if compile_pattern(RULES["after_end"]).search(after) else levels["mentioned"]


def is_error_name(name: str) -> bool:
    """Whether a name is like those of exceptions and warnings."""
    return compile_pattern(RULES["error_name"]).search(name) is not None


def split_errors(text: str) -> Errors:
    """Split a log into its errors. Tracebacks that are one chain or one group are one error.

    A text with less than two headers is one error, the whole. Of errors with the same line only the last is kept.
    """
    text = apply_replacements(RULES["unescape"], clean_text(text))
    starts = _starts(text)
    errors: list[dict[str, str]] = []
    last = ""
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        above = _preamble(text, start)
        body = text[above:end] if len(starts) > 1 else text
        ignored = compile_pattern(RULES["ignored"]).search(text[above:start]) is not None
        line = find_error_line(text[start:end])
        errors = [other for other in errors if other["line"] != line] + [{"line": line, "text": body}]
        last = last if ignored else line
    lines = [error["line"] for error in errors]
    return {"errors": errors, "taken": lines.index(last) if last in lines else len(lines) - 1}


def _starts(text: str) -> list[int]:
    """Where the errors of a text begin: at headers that do not go on with the error before."""
    starts: list[int] = []
    end = 0
    for match in compile_pattern(RULES["header"]).finditer(text):
        if not starts or not compile_pattern(RULES["same_error"]).search(text[end : match.start()]):
            starts.append(match.start())
        end = match.end()
    return starts if len(starts) > 1 else [0]


def _preamble(text: str, start: int) -> int:
    """Where what is said above a traceback begins: up to three lines up, not so far as another error's line."""
    start = text.rfind("\n", 0, start) + 1
    for _ in range(3):
        above = text.rfind("\n", 0, max(start - 1, 0)) + 1
        if start == 0 or _tells(text[above : start - 1]):
            break
        start = above
    return start


def _tells(line: str) -> bool:
    """Whether a line tells of an error by its class."""
    return any(compile_pattern(pattern).search(line) for pattern in RULES["error_lines"])


def find_error_line(text: str) -> str:
    """Return the line that names the error: the last with a class and a message, else the last with a class alone.

    Else it is the first that is no header.
    """
    lines = [line.strip(" |") for line in apply_replacements(RULES["drop"], text).split("\n")]
    lines = [line for line in lines if line]
    for pattern in RULES["error_lines"]:
        for line in reversed(lines):
            if compile_pattern(pattern).search(line):
                return line[:500]
    said = [line for line in lines if not compile_pattern(RULES["header"]).search(line)]
    return (said or lines or [""])[0][:500]
