"""Synthetic packages and records: what stands in ``errors/``, before any evidence."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from bench.programs import write_detection, write_twins
from bench.words import NAMES, STATES, THINGS, Words
from errorkb.paths import ERRORS

PACKAGES = 30
RELEASES = ("3.2.1", "2.11.0", "1.8.4")
STATUSES = (None, None, 400, 401, 404, 429, 503)
HOST = "api.example.com"


class _Dumper(yaml.CSafeDumper):
    """Texts of several lines as blocks, as authors write them."""


def _represent_text(dumper: yaml.CSafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else ">" if len(text) > 120 else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def write_records(errors: Path, count: int, seed: int) -> None:
    """Write ``count`` records in 30 packages below ``errors``; the same seed gives the same bytes."""
    words = Words(f"{seed}")
    errors.mkdir(parents=True)
    shutil.copyfile(ERRORS / "vocabulary.yaml", errors / "vocabulary.yaml")
    packages = _names(words, min(PACKAGES, count))
    classes = {package: [_class_name(words) for _ in range(12)] for package in packages}
    for package in packages:
        _write_package(words, errors / package)
    ids: list[str] = []
    for number in range(count):
        package = packages[number % len(packages)]
        error = words.pick(*classes[package])
        ids.append(f"{package}/{_slug(error)}-{number}")
        look_alike = ids[number - len(packages)] if number >= len(packages) else None
        record = write_record(Words(f"{seed} {number}"), package, error, look_alike)
        _write_yaml(errors / f"{ids[-1]}.yaml", record)


def _names(words: Words, count: int) -> list[str]:
    names: dict[str, None] = {}
    while len(names) < count:
        names[words.name(words.random.choice((2, 3)))] = None
    return list(names)


def _class_name(words: Words) -> str:
    return words.pick(*STATES).capitalize() + words.pick(*THINGS).capitalize() + "Error"


def _slug(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).strip("-")


def _write_package(words: Words, folder: Path) -> None:
    (folder / "locks").mkdir(parents=True)
    years = range(2025, 0, -1)
    releases = [
        {"version": version, "python": "3.11", "as_of": f"{year}-06-30", "why": words.sentence()}
        for version, year in zip(RELEASES, years, strict=False)
    ]
    _write_yaml(
        folder / "package.yaml",
        {
            "name": folder.name.capitalize(),
            "distribution": folder.name,
            "about": words.sentence(),
            "home": f"https://example.org/{folder.name}",
            "releases": releases,
        },
    )
    _write_yaml(folder / "server.yaml", _server())
    for version in RELEASES:
        (folder / "locks" / f"{version}.txt").write_text("\n".join(_lock(words, folder.name, version)))


def _server() -> dict[str, Any]:
    answers = {
        f"status-{status}": {
            "status": status,
            "headers": {"content-type": "application/json"},
            "body": {"error": {"type": f"status_{status}", "message": "not this time"}},
            "source": f"https://example.org/errors#{status}",
        }
        for status in STATUSES
        if status is not None
    }
    scenarios = {name: {"rules": [{"request": "GET *", "answer": name}]} for name in answers}
    return {"answers": answers, "scenarios": scenarios}


def _lock(words: Words, package: str, version: str) -> Iterator[str]:
    """A lock of eight packages with a dozen hashes each."""
    for number in range(8):
        yield (
            f"{package}=={version} \\"
            if number == 0
            else f"{words.name()}=={number}.{words.random.randint(0, 30)}.0 \\"
        )
        for last in range(11, -1, -1):
            yield f"    --hash=sha256:{words.random.getrandbits(256):064x}" + " \\" * (last > 0)


def write_record(words: Words, module: str, error: str, look_alike: str | None) -> dict[str, Any]:
    """One record as its YAML file says it."""
    value = f"{words.name()}-{words.random.randint(1, 99)}"
    own = write_twins(words, module, value)
    status = words.random.choice(STATUSES)
    record: dict[str, Any] = {
        "symptom": f"The {words.pick(*THINGS)} is {words.pick(*STATES)} when it is asked for",
        "raises": f"{module}.{error}",
        "message": _messages(words, value),
    }
    if words.random.random() < 0.25:
        inner = f"the {words.pick(*THINGS)} of {{name}} is {words.pick(*STATES)}"
        record["caused_by"] = {"raises": f"{module}.{words.name().capitalize()}Fault", "message": inner}
    return record | {
        **({"http": status} if status else {}),
        "severity": words.pick("critical", "high", "medium", "low"),
        "level": words.pick("beginner", "intermediate", "advanced"),
        "fix_time": words.pick("2-5 min", "5-15 min", "1-2 h"),
        "retry": words.pick("never", "after waiting", "safe"),
        "summary": f"The {words.pick(*THINGS)} that `{module}` was given is {words.pick(*STATES)}; the call did not begin.",
        "quick_fix": {"text": words.prose(2), "run": _commands(words)},
        "why": words.prose(3),
        "causes": [_cause(words, module, value, number) for number in range(3)],
        "broken": {**({"servers": {HOST: f"{module}/status-{status}"}} if status else {}), "code": own.broken},
        "fixed": {"code": own.fixed, "prints": own.prints},
        "explanation": words.sentence(),
        "dead_ends": [_dead_end(words, module, value)],
        **({"look_alikes": {look_alike: words.sentence()}} if look_alike else {}),
        "detection": _detection(words, module, error, value),
        "prevention": words.prose(2),
        "references": [_reference(words) for _ in range(2)],
        "notes": [{"by": words.name(), "date": "2025-08-14", "applies_to": "<3", "text": words.prose(2)}],
    }


def _messages(words: Words, value: str) -> list[dict[str, str]]:
    text = f"{{name}} cannot be used in {value}: its {words.pick(*THINGS)} is {words.pick(*STATES)}"
    if words.random.random() < 0.6:
        return [{"text": f"{text} (in {words.pick(*NAMES)})"}]
    other = f"{text}, and a {words.pick(*THINGS)} was expected"
    return [{"text": other, "applies_to": ">=3"}, {"text": text, "applies_to": "<3"}]


def _commands(words: Words) -> dict[str, str]:
    variable, value = words.name().upper(), words.pick(*NAMES)
    return {"posix": f"export {variable}={value}", "powershell": f'$env:{variable} = "{value}"'}


def _cause(words: Words, module: str, value: str, number: int) -> dict[str, Any]:
    """One of three: the first is the one that the record's own program shows."""
    cause = {
        "id": f"{words.name()}-{number}",
        "cause": words.sentence("The {thing} was {state} before the call"),
        "check": words.sentence(),
        "fix": words.sentence(),
    }
    if number == 0:
        return cause
    twins = write_twins(words, module, value)
    programs = {"broken": {"code": twins.broken}, "fixed": {"code": twins.fixed, "prints": twins.prints}}
    return cause | programs | {"explanation": words.sentence()}


def _dead_end(words: Words, module: str, value: str) -> dict[str, str]:
    attempt = words.sentence("Opening the {thing} a second time")
    return {
        "id": words.name(),
        "try": attempt,
        "why": words.sentence(),
        "code": write_twins(words, module, value).broken,
    }


def _detection(words: Words, module: str, error: str, value: str) -> dict[str, str]:
    code, prints = write_detection(words, module, error, value)
    return {"text": words.sentence(), "code": code, "prints": prints}


def _reference(words: Words) -> dict[str, str]:
    thing = words.pick(*THINGS)
    return {"title": f"{thing.capitalize()}s, the manual", "url": f"https://example.org/{words.name()}/{thing}.html"}


def _write_yaml(path: Path, data: dict[str, Any]) -> None:
    path.write_text(yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120), encoding="utf-8")
