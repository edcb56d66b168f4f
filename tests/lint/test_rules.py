"""Where each rule draws its line. What a finding says in full is in the museum."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from errorkb.catalog import Entry, load
from errorkb.evidence import Evidence
from errorkb.lint import RULES, check_catalog
from errorkb.problems import Problem
from trees import CURRENT, MUSEUM, RECORD, build_tree, catalog_of, edit

WHY = "Square brackets promise that the key is there."
CODE = '    print({"a": 1}["b"])\n'
FIXED = '    print({"a": 1}.get("b"))\n'
CHECKS = {rule.code: rule.check for rule in RULES}


def find(code: str, record: str, **more: Any) -> list[str]:
    """The place and message of each finding of one rule."""
    problems = list(CHECKS[code](catalog_of(record, **more), Path("errors")))
    assert {problem.code for problem in problems} <= {code}
    return [f"{problem.line}:{problem.column} {problem.message}" for problem in problems]


def find_mends(code: str, record: str, **more: Any) -> list[str]:
    """How each finding of one rule is to be mended."""
    return [problem.mend for problem in CHECKS[code](catalog_of(record, **more), Path("errors"))]


def block(code: str, indentation: str = "    ") -> str:
    return "".join(f"{indentation}{line}\n" if line else "\n" for line in code.split("\n"))


ALIASES = {"e/old": 1, "404/old": 1, "sample/index": 1, "sample/e": 0, "http-status/old": 0}


@pytest.mark.parametrize(("alias", "count"), ALIASES.items())
def test_aliases_that_are_pages_of_the_site(alias: str, count: int) -> None:
    record = edit(RECORD, ("references:", f"aliases: [{alias}]\nreferences:"))
    message = f"20:11 an alias must not be {alias}: that is a page of the site"
    assert find("reserved-name", record) == [message] * count


PROSE: dict[str, dict[str, str | None]] = {
    "todo": {
        "TODO: say why.": "TODO",
        "FIXME and more": "FIXME",
        "Fill in XXX here.": "XXX",
        "TBD by somebody": "TBD",
        "...": "...",
        "And so on ... and on …": None,
        "The mark `TODO` is searched for.": None,
        "See [the list](https://example.com/TODO).": None,
        "Sizes from S to XXXL; TODOS is Spanish, todo too.": None,
    },
    "promise": {
        "It is guaranteed to help.": "guaranteed",
        "This will always work.": "will always work",
        "It helps in 100 % of all cases.": "100 %",
        "It is 100% safe.": "100%",
        "It never fails.": "never fails",
        "The key is always there.": None,
        "The disk is at 1100 %, and `guaranteed` is its name.": None,
        "It never failed here, on three releases.": None,
    },
    "identifier-outside-backticks": {
        "Call foo() first.": "foo()",
        "Call a.b.foo() first.": "a.b.foo()",
        "Write __init__ yourself.": "__init__",
        "Set max_tokens.": "max_tokens",
        "Set MAX_TOKENS.": "MAX_TOKENS",
        "Call `foo()`, and ``set ` max_tokens``.": None,
        "See [the list](https://example.com/max_tokens), or https://example.com/max_tokens.": None,
        "One or more value(s), a _ or an (empty) pair: ().": None,
    },
    "markup": {
        "- Print the keys.": "- ",
        "1. Print the keys.": "1. ",
        "# Why": "# ",
        "> Quoted": "> ",
        "Print <b>all keys.": "<b>",
        "Print all keys.<br/>": "<br/>",
        "It is -1 - or 2. More, if a < b and c > d.": None,
        "The class is `<class str>`, or `- x`.": None,
        "#5 is a number, * is a star": None,
    },
}


@pytest.mark.parametrize(
    ("code", "prose", "word"),
    [(code, prose, word) for code, cases in PROSE.items() for prose, word in cases.items()],
)
def test_prose(code: str, prose: str, word: str | None) -> None:
    found = find(code, edit(RECORD, (WHY, f"'{prose}'")))
    assert len(found) == (word is not None)
    if word is not None:
        assert found[0].startswith(f"10:{prose.index(word) + 7} ")
        assert word in found[0]


@pytest.mark.parametrize("code", PROSE)
def test_code_wordings_and_titles_are_no_prose(code: str) -> None:
    title = "guaranteed max_tokens <b>"
    text = f"TODO {title}"
    record = edit(RECORD, (CODE, f"    # {text}\n"), ("Mapping types", title), ("\"'{key}'\"", f'"{text} {{key}}"'))
    assert find(code, record) == []
    example = f"detection: {{text: So., code: x, raises: OSError, message: [{{text: {text}}}]}}\n"
    assert find(code, RECORD + example) == []
    assert find(code, RECORD + f"look_alikes: {{a/b: {text}}}\n") != []


def test_the_title_of_a_page_and_a_package_are_finished_too(tmp_path: Path) -> None:
    package = (MUSEUM / "base/errors/sample/package.yaml").read_text(encoding="utf-8")
    package = re.sub(r"(?m)^about: .*$", "about: TODO", package)
    files = {"sample/record.yaml": edit(RECORD, ("Mapping types", "TODO")), "sample/package.yaml": package}
    errors = build_tree(tmp_path / "errors", files)
    found = [problem for problem in check_catalog(load(errors), errors) if problem.code == "todo"]
    assert [(item.path, item.message) for item in found] == [
        (f"errors/sample/{name}.yaml", "prose must be finished, and here stands TODO") for name in ("package", "record")
    ]


BIDI = {
    'why: "One \\u202e two."': ["10:11 text must read as it runs, and U+202E here cannot be seen"],
    'why: "One \u2066 two."': ["10:11 text must read as it runs, and U+2066 here cannot be seen"],
    'why: "One \\u0007 two."': ["10:11 text must read as it runs, and U+0007 here cannot be seen"],
    "why: 'A path such as C:\\new is text.'": [],
    "why: “Quotes” – and Ελληνικά, עברית.": [],
}


@pytest.mark.parametrize(("line", "said"), BIDI.items())
def test_bidi(line: str, said: list[str]) -> None:
    assert find("bidi", edit(RECORD, (f"why: {WHY}", line))) == said


def test_control_characters_may_belong_to_a_program_and_bidirectional_ones_not() -> None:
    record = edit(RECORD, ("broken:\n", 'broken:\n  env: {COLOUR: "\\u001b[31m", NAME: "\\u202e"}\n'))
    assert find("bidi", record) == ["14:38 text must read as it runs, and U+202E here cannot be seen"]


SAME = {
    "the sentence of another field": (f"Print it. {WHY}", 1),
    "with other white space and capitals": (WHY.replace(" promise", "  PROMISE"), 1),
    "a part of a sentence": (WHY.replace(".", ", says Ada."), 0),
    "a short sentence": ("The dictionary has no such key.", 0),
    "twice in one field": ("It was not in the data to begin with, it seems. " * 2, 0),
}


@pytest.mark.parametrize(("check", "count"), SAME.values(), ids=SAME)
def test_same_text(check: str, count: int) -> None:
    assert len(find("same-text", edit(RECORD, ("Print the keys.", f"'{check}'")))) == count


SECRETS = [
    "sk-proj-0123456789abcdef",
    "sk-ant-not-a-real-key-1",
    "glpat-0123456789abcdef",
    "pypi-0123456789abcdef",
    "ghp_0123456789abcdef",
    "github_pat_0123456789abcdef",
    "hf_0123456789abcdef",
    "npm_0123456789abcdef",
    "xoxb-0123456789",
    "AKIA0123456789ABCDEF",
    "AIza0123456789abcdef0123456789abcdef",
    "eyJ0eXAiOiJKV1Q.eyJzdWIiOiIx.c2lnbmF0dXJl",
    "Bearer 0123456789abcdef0123456789",
    "https://user:hunter2@example.com/",
    "postgresql://app:test-key-goods@localhost/db",
    "-----BEGIN RSA PRIVATE KEY-----",
]
NO_SECRETS = [
    "test-key-good",
    '"test-key-bad "',
    "Bearer test-key-good",
    "Bearer {token}",
    "keys begin with sk-ant- or ghp_, and sk-learn-is-not-one-of-them",
    "task-management-system-2000 and risk-0123456789abcdef",
    "npm_config_registry, hf_hub_download_timeout",
    "https://example.com:8080/a@b",
    "https://test-key-good:test-key-bad@example.com/",
    "https://{user}:{password}@example.com/",
    "git@github.com:pallets/click.git",
]


@pytest.mark.parametrize("text", SECRETS)
def test_a_secret_is_found_wherever_it_stands(text: str) -> None:
    for record in (edit(RECORD, (CODE, f"    # {text}\n")), edit(RECORD, (WHY, f"'{text}'"))):
        found = find("secret", record)
        assert len(found) == 1
        assert " a key must be a fixture, and `" in found[0]
        assert text.rpartition(":")[2] not in found[0], "a finding must not print the secret again"


@pytest.mark.parametrize("text", NO_SECRETS)
def test_what_only_looks_a_little_like_a_secret(text: str) -> None:
    assert find("secret", edit(RECORD, (CODE, f"    # {text}\n"))) == []


UNSAFE = [
    "verify=False",
    "verify = False",
    "sudo pip",
    "sudo -H pip3",
    "sudo python3 -m pip",
    "chmod -R 0777",
    "chmod 777",
]
ADVICE = {
    "quick fix": ("Ask with `.get()`.", "'Write `{}`.'"),
    "fix": ("Add it.", "'Write `{}`.'"),
    "command": ("check: Print the keys.", "check: {{text: So, run: {{posix: '{} x', powershell: x}}}}"),
    "fixed program": (FIXED, "    # {}\n"),
    "prevention": ("references:", "prevention: 'Write `{}`.'\nreferences:"),
}


@pytest.mark.parametrize("unsafe", [*UNSAFE, "pip install --break-system-packages"])
@pytest.mark.parametrize(("old", "new"), ADVICE.values(), ids=ADVICE)
def test_unsafe_advice(old: str, new: str, unsafe: str) -> None:
    found = find("unsafe-advice", edit(RECORD, (old, new.format(unsafe))))
    assert len(found) == 1
    assert found[0].endswith(" is not")


SAFE = {
    "a warning": ("Ask with `.get()`.", "Do not write `verify=False`, nor install with `sudo pip`."),
    "a broken program": (CODE, "    verify=False\n"),
    "what it was": (WHY, "The call said `verify=False`."),
    "verified": ("Ask with `.get()`.", "Write `verify=True`, then `sudo apt install pipx`."),
}


@pytest.mark.parametrize(("old", "new"), SAFE.values(), ids=SAFE)
def test_no_unsafe_advice(old: str, new: str) -> None:
    assert find("unsafe-advice", edit(RECORD, (old, new))) == []


def test_a_warning_in_another_sentence_does_not_count() -> None:
    prose = "Do not wait. Write `verify=False`."
    assert len(find("unsafe-advice", edit(RECORD, ("Ask with `.get()`.", prose)))) == 1


def test_a_fixed_program_that_inherits_an_unsafe_one_is_told_of_where_it_is_written() -> None:
    record = edit(RECORD, (CODE, "    get(verify=False)\n"), ("fixed:\n  code: |\n" + FIXED, "fixed:\n  env: {A: b}\n"))
    assert find("unsafe-advice", record) == ["15:9 advice must be safe, and `verify=False` is not"]


PLACEHOLDERS: dict[str, str | None] = {
    "export KEY=your_api_key_here": "your_api_key_here",
    "export KEY=YOUR_KEY": "YOUR_KEY",
    "export KEY=<your key>": "<your key>",
    "psql postgresql://<user>@localhost/db": "<user>",
    "export KEY=sk-xxxx": "sk-xxxx",
    "export KEY=sk-...": "sk-...",
    "export KEY=...": "...",
    "export KEY='…'": "…",
    "git diff main...dev": None,
    "sort <in >out; sort <in.txt >out.txt": None,
    "grep -P '(?P<name>x)' a.txt": None,
    "chmod u=rwx a.py; echo yours": None,
    "grep -rn 'asyncio.run(…)' .": None,
}


@pytest.mark.parametrize(("command", "shown"), PLACEHOLDERS.items())
@pytest.mark.parametrize("shell", ["posix", "powershell"])
def test_no_placeholder_in_a_command_that_mends(shell: str, command: str, shown: str | None) -> None:
    forms = {"posix": "python a.py", "powershell": "python a.py"} | {shell: command}
    advice = f"{{text: Try., run: {json.dumps(forms, ensure_ascii=False)}}}"
    said = [f"a fix must work as it is printed, and `{shown}` is a placeholder"] if shown is not None else []
    for old, checked in (("Ask with `.get()`.", True), ("fix: Add it.", True), ("check: Print the keys.", False)):
        key, _, prose = old.rpartition(": ")
        found = find("placeholder", edit(RECORD, (old, f"{key}: {advice}" if key else advice)))
        assert [text.partition(" ")[2] for text in found] == (said if checked else []), prose


PROGRAMS: dict[str, str | None] = {
    "print('your-key')": "your-key",
    'connect("<password>")': "<password>",
    'print("xxx")': "xxx",
    'connect(key="...")': "...",
    "connect(key='…')": "…",
    "x: int = Field(...)": None,
    'print("<p>a</p>", "(?P<name>x)", a < b > c)': None,
    'print("Loading...", maxxxx, youryear)': None,
}


@pytest.mark.parametrize(("code", "shown"), PROGRAMS.items())
def test_no_placeholder_in_a_program_that_mends(code: str, shown: str | None) -> None:
    count = int(shown is not None)
    found = find("placeholder", edit(RECORD, (FIXED, block(code))))
    assert [said.partition(", and ")[2] for said in found] == [f"`{shown}` is a placeholder"] * count
    example = f"{{text: x, prints: x, code: {json.dumps(code, ensure_ascii=False)}}}\n"
    assert len(find("placeholder", f"{RECORD}workaround: {example}")) == count
    assert find("placeholder", edit(RECORD, (CODE, block(code)))) == [], "a broken program may"
    assert find("placeholder", f"{RECORD}detection: {example}") == []


WORLDS = {
    "env: {KEY: your-key}": 1,
    "env: {KEY: <key>}": 1,
    "env: {KEY: …}": 1,
    'files: {.env: "KEY=..."}': 1,
    'files: {.env: "A=b\\nKEY=<key>"}': 1,
    "args: [--key, YOUR_KEY]": 1,
    'files: {a.html: "<p>a</p>", b.txt: "And so on ..."}': 0,
    "env: {KEY: test-key-good}": 0,
}


@pytest.mark.parametrize(("world", "count"), WORLDS.items())
def test_no_placeholder_around_a_fixed_program(world: str, count: int) -> None:
    assert len(find("placeholder", edit(RECORD, ("fixed:\n", f"fixed:\n  {world}\n")))) == count
    assert find("placeholder", edit(RECORD, ("broken:\n", f"broken:\n  {world}\n"))) == []


def test_a_fixed_program_that_inherits_a_placeholder_is_told_of_where_it_is_written() -> None:
    record = edit(RECORD, (CODE, "    f('xxx')\n"), ("fixed:\n  code: |\n" + FIXED, "fixed:\n  env: {A: b}\n"))
    assert find("placeholder", record) == ["15:8 a fix must work as it is printed, and `xxx` is a placeholder"]
    record = edit(RECORD, ("broken:\n", "broken:\n  files: {lib/a.py: f('xxx')}\n"))
    assert find("placeholder", record) == ["14:24 a fix must work as it is printed, and `xxx` is a placeholder"]


MESSAGE = "\"'{key}'\""
CAUSED = "raises: KeyError\ncaused_by: {{raises: OSError, message: {}}}"
SAME_WORDING: dict[str, tuple[list[tuple[str, str]], list[tuple[str, str]], list[str]]] = {
    "the same": ([], [], ["sample/two"]),
    "one is the more general": ([], [(MESSAGE, "\"'b{rest}'\"")], ["sample/two"]),
    "the other is": ([(MESSAGE, "\"'b{rest}'\"")], [], ["sample/one"]),
    "other words": ([(MESSAGE, "no key {key}")], [], []),
    "one of two messages": ([], [(MESSAGE, "[{text: \"'b{rest}'\"}, {text: no key}]")], []),
    "another class": ([], [("raises: KeyError", "raises: LookupError")], []),
    "a warning": ([], [("raises: KeyError", "warns: KeyError")], []),
    "both are warnings": (
        [("raises: KeyError", "warns: UserWarning")],
        [("raises: KeyError", "warns: UserWarning")],
        ["sample/two"],
    ),
    "one logger": (
        [("raises: KeyError", "logs: {logger: a, level: ERROR}")],
        [("raises: KeyError", "logs: {logger: a, level: ERROR}")],
        ["sample/two"],
    ),
    "two loggers": (
        [("raises: KeyError", "logs: {logger: a, level: ERROR}")],
        [("raises: KeyError", "logs: {logger: b, level: ERROR}")],
        [],
    ),
    "told apart by the cause": ([], [("raises: KeyError", CAUSED.format("a"))], []),
    "with the same cause": (
        [("raises: KeyError", CAUSED.format("a"))],
        [("raises: KeyError", CAUSED.format("a"))],
        ["sample/two"],
    ),
    "told apart by the place": ([], [("raises: KeyError", "raises: KeyError\nwhere: thread")], []),
    "named here": ([("references:", "look_alikes: {sample/two: x}\nreferences:")], [], []),
    "named there": ([], [("references:", "look_alikes: {sample/one: x}\nreferences:")], []),
    "no messages": ([(f"message: {MESSAGE}\n", "")], [], []),
}


def find_same(one: Entry, other: Entry) -> list[str]:
    catalog = catalog_of(RECORD)
    home = catalog.packages["sample"]
    names = {entry.package for entry in (one, other)}
    packages = {name: replace(home, id=name) for name in names}
    both = replace(catalog, packages=packages, entries={entry.id: entry for entry in (one, other)})
    paths = {entry.source.path: entry.id for entry in (one, other)}
    return [paths[problem.path] for problem in CHECKS["same-wording"](both, Path("errors"))]


def entry_of(name: str, *changes: tuple[str, str], evidence: Evidence | None = None) -> Entry:
    entry = catalog_of(edit(RECORD, *changes), evidence).entries["sample/record"]
    return replace(entry, id=name, source=replace(entry.source, path=f"errors/{name}.yaml"))


@pytest.mark.parametrize(("one", "two", "told"), SAME_WORDING.values(), ids=SAME_WORDING)
def test_same_wording(one: list[tuple[str, str]], two: list[tuple[str, str]], told: list[str]) -> None:
    assert find_same(entry_of("sample/one", *one), entry_of("sample/two", *two)) == told


def test_a_record_of_another_package_may_be_the_more_general_one() -> None:
    narrow = entry_of(
        "sample/two", (MESSAGE, "\"'b{rest}'\""), evidence=evidence_of({"broken": {"2.0": raising("'b1'")}})
    )
    seen = evidence_of({"broken": {"2.0": raising("'b1'")}})
    assert find_same(entry_of("other/one", evidence=seen), narrow) == []
    assert find_same(entry_of("other/one"), entry_of("sample/two")) == ["sample/two"]


def test_wordings_that_overlap_are_known_by_what_was_captured() -> None:
    one, two = entry_of("sample/one", (MESSAGE, "no {what}")), (MESSAGE, '"{who} key"')
    for text, told in (("no key", ["sample/two"]), ("one key", []), ("no such thing, by a run before", [])):
        seen = evidence_of({"broken": {"2.0": raising(text)}})
        assert find_same(one, entry_of("sample/two", two, evidence=seen)) == told
    assert find_same(one, entry_of("sample/two", two)) == []


def test_a_class_with_two_public_names_is_one() -> None:
    names = {"sample.A": {"real": "sample.real.A", "bases": []}, "sample.B": {"real": "sample.real.A", "bases": []}}
    seen = evidence_of({"broken": {"2.0": {"names": names}}})
    one, two = ("raises: KeyError", "raises: sample.A"), ("raises: KeyError", "raises: sample.B")
    assert find_same(entry_of("sample/one", one), entry_of("sample/two", two)) == []
    assert find_same(entry_of("sample/one", one, evidence=seen), entry_of("sample/two", two, evidence=seen)) == [
        "sample/two"
    ]


STATUSES = {
    "Error code: 401 - {body}": "401",
    "Error code: {status} - {body}": None,
    "Error code: 403 - {body}": None,
    "HTTP/1.1 401": "401",
    "http status 401": "401",
    "status_code=401, {rest}": "401",
    "'status': 401, {rest}": "401",
    "Client error '401 Unauthorized' for {url}": "401",
    "500 Server Error: {rest}": "500",
    "error 401 after error 500": "401, 500",
    "error 401 after error 403": None,
    "at line 401, 401 rows": None,
    "error code: 40312": None,
    "error code: 200": None,
}


@pytest.mark.parametrize(("wording", "named"), STATUSES.items())
def test_status_differs(wording: str, named: str | None) -> None:
    record = edit(RECORD, (MESSAGE, f'"{wording}"'))
    assert find("status-differs", record) == [], "it names none of its own"
    found = find("status-differs", edit(record, ("severity:", "http: 403\nseverity:")))
    said = f"4:7 `http` must be the status that the message names, {named}, was 403"
    assert found == ([said] if named is not None else [])


MATCH = "match 1:\n    case x:\n        pass"
NOT_PYTHON: dict[str, tuple[list[tuple[str, str]], list[str]]] = {
    "no Python at all": ([(CODE, "    print(\n")], ["15:10"]),
    "in the fixed program": ([(FIXED, "    print(1))\n")], ["18:13"]),
    "newer than the oldest release": ([(CODE, block(MATCH))], ["17:17"]),
    "for releases that know it": ([("broken:\n", 'broken:\n  applies_to: ">=2"\n'), (CODE, block(MATCH))], []),
    "fixed inherits it and is for all releases": (
        [
            ("broken:\n", 'broken:\n  applies_to: ">=2"\n'),
            (CODE, block(MATCH)),
            ("fixed:\n  code: |\n" + FIXED, "fixed:\n  env: {A: b}\n"),
        ],
        ["18:17"],
    ),
    "in a file beside it": ([("broken:\n", 'broken:\n  files: {a.py: "x =", a.txt: "x ="}\n')], ["14:21"]),
    "it shows a SyntaxError": ([("raises: KeyError", "raises: SyntaxError"), (CODE, "    print(\n")], []),
    "fixed of a SyntaxError": ([("raises: KeyError", "raises: SyntaxError"), (FIXED, "    print(\n")], ["18:10"]),
    "an escape that makes the parser warn": ([(CODE, '    print("\\d")\n')], []),
    "a null character": ([("broken:\n", 'broken:\n  files: {a.py: "x\\u0000"}\n')], ["14:18"]),
    "nested too deeply": ([(CODE, f"    print({'(' * 500}{')' * 500})\n")], ["15:210"]),
}


OTHER = "{id: other, cause: x, check: x, fix: x, broken: {code: 'x ='}, fixed: {env: {A: b}, prints: x}}"


def test_a_program_is_told_of_once_where_the_cause_writes_it() -> None:
    record = edit(RECORD, ("broken:\n", f"  - {OTHER}\nbroken:\n"))
    assert find("not-python", record) == [
        "13:64 a snippet must be valid on Python 3.9, and this is not: invalid syntax"
    ]


@pytest.mark.parametrize(("changes", "places"), NOT_PYTHON.values(), ids=NOT_PYTHON)
def test_not_python(changes: list[tuple[str, str]], places: list[str]) -> None:
    found = find("not-python", edit(RECORD, *changes))
    assert len(found) == len(places)
    assert [said.partition(" ")[0] for said in found] == places


def test_what_only_a_newer_python_could_tell_is_left_to_it() -> None:
    package = """\
