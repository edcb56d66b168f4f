"""What a record may say: the smallest one, and the words for each mistake."""

from typing import Any

import pytest
import yaml

from errorkb.catalog.loading import REFERENCE
from errorkb.model.package import Package
from errorkb.model.record import Record
from errorkb.model.server import Server
from errorkb.model.validation import read_model
from errorkb.source import read_source
from trees import BASE, RECORD, edit, read_sound

MODELS: dict[type[Any], str] = {
    Record: RECORD,
    Package: (BASE / "sample" / "package.yaml").read_text(encoding="utf-8"),
    Server: 'answers: {ok: {status: 200}}\nscenarios: {default: {rules: [{request: "GET /x", answer: ok}]}}\n',
}


@pytest.mark.parametrize("model", MODELS)
def test_what_is_sound_is_read(model: type[Any]) -> None:
    read_sound(model, "sound", MODELS[model].encode())


LAST = "references:"
# A place of a model's text, what stands there instead, and what is then found: place, code, message -> mend.
MISTAKES: list[tuple[type[Any], str, str, list[str]]] = [
    # What must be there, and what may not; of a key that is misspelt, only that.
    (Record, "why: Square brackets promise that the key is there.\n", "", ["1:1 missing-key `why` must be there, and is not -> Add `why:` with text. Its meaning: Why it happens."]),
    (Record, "why:", "wyh:", ["10:1 unknown-key `wyh` is not a key that belongs here -> Did you mean `why`?"]),
    (Record, "quick_fix:", "quickFix:", ["9:1 unknown-key `quickFix` is not a key that belongs here -> Did you mean `quick_fix`?"]),
    (Record, "severity:", "summary_: x\nseverity:", ["4:1 unknown-key `summary_` is not a key that belongs here -> Did you mean `summary`? It is there already: take one of the two out."]),
    (Record, 'prints: "None"\n', "retry: x\n", ["16:1 missing-key `fixed.prints` must be there, and is not -> Add `prints:` with text. Its meaning: The whole output, with `{placeholders}` where it varies.", "19:3 unknown-key `fixed.retry` is not a key that belongs here -> Take it out, or choose another key: the keys here are applies_to, elsewhere, code, args, run, env, files, servers, services, packages, prints."]),
    (Record, "severity:", 'applies_to: "<2"\nseverity:', ["4:1 unknown-key `applies_to` is not a key that belongs here -> It belongs below `message` or `caused_by` or `broken` or `fixed` or `dead_ends` or `detection` or `workaround` or `notes`: indent it there, or take it out."]),
    (Record, "severity:", "verified: x\nseverity:", ["4:1 unknown-key `verified` is not a key that belongs here -> Take it out, or choose another key: templates/docs/contribute/fields.md lists the keys."]),
    (Record, "{title:", "{name:", ["21:5 missing-key `references.0.title` must be there, and is not -> Add `title:` with text.", "21:6 unknown-key `references.0.name` is not a key that belongs here -> Take it out, or choose another key: the keys here are title, url."]),
    (Record, '    print({"a": 1}["b"])\n', 'print({"a": 1}["b"])\n', ['15:1 unknown-key `print({"a"` is not a key that belongs here -> If it is a line of a text or of a program, indent it deeper than the key that it belongs to.']),
    (Record, "  prints:", "\u00a0 prints:", ["16:1 missing-key `fixed.prints` must be there, and is not -> Add `prints:` with text. Its meaning: The whole output, with `{placeholders}` where it varies.", "19:1 unknown-key `\u00a0 prints` is not a key that belongs here -> Write plain spaces: here stands U+00A0."]),
    (Record, ", fix: Add it.", "", ["12:5 missing-key `causes.0.fix` must be there, and is not -> Add `fix:` with text, or keys with values: `text`. Its meaning: What mends it."]),
    # One symptom.
    (Record, "raises: KeyError", "exits: 2\nraises: KeyError", ["2:1 wrong-value only one of `raises`, `warns`, `logs`, `exits`, `signals` can be the symptom, and here are raises and exits -> Keep the one that users see. Another symptom is another page."]),
    (Record, "raises: KeyError\nmessage: \"'{key}'\"\n", "", ["1:1 wrong-value the file must say what the user sees, with one of `raises`, `warns`, `logs`, `exits`, `signals` -> Say what the user sees, for example `raises: anthropic.AuthenticationError`."]),
    (Record, "raises: KeyError\n", "", ["2:1 wrong-value `message` needs one of `raises`, `warns`, `logs`, `exits`, `signals` beside it -> Say what the user sees, for example `raises: anthropic.AuthenticationError`."]),
    (Record, "raises: KeyError", "raises: Key Error", ["2:9 wrong-value `raises` must be a public name alone, such as anthropic.AuthenticationError, was 'Key Error' -> Its meaning: The public name of the exception that ends the program."]),
    (Record, "raises: KeyError", "raises: AuthenticationError", ["2:9 wrong-value `raises` must begin with the class's module, as in anthropic.AuthenticationError, if it is not Python's own, was 'AuthenticationError' -> Its meaning: The public name of the exception that ends the program."]),
    (Record, "raises: KeyError", "warns: print", ["2:8 wrong-value `warns` must begin with the class's module, as in anthropic.AuthenticationError, if it is not Python's own, was 'print' -> Its meaning: The public name of the warning's category."]),
    (Record, "raises: KeyError", "raises: [KeyError, OSError]", ["2:9 wrong-value `raises` must be a public name alone, such as anthropic.AuthenticationError, was a list -> Its meaning: The public name of the exception that ends the program."]),
    (Record, "raises: KeyError", "logs: {logger: a, level: LOUD}", ["2:26 wrong-value `logs.level` must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL, was 'LOUD' -> Write it in that form."]),
    # Programs.
    (Record, 'fixed:\n  code: |\n    print({"a": 1}.get("b"))\n  prints: "None"\n', "", ["13:1 wrong-value `broken` needs `fixed` beside it -> Add `fixed:`, the same program mended. If it cannot be run: `not_reproduced:` and the reason, in place of both."]),
    (Record, 'broken:\n  code: |\n    print({"a": 1}["b"])\n', "", ["13:1 wrong-value `fixed` needs `broken` beside it -> Add `broken:`, the program that shows the symptom. If it cannot be run: `not_reproduced:` and the reason, in place of both."]),
    (Record, "references:", "not_reproduced: It is.\nreferences:", ["20:1 wrong-value `not_reproduced` says that nothing was run, and `broken` is a program that is -> Take out `not_reproduced`, or both `broken` and `fixed`."]),
    (Record, 'broken:\n  code: |\n    print({"a": 1}["b"])\nfixed:\n  code: |\n    print({"a": 1}.get("b"))\n  prints: "None"\n', "", ["1:1 wrong-value the file must have `broken` and `fixed`, or `not_reproduced` -> Add a program that shows the symptom, and the same one mended. If it cannot be run, say why."]),
    (Record, 'code: |\n    print({"a": 1}["b"])\n', "env: {A: b}\n", ["13:1 wrong-value `broken` needs `code`, or `run` -> Write the program below `code: |`."]),
    (Record, "broken:\n", "  - {id: again, cause: x, check: x, fix: x}\nbroken:\n", ["13:5 wrong-value this cause must have a program of its own, or a reason why not: the record's `broken` shows missing -> Add `broken:` and `fixed:`, or `not_reproduced:` and the reason."]),
    (Record, 'broken:\n  code: |\n    print({"a": 1}["b"])\nfixed:\n  code: |\n    print({"a": 1}.get("b"))\n  prints: "None"\n', "not_reproduced: x\n", ["12:5 wrong-value this cause must have a program of its own, or a reason why not: nothing else is run -> Add `not_reproduced:` and the reason."]),
    (Record, 'broken:\n  code: |\n    print({"a": 1}["b"])\nfixed:\n  code: |\n    print({"a": 1}.get("b"))\n  prints: "None"\n', "not_reproduced: x\ndead_ends: [{id: a, try: x, code: x}]\n", ["14:29 wrong-value a record that is `not_reproduced` runs nothing, and this is a program -> Take it out, or write `broken` and `fixed` in place of `not_reproduced`."]),
    (Record, "broken:\n", "  - {id: missing, cause: x, check: x, fix: x, not_reproduced: x}\nbroken:\n", ["13:6 wrong-value an id must stand once in its list, and missing stands above too -> Choose another one: the page and the evidence go by it."]),
    (Record, "references:", "detection: {text: So., code: x}\nreferences:", ["20:24 wrong-value `code` needs `prints` beside it, or `raises` -> Write the whole output below `prints: |`, or the exception that ends it after `raises:`."]),
    (Record, "references:", "detection: {text: So., code: x, prints: x, message: x}\nreferences:", ["20:44 wrong-value `message` needs `raises` beside it -> Write the class after `raises:`."]),
    (Record, "references:", "other_systems: [{system: Windows, text: 'gone {a}', seen_at: 'https://example.com/'}]\nreferences:", ["20:35 wrong-value `text` must have 3 words of the message itself -> Add the words around the placeholders; where there are none, nothing tells it from other messages."]),
    (Record, "references:", "other_systems: [{system: Plan 9, text: it is gone away, seen_at: 'https://example.com/'}]\nreferences:", ["20:26 wrong-value `other_systems.0.system` must be one of Windows, macOS, Alpine Linux, was 'Plan 9' -> Write it in that form."]),
    (Record, "references:", "detection: {text: So., code: x, prints: x, where: thread}\nreferences:", ["20:44 wrong-value `where` needs `raises` beside it -> Write the class after `raises:`."]),
    (Record, "fix: Add it.", "fix: Add it., where: main", ["12:92 wrong-value `where` needs `broken` beside it -> Add the program that shows this cause."]),
    (Record, "fix: Add it.", "fix: Add it., broken: {}", ["12:92 wrong-value `broken` needs `fixed` beside it -> Add `fixed:`, the same program mended. If it cannot be run: `not_reproduced:` and the reason, in place of both."]),
    (Record, "fix: Add it.", "fix: Add it., broken: {}, fixed: {prints: x}, not_reproduced: x", ["12:124 wrong-value `not_reproduced` says that nothing was run, and `broken` is a program that is -> Take out `not_reproduced`, or both `broken` and `fixed`."]),
    (Record, "broken:\n", "broken:\n  services: [redis, redis-with-password]\n", ["14:3 wrong-value `services` must not hold two servers for one port, and redis and redis-with-password are both for 6379 -> Take one of them out."]),
    # Releases.
    (Record, "broken:\n", 'broken:\n  applies_to: "2"\n', ["14:15 wrong-value `broken.applies_to` must be a version specifier such as \"<1\" or \">=0.20,<2\", was '2' -> Its meaning: The releases that this claim is about."]),
    (Record, "broken:\n", "broken:\n  applies_to: 2\n", ['14:15 wrong-value `broken.applies_to` must be a version specifier in quotes, such as "<1" or ">=0.20,<2", was 2 -> Its meaning: The releases that this claim is about.']),
    (Record, "broken:\n", "broken:\n  elsewhere: clean\n", ['14:3 wrong-value `elsewhere` needs `applies_to` beside it -> Write which releases this is about, such as `applies_to: ">=2"`.']),
    (Record, "broken:\n", "broken:\n  elsewhere: {}\n", ["14:3 wrong-value `elsewhere` must say either that the program ends clean, or one symptom -> Write `elsewhere: clean`, or below it `raises: …`."]),
    (Record, "broken:\n", "broken:\n  elsewhere: fine\n", ["14:14 wrong-value `broken.elsewhere` must be `clean`, or keys with values: `raises`, `warns`, `logs`, was 'fine' -> Write below it, indented: `raises: …`, `warns: …`, `logs: …`."]),
    # Values of another type.
    (Record, "The dictionary has no such key.", "404", ['8:10 wrong-value `summary` must be text, was 404 -> Write "404", in quotes.']),
    (Record, "The dictionary has no such key.", "true", ['8:10 wrong-value `summary` must be text, was true -> Write "true", in quotes.']),
    (Record, "The dictionary has no such key.", "", ["8:9 wrong-value `summary` must be text, was nothing -> Write it behind the colon."]),
    (Record, "The dictionary has no such key.", "[a, b]", ["8:10 wrong-value `summary` must be text, was a list -> Write one text; put text that begins with { or [ in quotes, and program lines below `|`."]),
    (Record, "\"'{key}'\"", "404", ['3:10 wrong-value `message` must be text, or a list, each item with the keys `text`, was 404 -> Write "404", in quotes.']),
    (Record, "\"'{key}'\"", "[a]", ["3:11 wrong-value `message.0` must be keys with values: `text`, was 'a' -> Write `text: …`."]),
    (Record, "raises: KeyError", "exits: true", ["2:8 wrong-value `exits` must be a whole number, was true -> Its meaning: The exit code of a program that explains itself and stops."]),
    (Record, "severity: medium", 'severity: medium\nhttp: "401"', ["5:7 wrong-value `http` must be a whole number, was '401' -> Write 401, without quotes."]),
    (Record, "severity: medium", "severity: medium\nhttp: x", ["5:7 wrong-value `http` must be a whole number, was 'x' -> Write digits, without quotes."]),
    (Record, "severity: medium", "severity: medium\nauthors: [ada]\naliases: a/b", ["6:10 wrong-value `aliases` must be a list, each item text, was 'a/b' -> Begin each item with a hyphen, on a line of its own: `- a/b`."]),
    (Record, "broken:\n", "broken:\n  args: --help\n", ["14:9 wrong-value `broken.args` must be a list, each item text, was '--help' -> Begin each item with a hyphen, on a line of its own: `- --help`."]),
    (Record, "broken:\n", "broken:\n  env: [A]\n", ["14:8 wrong-value `broken.env` must be keys with values, was a list -> Write below it, indented: `key: value`."]),
    (Record, "broken:\n  code: |\n", "broken: |\n  code:\n", ["13:9 wrong-value `broken` must be keys with values: `code`, was 'code:\\n  print({\"a\": 1}[\"b\"])\\n' -> Write below it, indented: `code: …`."]),
    (Record, '\n  - {title: Mapping types, url: "https://docs.python.org/3/library/stdtypes.html"}', " https://example.com", ["20:13 wrong-value `references` must be a list, each item with the keys `title`, `url`, was 'https://example.com' -> Begin each item with a hyphen, on a line of its own: `- title: …`."]),
    (Record, '{title: Mapping types, url: "https://docs.python.org/3/library/stdtypes.html"}', "https://example.com", ["21:5 wrong-value `references.0` must be keys with values: `title`, `url`, was 'https://example.com' -> Write `title: …`, `url: …`."]),
    (Record, "causes:\n  - {id: missing, cause: The key is not in the data, check: Print the keys., fix: Add it.}", "causes: []", ["11:9 wrong-value `causes` must have at least one item, was an empty list -> Begin each item with a hyphen, on a line of its own: `- id: …`."]),
    (Record, "check: Print the keys.", "check: {text: So, run: ls}", ["12:77 wrong-value `causes.0.check.run` must be keys with values: `posix`, `powershell`, was 'ls' -> Write below it, indented: `posix: …`, `powershell: …`."]),
    # Values of another form.
    (Record, "fix_time: 1-5 min", "fix_time: 1-5 minutes", ["6:11 wrong-value `fix_time` must be a span of minutes (min) or hours (h), such as 2-5 min, was '1-5 minutes' -> Its meaning: The author's estimate: `2-5 min`."]),
    (Record, "severity: medium", "severity: medium\nhttp: 200", ["5:7 wrong-value `http` must be 400 or more, was 200 -> Its meaning: The HTTP status, where there is one."]),
    (Record, "severity: medium", "severity: medium\nhttp: 600", ["5:7 wrong-value `http` must be 599 or less, was 600 -> Its meaning: The HTTP status, where there is one."]),
    (Record, "symptom: The key is not there", "symptom: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", ["1:10 wrong-value `symptom` must have at most 60 characters, and has 61 -> Shorten it by 1 characters."]),
    (Record, "The dictionary has no such key.", '""', ["8:10 wrong-value `summary` must not be empty, was '' -> Its meaning: What this means, in at most 160 characters."]),
    (Record, "references:", "aliases: [Old]\nreferences:", ["20:11 wrong-value `aliases.0` must be package/record, such as anthropic/authentication-error, was 'Old' -> Write it in that form."]),
    (Record, "https://docs", "http://docs", ["21:33 wrong-value `references.0.url` must be an address that begins with https:// and a host in small letters, such as https://docs.python.org/3/, was 'http://docs.python.org/3/library/stdtypes.html' -> Write it in that form."]),
    (Record, "severity: medium", "severity: medium\nauthors: ['@ada']", ["5:11 wrong-value `authors.0` must be a GitHub name alone, without @, was '@ada' -> Write it in that form."]),
    (Record, "broken:\n", "broken:\n  packages: [httpx >= 1]\n", ["14:14 wrong-value `broken.packages.0` must be a requirement of one package without spaces, such as python-dotenv or httpx<0.28, was 'httpx >= 1' -> Write it in that form."]),
    # A bad key is placed at itself.
    (Record, "broken:\n", "broken:\n  env: {A-B: c}\n", ["14:9 wrong-value `broken.env.A-B` must be the name of an environment variable, such as API_KEY, was 'A-B' -> Write it in that form."]),
    (Record, "broken:\n", "broken:\n  files: {../a: c}\n", ["14:11 wrong-value `broken.files.../a` must be a path from the folder of app.py, such as data/a.csv, was '../a' -> Write it in that form."]),
    (Record, "broken:\n", 'broken:\n  servers: {"https://a.b": c}\n', ["14:13 wrong-value `broken.servers.https://a.b` must be a host name alone, in small letters, such as api.example.com, was 'https://a.b' -> Write it in that form."]),
    # Packages.
    (Package, '"1.0"', '"2.0"', ["6:6 wrong-value releases must be listed once each, newest first, and 2.0 stands behind 2.0 -> Sort them by version; take out what stands twice."]),
    (Package, '"1.0"', '"3.0"', ["6:6 wrong-value releases must be listed once each, newest first, and 3.0 stands behind 2.0 -> Sort them by version; take out what stands twice."]),
    (Package, '"1.0"', '"one"', ["6:15 wrong-value `releases.1.version` must be a release such as 2.12.0, was 'one' -> Write it in that form."]),
    (Package, '"3.9"', '"3.9.1"', ["6:30 wrong-value `releases.1.python` must be a Python such as \"3.11\", without a third number, was '3.9.1' -> Its meaning: The Python it runs on."]),
    (Package, "about:", "abuot:", ["2:1 unknown-key `abuot` is not a key that belongs here -> Did you mean `about`?"]),
    # Servers.
    (Server, "answer: ok", "answer: gone", ["2:51 wrong-value a rule must name one of the `answers` (ok), was 'gone' -> Name one of them, or write this one under `answers:`."]),
    (Server, "GET /x", "/x", ["2:41 wrong-value `scenarios.default.rules.0.request` must be a method and a path, such as GET /v1/models, or GET * for any path, was '/x' -> Write it in that form."]),
    (Server, "status: 200", 'status: "200"', ["1:24 wrong-value `answers.ok.status` must be a whole number, was '200' -> Write 200, without quotes."]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("model", "old", "new", "said"), MISTAKES, ids=[f"{m.__name__} {new or old}"[:50] for m, old, new, _ in MISTAKES]
)
def test_the_words_for_a_mistake(model: type[Any], old: str, new: str, said: list[str]) -> None:
    source, found = read_source("r.yaml", edit(MODELS[model], (old, new)).encode())
    assert source is not None
    assert found == []
    loaded, problems = read_model(model, source, REFERENCE)
    assert loaded is None
    assert [f"{item.line}:{item.column} {item.code} {item.message} -> {item.mend}" for item in sorted(problems)] == said
    assert {item.path for item in problems} == {"r.yaml"}


SHORT_FORMS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "a message": (("\"'{key}'\"", "x"), ("\"'{key}'\"", "[{text: x}]")),
    "advice": (("Ask with `.get()`.", "x"), ("Ask with `.get()`.", "{text: x}")),
    "an example": ((LAST, "workaround: x\nreferences:"), (LAST, "workaround: {text: x}\nreferences:")),
    "elsewhere": (
        ("broken:\n", 'broken:\n  applies_to: "<2"\n  elsewhere: clean\n'),
        ("broken:\n", 'broken:\n  applies_to: "<2"\n  elsewhere: {clean: true}\n'),
    ),
    "a cause of the exception": (
        (LAST, "caused_by: {raises: OSError, message: x}\nreferences:"),
        (LAST, "caused_by: [{raises: OSError, message: [{text: x}]}]\nreferences:"),
    ),
}


@pytest.mark.parametrize(("short", "long"), SHORT_FORMS.values(), ids=SHORT_FORMS)
def test_where_only_the_text_matters_the_text_is_enough(short: tuple[str, str], long: tuple[str, str]) -> None:
    read = [read_sound(Record, "r", edit(RECORD, change).encode())[0] for change in (short, long)]
    assert read[0] == read[1]


@pytest.mark.parametrize("key", yaml.safe_load(RECORD))
def test_nothing_of_the_smallest_record_can_be_left_out_but_its_message(key: str) -> None:
    data = {name: value for name, value in yaml.safe_load(RECORD).items() if name != key}
    source, _ = read_source("r.yaml", yaml.safe_dump(data).encode())
    assert source is not None
    assert (read_model(Record, source, REFERENCE)[0] is not None) == (key == "message")
