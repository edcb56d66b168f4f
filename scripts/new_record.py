"""Start a record: from a pasted error and a few answers to a file that loads, is linted, and can be verified."""

import environment

environment.enter()

import signal
import sys


def stop_at_once(*_: object) -> None:
    """End by Ctrl-C: one line, whatever is under way. A shell's background jobs ignore it, and so it stays."""
    sys.exit("\nStopped; nothing was written.")


if __name__ == "__main__" and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, stop_at_once)

import datetime
import os
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import click

from errorkb.catalog import Catalog, load
from errorkb.lint import check_catalog
from errorkb.match import build_index, find, prepare_index
from errorkb.match.notes import read_understanding
from errorkb.match.rules import RULES
from errorkb.model.package import Package
from errorkb.paths import ERRORS, ROOT
from errorkb.problems import render_problems
from errorkb.redaction import redact
from errorkb.scaffold.drafts import build_package, build_record
from errorkb.scaffold.interview import KINDS, TEXTS, Draft, Interview, Question
from errorkb.scaffold.paste import Facts, clean_paste, find_version, read_facts
from errorkb.scaffold.programs import parse_program
from errorkb.scaffold.rendering import render_model, render_record
from errorkb.scaffold.writing import write_new
from match import read_site

NO_ERROR = "no exception, warning or error was found in it: --raises, --warns, --exits or --signals says which"
LINES, LINE_HINT = ("message", "prints"), r" Write \n where a line ends."


def add_flags(command: Callable[..., None]) -> Callable[..., None]:
    """Give the command a flag for every question."""
    for name, text in reversed(list(TEXTS.items())):
        command = click.option(f"--{name.replace('_', '-')}", name, metavar="TEXT", help=text)(command)
    return command


@click.command(help="Write a record with what a pasted error says and what you answer, and lint it.")
@click.option("--from-traceback", "paste", metavar="FILE", help="The file with the pasted error; - is standard input.")
@click.option("--broken", metavar="FILE", help="The smallest program that shows the error.")
@click.option("--fixed", metavar="FILE", help="The same program, mended.")
@click.option("--yes", is_flag=True, help="Ask nothing: take the flags, and TODO for prose that is missing.")
@click.option("--anyway", is_flag=True, help="Start a record though a page fits the paste.")
@click.option("--verify/--no-verify", default=None, help="Verify it at the end, or do not ask whether to.")
@add_flags
def main(
    paste: str | None, broken: str | None, fixed: str | None, yes: bool, anyway: bool, verify: bool | None,
    **flags: str | None,
) -> None:  # fmt: skip
    """Exit with 0 if the record has no finding, with 1 if it has or a page fits, with 2 if nothing could be written."""
    given = {name: value for name, value in flags.items() if value is not None}
    kinds = [kind for kind in KINDS if kind in given]
    if len(kinds) > 1:
        stop("one of --raises, --warns, --exits, --signals says what the user sees")
    if yes and bool(broken) != bool(fixed):
        stop("--broken and --fixed come together")
    text = read_paste(paste, yes) if paste is not None else ""
    catalog = load(ERRORS)
    try:
        facts = understand(text) if paste is not None else Facts()
        if paste is not None:
            show_facts(catalog, facts)
            check_for_page(catalog, text, yes, anyway)
            if facts.kind is None and not kinds:
                stop(f"{paste}: {NO_ERROR}")
        dialogue = Dialogue(given, yes)
        programs = dialogue.ask_programs(broken, fixed)
        today = datetime.datetime.now(datetime.UTC).date().isoformat()
        draft = Interview(dialogue.ask, catalog, facts).draft(kinds[0] if kinds else None, *programs, today)
    except click.Abort:
        if sys.stdin.isatty():
            sys.exit("\nStopped; nothing was written.")
        stop("the answers ended too early, and nothing was written: give flags, and --yes to be asked nothing")
    write(draft)
    finish(draft, verify, yes)


def stop(message: str) -> NoReturn:
    """Say why nothing was written, and exit with 2."""
    click.echo(f"Error: {message}", err=True)
    sys.exit(2)


def read_paste(name: str, yes: bool) -> str:
    """Read the paste, without colours, control characters and secrets. Exits with 2 and one line if there is none."""
    if name == "-" and not yes and not sys.stdin.isatty():
        stop("standard input is the paste, so nothing can be asked: give flags and --yes, or the paste in a file")
    content = read_bytes(name)
    if b"\0" in content:
        stop(f"{name}: this is not text: it holds zero bytes")
    text = redact(clean_paste(click.unstyle(content.decode("utf-8", "replace"))))[0]
    if not text.strip():
        stop(f"{name}: there is nothing in it: paste what the terminal printed, the last line at least")
    return text


def read_bytes(name: str) -> bytes:
    """All of a file, or of standard input. Exits with 2 and one line if it cannot be read."""
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except (OSError, ValueError) as error:
        stop(f"{name}: {getattr(error, 'strerror', None) or error}")


def understand(text: str) -> Facts:
    """Read what the paste says."""
    understood = read_understanding(text)
    return read_facts(text, understood.exception, understood.message, understood.package, RULES["signals"])