name: Sample
about: A package of the future.
home: https://example.com
releases: [{version: "9", python: "3.99", as_of: "2026-11-24", why: It is new.}]
"""
    assert find("not-python", edit(RECORD, (CODE, "    print(\n")), package=package) == []


SWALLOWED = {
    'try:\n    print({"a": 1}["b"])\nexcept KeyError:\n    pass': "18",
    "try:\n    f()\nexcept (ValueError, LookupError):\n    ...": "18",
    "try:\n    f()\nexcept Exception:\n    '''Nothing.'''": "18",
    "def f():\n    try:\n        g()\n    except KeyError:\n        return None": "18",
    "for x in y:\n    try:\n        f()\n    except KeyError:\n        continue": "18",
    "try:\n    f()\nexcept:\n    print('failed')": "18",
    "import contextlib\nwith contextlib.suppress(KeyError):\n    f()": "18",
    "try:\n    f()\nexcept KeyError:\n    print('no such key')": None,
    "try:\n    f()\nexcept ValueError:\n    pass": None,
    "with warnings.catch_warnings():\n    warnings.simplefilter('ignore')": None,
    "print(1": None,
}


@pytest.mark.parametrize(("code", "line"), SWALLOWED.items())
def test_swallowed(code: str, line: str | None) -> None:
    found = find("swallowed", edit(RECORD, (FIXED, block(code))))
    assert len(found) == (line is not None)
    assert find("swallowed", edit(RECORD, (CODE, block(code)))) == [], "a broken program may"


def test_base_classes_of_a_librarys_class_are_known_from_its_evidence() -> None:
    code = block("try:\n    f()\nexcept sample.SampleError:\n    pass")
    record = edit(RECORD, ("raises: KeyError", "raises: sample.NoKey"), (FIXED, code))
    assert find("swallowed", record) == []
    names = {"sample.NoKey": {"real": "sample.NoKey", "bases": ["sample.SampleError"]}}
    evidence = evidence_of({"broken": {"2.0": {"names": names}}})
    said = "20:5 `fixed` must mend the cause, and `except sample.SampleError:` without a remedy only swallows the error"
    assert find("swallowed", record, evidence=evidence) == [said]


def test_a_warning_is_swallowed_by_a_filter() -> None:
    code = block("import warnings\nwarnings.filterwarnings('ignore', category=DeprecationWarning)")
    record = edit(RECORD, ("raises: KeyError", "warns: DeprecationWarning"), (FIXED, code))
    assert [said[:5] for said in find("swallowed", record)] == ["19:5 "]


SELF_RAISED = {
    'raise KeyError("b")': "raise KeyError",
    "raise builtins.KeyError from None": "raise KeyError",
    "import os\n\nos._exit(1)": "os._exit",
    "from os import _exit": "os._exit",
    "import sys\n\nsys.addaudithook(print)": "sys.addaudithook",
    "import gc": "gc",
    "from ctypes.util import find_library": "ctypes",
    "exec(text)": "exec()",
    "eval(text)": "eval()",
    'open("/proc/self/fd/3", "w")': "/proc",
    'raise ValueError("b")': None,
    "try:\n    f()\nexcept KeyError:\n    raise": None,
    "os.path.exists(audit)\nsys.exit(2)": None,
    'print("https://example.com/proc/1", "/process")': None,
}


@pytest.mark.parametrize(("code", "what"), SELF_RAISED.items())
def test_self_raised(code: str, what: str | None) -> None:
    found = find("self-raised", edit(RECORD, (CODE, block(code))))
    assert [said.partition("stands ")[2] for said in found] == ([f"`{what}`"] if what is not None else [])


def test_a_fixed_program_may_raise_the_class_but_not_play_tricks() -> None:
    assert find("self-raised", edit(RECORD, (FIXED, block("raise KeyError('b')")))) == []
    assert len(find("self-raised", edit(RECORD, (FIXED, block("import gc"))))) == 1


def evidence_of(claims: dict[str, dict[str, dict[str, Any]]]) -> Evidence:
    run = {"date": "2026-11-24", "python": "3.11.7", "isolation": "bubblewrap", "digest": CURRENT, "observed": "raised"}
    full = {name: {version: run | more for version, more in runs.items()} for name, runs in claims.items()}
    return Evidence.model_validate({"format": 1, "record": "sample/record", "claims": full})


def raising(message: str, name: str = "KeyError") -> dict[str, Any]:
    return {"exceptions": [{"name": name, "message": message}], "names": {"KeyError": {"real": "KeyError"}}}


def exiting(stderr: str) -> dict[str, Any]:
    return {"observed": "exited", "exit_code": 2, "stderr": stderr}


TWO = ("\"'{key}'\"", '[{text: "\'{key}\'"}, {text: "no key {key}", applies_to: "<2"}]')
RETRY = ("references:", 'dead_ends: [{id: retry, try: Again, code: "print()"}]\nreferences:')
EXITS = ("raises: KeyError", "exits: 2")
WORDINGS: dict[str, tuple[list[tuple[str, str]], dict[str, Any], int]] = {
    "seen where it applies": ([TWO], {"broken": {"2.0": raising("'b'"), "1.0": raising("no key b")}}, 0),
    "seen only where it does not apply": ([TWO], {"broken": {"2.0": raising("no key b"), "1.0": raising("'b'")}}, 1),
    "seen in no run": ([TWO], {"broken": {"2.0": raising("'b'"), "1.0": raising("'b'")}}, 1),
    "of another class": (
        [TWO],
        {"broken": {"2.0": raising("'b'"), "1.0": raising("no key b", "ValueError")}},
        1,
    ),
    "one release not run": ([TWO], {"broken": {"2.0": raising("'b'")}}, 0),
    "one release edited since": (
        [TWO],
        {"broken": {"2.0": raising("'b'"), "1.0": raising("'b'") | {"digest": "0123456789abcdef"}}},
        0,
    ),
    "a dead end not run": ([TWO, RETRY], {"broken": {"2.0": raising("'b'"), "1.0": raising("'b'")}}, 0),
    "seen in a dead end": (
        [TWO, RETRY],
        {
            "broken": {"2.0": raising("'b'"), "1.0": raising("'b'")},
            "dead_end/retry": {"2.0": raising("'b'"), "1.0": raising("no key b")},
        },
        0,
    ),
    "a wording of releases that are not run": (
        [(TWO[0], TWO[1].replace("<2", "<1"))],
        {"broken": {"2.0": raising("'b'"), "1.0": raising("'b'")}},
        0,
    ),
    "lines of output": (
        [EXITS, ("\"'{key}'\"", "no key {key}")],
        {"broken": {"2.0": exiting("usage: app\nno key b\n"), "1.0": exiting("")}},
        0,
    ),
    "a part of a line of output": (
        [EXITS, ("\"'{key}'\"", "no key {key}")],
        {"broken": {"2.0": exiting("app: no key b\n"), "1.0": exiting("")}},
        1,
    ),
}


@pytest.mark.parametrize(("changes", "runs", "count"), WORDINGS.values(), ids=WORDINGS)
def test_unseen_wording(changes: list[tuple[str, str]], runs: dict[str, Any], count: int) -> None:
    record = edit(RECORD, *changes)
    evidence = with_digests(record, evidence_of(runs))
    found = find("unseen-wording", record, evidence=evidence)
    assert [said.partition(" ")[2] for said in found] == [
        "every wording must have been seen, and this one was seen on no release"
    ] * count


def with_digests(record: str, evidence: Evidence) -> Evidence:
    """Fill in the digests that make it current."""
    catalog = catalog_of(record, evidence)
    data = evidence.model_dump()
    for entry in catalog.entries.values():
        for claim in entry.claims:
            for standing in catalog.standings(entry, claim):
                run = data["claims"].get(claim.id, {}).get(standing.release.version, {})
                if run.get("digest") == CURRENT:
                    run["digest"] = catalog.digest(entry, claim, standing.release)
    return Evidence.model_validate(data)


PYTHON_MENDS = {
    "a session": (">>> print(1)\n1", "Write the program alone: no prompts, no shell commands, no output, no Markdown around it."),
    "a shell": ("$ python app.py", "Write the program alone: no prompts, no shell commands, no output, no Markdown around it."),
    "Markdown": ("```python\nprint(1)\n```", "Write the program alone: no prompts, no shell commands, no output, no Markdown around it."),
    "a notebook": ("!pip install x\nimport x", "Write the program alone: no prompts, no shell commands, no output, no Markdown around it."),
    "curly quotes": ("print(\u201ca\u201d)", "Write the character that Python knows: straight quotes, a hyphen, a plain space."),
    "a space that is none": ("print(\u00a01)", "Write the character that Python knows: straight quotes, a hyphen, a plain space."),
    "a newer Python": (MATCH, "Write it for the older Python too, or say with `applies_to:` which releases it is about."),
    "a slip": ("print(", "Mend it. A program of several lines stands below `code: |`, each line as Python needs it."),
}  # fmt: skip


@pytest.mark.parametrize(("code", "mend"), PYTHON_MENDS.values(), ids=PYTHON_MENDS)
def test_how_to_mend_what_is_no_python(code: str, mend: str) -> None:
    assert find_mends("not-python", edit(RECORD, (CODE, block(code)))) == [mend]


def test_a_class_is_raised_by_the_library_and_a_trick_is_left_out() -> None:
    record = edit(RECORD, (CODE, block("import gc\nraise KeyError('b')")))
    assert sorted(find_mends("self-raised", record)) == [
        "Call the library in the way that makes it fail.",
        "Write the program without it: with it, a program could deceive what observes it.",
    ]


STRAY = {
    "sample/key-error.yml": "Rename it: errors/sample/key-error.yaml, in lower case with hyphens.",
    "sample/KeyError.yaml": "Rename it: errors/sample/key-error.yaml, in lower case with hyphens.",
    "Sample 2/key_error.yaml": "Rename it: errors/sample-2/key-error.yaml, in lower case with hyphens.",
    "key-error.yaml": "Move it into the folder of its package: errors/package/some-error.yaml.",
    "sample/more/key-error.yaml": "Move it into the folder of its package: errors/package/some-error.yaml.",
    "sample/\u00dc.yaml": "Name it in lower case with hyphens: errors/package/some-error.yaml.",
    "sample/.key-error.yaml": "Remove it. A record is errors/package/some-error.yaml, in lower case with hyphens.",
    "sample/key-error.yaml~": "Remove it. A record is errors/package/some-error.yaml, in lower case with hyphens.",
    "sample/record.evidence.yaml": "Remove it. A record is errors/package/some-error.yaml, in lower case with hyphens.",
}


@pytest.mark.parametrize(("name", "mend"), STRAY.items())
def test_where_a_file_belongs(name: str, mend: str, tmp_path: Path) -> None:
    errors = build_tree(tmp_path / "errors", {name: RECORD})
    problems = CHECKS["stray-file"](load(errors), errors)
    assert [(problem.path, problem.mend) for problem in problems] == [(f"errors/{name}", mend)]


LINKS = "why: |\n  See [one](https://example.com), then\n  [two](http://a.example) and [three](http://b.example)."


def test_a_link_is_told_of_at_its_address() -> None:
    assert [said.partition(" ")[0] for said in find("prose-link", edit(RECORD, (f"why: {WHY}", LINKS)))] == [
        "12:9",
        "12:39",
    ]


NEAR = {
    "sample/othr": "Did you mean sample/other? Write package/record, as in errors/package/record.yaml.",
    "smaple/other": "Did you mean sample/other? Write package/record, as in errors/package/record.yaml.",
    "sample/nothing-alike": "Write package/record, as in errors/package/record.yaml.",
}


@pytest.mark.parametrize(("name", "mend"), NEAR.items())
def test_a_look_alike_that_is_misspelt(name: str, mend: str, tmp_path: Path) -> None:
    assert [problem.mend for problem in find_named(name, RECORD, tmp_path)] == [mend]


def test_a_look_alike_that_has_findings_of_its_own_is_there(tmp_path: Path) -> None:
    assert find_named("sample/other", edit(RECORD, ("severity: medium", "severity: [x]")), tmp_path) == []


def find_named(name: str, other: str, tmp_path: Path) -> list[Problem]:
    """What is said of a record that names another one; beside it lies ``sample/other``."""
    record = f"{RECORD}look_alikes: {{{name}: It is another one}}\n"
    errors = build_tree(tmp_path / "errors", {"sample/record.yaml": record, "sample/other.yaml": other})
    return list(CHECKS["unknown-record"](load(errors), errors))


SERVERS = {
    "answers: {ok: {}}\nscenarios: {a: {rules: []}}\n": [
        "a host must be played by a scenario of errors/sample/server.yaml, which has sample/a, was sample/b",
        "Name one of these, or add b to that file.",
    ],
    "": [
        "a host must be played by a scenario of a server, and there is no errors/sample/server.yaml",
        "Name a package that has one, or write it: the server.yaml of another package shows how.",
    ],
    "answers: none\n": [],
}


@pytest.mark.parametrize(("server", "said"), SERVERS.items())
def test_a_server_that_is_not_there(server: str, said: list[str], tmp_path: Path) -> None:
    """One that cannot be read has findings of its own."""
    record = edit(RECORD, ("broken:\n", "broken:\n  servers: {a.example: sample/b}\n"))
    files = {"sample/record.yaml": record, **({"sample/server.yaml": server} if server else {})}
    errors = build_tree(tmp_path / "errors", files)
    problems = CHECKS["unknown-server"](load(errors), errors)
    assert [text for problem in problems for text in (problem.message, problem.mend)] == said


def test_what_is_seen_alike_on_several_releases_is_one_finding() -> None:
    verdicts = {"2.0": "ended clean", "1.0": "ended clean"}
    runs = {version: {"verdict": [{"claimed": "raises KeyError", "seen": seen}]} for version, seen in verdicts.items()}
    evidence = with_digests(RECORD, evidence_of({"broken": runs}))
    said = "13:1 broken on 2.0, 1.0: claimed: raises KeyError; seen: ended clean"
    assert find("not-as-claimed", RECORD, evidence=evidence) == [said]


def test_evidence_of_a_claim_that_is_gone_is_told_of_once() -> None:
    evidence = evidence_of({"dead_end/gone": {"1.0": {}, "2.0": {}}})
    assert find("evidence-orphan", RECORD, evidence=evidence) == [
        "1:1 evidence must be of claims that the record makes, and it makes none called dead_end/gone on 2.0, 1.0"
    ]


TAKEN = {
    "[sample/record]": "an alias must be a former name, and sample/record is the name of a record now -> Take it out.",
    "[a/b, a/b]": "an alias must lead to one page, and a/b stands here twice -> Take one of the two out.",
}


@pytest.mark.parametrize(("aliases", "said"), TAKEN.items())
def test_an_alias_that_is_taken(aliases: str, said: str) -> None:
    catalog = catalog_of(f"{RECORD}aliases: {aliases}\n")
    problems = CHECKS["alias-taken"](catalog, Path("errors"))
    assert [f"{problem.message} -> {problem.mend}" for problem in problems] == [said]
