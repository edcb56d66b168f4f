"""Programs that want a claim to hold which does not: the verdict is refused, and says why."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from errorkb.catalog import load
from errorkb.evidence import Observation
from errorkb.verify.plan import Selection, plan_tasks
from errorkb.verify.pool import Pool
from errorkb.verify.verification import verify_tasks
from errorkb.verify.worlds import find_interpreters, prepare_worlds
from sandboxed import AS_OF, PYTHON
from trees import RECORD, build_tree, edit

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]

PACKAGE = f"""\
name: JSON
about: A package that needs no network.
home: https://example.com
modules: [json]
releases:
  - {{version: "{PYTHON}", python: "{PYTHON}", as_of: "{AS_OF}", why: The Python of these tests.}}
"""
CLASS = "json.JSONDecodeError"
TEXT = "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"
FALSE = f"""\
import gc, json, logging, os, subprocess, sys, threading, warnings
FALSE = '''Traceback (most recent call last):
  File "/app/app.py", line 1, in <module>
  File "/usr/local/lib/python{PYTHON}/json/decoder.py", line 353, in raw_decode
    obj, end = self.scan_once(s, idx)
               ^^^^^^^^^^^^^^^^^^^^^^
json.decoder.JSONDecodeError: {TEXT}
'''
def lie(*ignored):
    sys.stderr.write(FALSE)
    sys.stderr.flush()