def show_facts(catalog: Catalog, facts: Facts) -> None:
    """Print what was read from the paste."""
    if facts.kind is not None:
        click.echo(f"{facts.kind}: {facts.name}")
    home = next((home for home in catalog.packages.values() if facts.module in home.modules), None)
    distribution = (home.package.distribution if home else None) or facts.module
    version = find_version(facts, distribution) if distribution else ""
    if version:
        click.echo(f"installed: {distribution} {version}")
    known = [release.version for release in home.package.releases] if home is not None else []
    if home is not None and version and version not in known:
        click.echo(f"    Its pages are run on {', '.join(known)}; add {version} to {home.source.path} if it matters.")


def check_for_page(catalog: Catalog, text: str, yes: bool, anyway: bool) -> None:
    """Point at the page that fits, and stop unless a new one is wanted all the same."""
    lookup = prepare_index(build_index(catalog))
    results = [result for result in find(lookup, text)["results"] if result["record"] in lookup.ids]
    fits = [result for result in results if result["tier"] == "this"][:1]
    for result in fits or [result for result in results if result["tier"] == "perhaps"][:3]:
        what = "There is a page for this" if fits else "This may be it"
        url = lookup.find_record(result["record"])["url"]
        click.echo(f"{what}: {read_site()}/{url} (errors/{result['record']}.yaml; {result['why']})")
    if not fits or anyway:
        return
    if yes:
        sys.exit("Nothing was written. --anyway starts another page all the same.")
    if not click.confirm("Start another page all the same?", default=False):
        click.echo("Nothing was written.")
        sys.exit(0)


def read_program(name: str) -> str:
    """Read a program. Exits with 2 and one line if it cannot be put into a record."""
    code, wrong = parse_program(read_bytes(name))
    return code if not wrong else stop(f"{name}: {wrong}")


class Dialogue:
    """Answers questions: from the flags, without anybody (``yes``), or by asking until the answer is right."""

    def __init__(self, given: dict[str, str], yes: bool) -> None:
        self._given, self._yes = given, yes

    def ask_programs(self, broken: str | None, fixed: str | None) -> tuple[str, str]:
        """Read the two programs; ask for the files that are not named, maybe because there are none yet."""
        if broken is None and fixed is None and not self._yes:
            text = "\nThe smallest program that shows it: a file (Enter if there is none yet)"
            broken = click.prompt(text, default="", show_default=False) or None
        if broken is None and fixed is None:
            return "", ""
        broken = broken or click.prompt("\nThe smallest program that shows it: a file")
        return read_program(broken), read_program(fixed or click.prompt("\nThe same program, mended: a file"))

    def ask(self, question: Question) -> str:
        """Return an answer with which nothing is wrong."""
        flag = f"--{question.name.replace('_', '-')}"
        unattended = question.default or question.unattended
        if question.name not in self._given and not self._yes:
            return self._prompt(question)
        answer = self._given.get(question.name, unattended)
        if answer is None:
            stop(f"--yes needs {flag}: {question.text}")
        wrong = question.check(answer) if answer or not question.optional else []
        if wrong:
            stop(f"{flag}: {'; '.join(wrong)}")
        return answer

    def _prompt(self, question: Question) -> str:
        click.echo(f"\n{question.text}{LINE_HINT if question.name in LINES else ''}")
        for word, meaning in question.choices.items():
            click.echo(f"  {word}: {meaning}")
        shown = question.default.replace("\n", "\\n")
        label = f"{question.name} [{shown}]" if shown else question.name
        while True:
            none = "" if question.optional else None
            answer: str = click.prompt(label, default=question.default or none, show_default=False)
            if answer != question.default and question.name in LINES:
                answer = answer.replace("\\n", "\n")
            wrong = question.check(answer) if answer else []
            for line in wrong:
                click.echo(f"  {line}")
            if not wrong:
                return answer


def write(draft: Draft) -> None:
    """Write the record, and its package if that is new: both or neither."""
    folder = ERRORS / draft.package
    files = {folder / f"{draft.slug}.yaml": render_record(build_record(draft.answers))}
    if draft.package_answers is not None:
        package = render_model(Package, build_package(draft.package, draft.package_answers))
        files = {folder / "package.yaml": package, **files}
    try:
        write_new(files)
    except OSError as error:
        stop(f"{error.filename}: {error.strerror}")
    signal.signal(signal.SIGINT, lambda *_: sys.exit("\nStopped; what was written stays."))
    click.echo("")
    for path in files:
        click.echo(f"Wrote {path.relative_to(ROOT)}")


def finish(draft: Draft, verify: bool | None, yes: bool) -> None:
    """Lint what was written, and verify it if that is wanted; what is left to be done is said."""
    name = f"{draft.package}/{draft.slug}"
    own = (f"errors/{name}.yaml", f"errors/{draft.package}/package.yaml")
    problems = [problem for problem in check_catalog(load(ERRORS), ERRORS) if problem.path in own]
    click.echo(render_problems(problems) if problems else "Lint finds nothing.")
    if verify is None and not yes and "broken" in draft.answers:
        try:
            verify = click.confirm("Verify it now?", default=True)
        except click.Abort:
            click.echo("")
    if verify:
        sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, str(ROOT / "scripts" / "verify.py"), name])
    click.echo(f"Next: python scripts/preview.py {name} shows its page, python scripts/verify.py {name} runs it.")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
