"""Synthetic programs that fail, their mended twins, and what Python would have printed."""

from dataclasses import dataclass

from bench.words import NAMES, STATES, THINGS, VERBS, Words

HEADER = "Traceback (most recent call last):"
LIBRARY = "/usr/local/lib/python3.11/site-packages"


@dataclass(frozen=True)
class Twins:
    """A program that shows the error, the same one mended, and what that one prints. ``line`` is the failing line."""

    broken: str
    fixed: str
    prints: str
    line: str


def write_twins(words: Words, module: str, value: str) -> Twins:
    """A pair of programs; ``value`` is what the message quotes, and stands in the broken one only."""
    thing, verb = words.pick(*THINGS), words.pick(*VERBS)
    noun, label = words.pick(*NAMES), words.name()
    shape = words.pick(*SHAPES)
    blanks = {"module": module, "thing": thing, "Thing": thing.capitalize(), "verb": verb, "noun": noun, "label": label}
    broken, fixed = (shape.format(**blanks, value=text) for text in (value, label))
    line = next(line for line in broken.split("\n") if value in line)
    return Twins(broken, fixed, f"{noun} {label} {words.random.randint(2, 99)}", line.strip())


SHAPES = (
    """\
import {module}

client = {module}.Client(name="{noun}", timeout=30)
{thing} = client.{verb}("{value}", limit=20)
for item in {thing}.items:
    print(item.name, item.size)
""",
    '''\
from pathlib import Path

import {module}

ROWS = [{{"name": "{noun}", "size": 3}}, {{"name": "{label}", "size": 14}}]

def {verb}_all(rows, mode="strict"):
    """Return the sizes of all rows, largest first."""
    with {module}.{Thing}("{value}", mode=mode) as {thing}:
        return sorted(({thing}.{verb}(row["name"]) for row in rows), reverse=True)

print(Path.cwd().name, *{verb}_all(ROWS))
''',
    """\
import json

import {module}

settings = json.loads('{{"{noun}": {{"retries": 2, "verbose": false}}}}')
{thing} = {module}.{verb}(settings, target="{value}")  # the {thing} of all {noun}
if {thing}.count > 0 and not {thing}.is_closed:
    print(f"{noun} {{{thing}.name}} {{{thing}.count}}")
""",
)


def write_detection(words: Words, module: str, error: str, value: str) -> tuple[str, str]:
    """A program that tells the error from others, and what it prints."""
    call = f'{module}.{words.pick(*VERBS)}("{value}")'
    code = f"import {module}\n\ntry:\n    {call}\nexcept {module}.{error} as error:\n    print(type(error).__name__, error.code)\n"
    return code, f"{error} {words.random.randint(100, 599)}"


def print_traceback(words: Words, module: str, line: str, code: str, last: str, inner: str | None) -> str:
    """What Python prints: the program's own frame, some of the library's, the last line; ``inner`` is its cause."""
    lines = code.split("\n")
    number = next(index for index, text in enumerate(lines, 1) if text.strip() == line)
    own = [f'  File "/app/app.py", line {number}, in <module>', f"    {line}", "    " + "^" * len(line)]
    frames = "\n".join([HEADER, *own, *_library_frames(words, module, 4)])
    if inner is None:
        return f"{frames}\n{last}"
    cause = "\n".join([HEADER, *_library_frames(words, module, 2), inner])
    return f"{cause}\n\nThe above exception was the direct cause of the following exception:\n\n{frames}\n{last}"


def _library_frames(words: Words, module: str, count: int) -> list[str]:
    found = []
    for _ in range(count):
        file, verb, thing = words.pick(*THINGS), words.pick(*VERBS), words.pick(*THINGS)
        number = words.random.randint(12, 1900)
        found.append(f'  File "{LIBRARY}/{module}/_{file}.py", line {number}, in {verb}_{thing}')
        found.append(f"    return self._{words.pick(*VERBS)}({thing}, state={words.pick(*STATES)!r}, depth=depth + 1)")
        found.append("           " + "^" * 30)
    return found