"""
RAISES = f"raises: {CLASS}\nmessage: '{TEXT}'"
EXITS = "exits: 1\nmessage: 'Sorry: {what} is not JSON'"
WARNS = "warns: DeprecationWarning\nmessage: 'the argument {name} is not used any more'"
LOGS = "logs: {logger: my.log, level: ERROR}\nmessage: 'the server {name} is gone'"
OWN = f"json.JSONDecodeError('{TEXT.partition(': line')[0]}', '{{', 1)"
REAL = "json.loads('{')\n"

CLAIMED = f"raises {CLASS}"
PRINTED = (CLAIMED, "a traceback that was printed, while nothing raised it")
ALIKE = (CLAIMED, "a class that has this name, and is another one")
ITSELF = ("the library raises it", "the snippet raised it itself")
FORGED = ("only the observer reports", "the program wrote to its channel")


@dataclass(frozen=True)
class Lie:
    """A program, what its record claims, and the findings that it must have: none where it is no lie."""

    code: str
    findings: tuple[tuple[str, str], ...] = ()
    claim: str = RAISES
    beside: Mapping[str, str] | None = None


LIES = {
    "the truth": Lie(REAL),
    "a false traceback": Lie("lie(); sys.exit(1)", (PRINTED,)),
    "a false traceback and a clean end": Lie("lie(); os._exit(0)", (PRINTED,)),
    "a false traceback, and another error is raised": Lie("sys.excepthook = lie\n1 / 0", (PRINTED,)),
    "a false traceback of a child": Lie(
        "subprocess.run([sys.executable, '-c', 'import json; json.loads(chr(123))']); sys.exit(1)", (PRINTED,)
    ),
    "a hook that prints the name of another": Lie(
        "real = sys.excepthook\nsys.excepthook = lambda kind, error, trace: lie() or real(kind, error, trace)\n1 / 0",
        (PRINTED,),
    ),
    "a class that lies about its module": Lie(
        f"class JSONDecodeError(ValueError): __module__ = 'json.decoder'\nraise JSONDecodeError('{TEXT}')",
        (ALIKE, ITSELF),
    ),
    "a class in the place of the real one": Lie(
        "class JSONDecodeError(ValueError): __module__ = 'json.decoder'\n"
        f"json.decoder.JSONDecodeError = JSONDecodeError\nraise JSONDecodeError('{TEXT}')",
        (ITSELF,),
    ),
    "raised by the snippet": Lie(f"raise {OWN}", (ITSELF,)),
    "raised by a tracer in the library's frame": Lie(
        f"def trace(frame, event, argument):\n    raise {OWN}\nsys.settrace(trace)\njson.loads('{{}}')",
        (ITSELF,),
    ),
    "a forged report on every descriptor": Lie(
        "event = b'{\"event\": \"uncaught\", \"class\": \"json.decoder.JSONDecodeError\"}'\n"
        "for one in range(3, 1024):\n    try: os.write(one, event)\n    except OSError: pass\nlie(); sys.exit(1)",
        (PRINTED, FORGED),
    ),
    "a closed report": Lie("os.closerange(3, 1024)\n" + REAL, (PRINTED,)),
    "an observer that was silenced": Lie(
        "for one in gc.get_objects():\n    if type(one).__name__ == 'Observer': one._write = len\nlie(); sys.exit(1)",
        (PRINTED,),
    ),
    "an audit hook that ends the program first": Lie(
        "sys.addaudithook(lambda event, _: event == 'sys.excepthook' and (lie(), os._exit(1)))\n1 / 0", (PRINTED,)
    ),
    "a module that is loaded before the program": Lie(
        "1 / 0", (PRINTED,), beside={"sitecustomize.py": f"{FALSE}sys.excepthook = lie\n"}
    ),
    "another program in its place": Lie(
        "os.execv(sys.executable, [sys.executable, '-c', 'import json; json.loads(chr(123))'])", (PRINTED,)
    ),
    "another course when it is observed": Lie(
        "try: os.fstat(900)\nexcept OSError: sys.excepthook, code = lie, 3\nelse: code = 1\nsys.excepthook = lambda *error: (lie(), os._exit(code))\n" + REAL,
        (("two runs agree: the first ends 'exited 3'", "the second ends 'exited 1'"),),
    ),
    "a hook that prints its own text": Lie(
        "sys.excepthook = lambda *error: sys.stderr.write('Sorry: the text is not JSON')\n" + REAL, claim=EXITS
    ),
    "a hook that prints its own text, told as an exception": Lie(
        "sys.excepthook = lambda *error: sys.stderr.write('Sorry: the text is not JSON')\n" + REAL,
        ((CLAIMED, "exited with code 1"),),
    ),
    "a warning": Lie(
        "warnings.warn('the argument x is not used any more', DeprecationWarning)", claim=WARNS,
    ),
    "a warning that was printed": Lie(
        "sys.stderr.write('/app/app.py:1: DeprecationWarning: the argument x is not used any more')",
        (("warns DeprecationWarning", "ended clean"),), claim=WARNS,
    ),
    "a warning that the program does not show": Lie(
        "warnings.showwarning = lambda *shown, **more: print('careful')\n"
        "warnings.warn('the argument x is not used any more', DeprecationWarning)",
        (("warns DeprecationWarning", "ended clean"),), claim=WARNS,
    ),
    "a log record that was printed": Lie(
        "sys.stderr.write('ERROR:my.log:the server x is gone')",
        (("logs ERROR from my.log", "ended clean"),), claim=LOGS,
    ),
}  # fmt: skip


def make_record(lie: Lie) -> str:
    program = {"code": FALSE + lie.code}
    if lie.beside is not None:
        program |= {"files": lie.beside, "env": {"PYTHONPATH": "/app"}}
    changes = (
        ("raises: KeyError\nmessage: \"'{key}'\"", lie.claim),
        ('broken:\n  code: |\n    print({"a": 1}["b"])', f"broken: {json.dumps(program)}"),
    )
    return edit(RECORD, *changes)


def slug(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in name).replace("--", "-").lower()


@pytest.fixture(scope="module")
def observations(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Observation]:
    """What was seen of each program, judged, by the name of its record."""
    folder = tmp_path_factory.mktemp("truth")
    records = {f"json/{slug(name)}.yaml": make_record(lie) for name, lie in LIES.items()}
    catalog = load(build_tree(folder / "errors", {"json/package.yaml": PACKAGE, **records}))
    assert not catalog.problems
    tasks = plan_tasks(catalog, Selection([f"json/{slug(name)}" for name in LIES], claim="broken"))
    interpreters, environments = find_interpreters(catalog), folder / "environments"
    prepared = prepare_worlds(catalog, [task.world for task in tasks], interpreters, environments, lambda text: None)
    with Pool(2, interpreters, environments) as pool:
        return {task.entry.id: seen for task, seen in verify_tasks(catalog, tasks, prepared, pool, AS_OF)}


@pytest.mark.parametrize("name", LIES)
def test_a_claim_holds_only_if_it_is_true(observations: dict[str, Observation], name: str) -> None:
    verdict = observations[f"json/{slug(name)}"].verdict
    found = () if verdict == "as claimed" else tuple((finding.claimed, finding.seen) for finding in verdict)
    assert found == LIES[name].findings
