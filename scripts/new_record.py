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
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from errorkb.catalog import Catalog, load
from errorkb.lint import check_catalog
from errorkb.match import build_index, find, prepare_index
from errorkb.match.notes import read_understanding
from errorkb.match.rules import RULES
from errorkb.model.package import Package
from errorkb.model.snippet import SYMPTOM_KEYS, Kind
from errorkb.paths import ERRORS, ROOT
from errorkb.problems import render_problems
from errorkb.scaffold.dialogue import Dialogue, Person
from errorkb.scaffold.drafts import build_package, build_record
from errorkb.scaffold.forms import parse_issue, read_forms
from errorkb.scaffold.interview import TEXTS, Draft, Interview
from errorkb.scaffold.naming import shows_symptom
from errorkb.scaffold.paste import Facts, add_said, clean_paste, read_facts
from errorkb.scaffold.rendering import render_model, render_record
from errorkb.scaffold.reports import render_facts, render_new_package, settle
from errorkb.scaffold.world import FLAGS, parse_world
from errorkb.scaffold.writing import write_new
from match import read_site

NO_ERROR = "no exception, warning or error was found in it: --raises, --warns, --logs, --exits or --signals says which"
FORMS, OWNERS = ROOT / ".github" / "ISSUE_TEMPLATE", ROOT / ".github" / "CODEOWNERS"


def add_flags(command: Callable[..., None]) -> Callable[..., None]:
    """Give the command a flag for every question, and for what surrounds the program."""
    for name, flag in reversed(list(FLAGS.items())):
        text = f"{flag.text} May be given several times."
        command = click.option(f"--{name}", f"world_{name}", metavar=flag.form, multiple=True, help=text)(command)
    for name, text in reversed(list(TEXTS.items())):
        command = click.option(f"--{name.replace('_', '-')}", name, metavar="TEXT", help=text)(command)
    return command


@click.command(help="Write a record with what a pasted error says and what you answer, and lint it.")
@click.option("--from-traceback", "paste", metavar="FILE", help="The file with the pasted error; - is standard input.")
@click.option(
    "--from-issue", "issue", metavar="FILE", help="The text of an issue that a form opened; - is standard input."
)
@click.option("--by", metavar="NAME", help="Of a note in that issue: the GitHub name of who wrote it.")
@click.option("--broken", metavar="FILE", help="The smallest program that shows the error.")
@click.option("--fixed", metavar="FILE", help="The same program, mended.")
@click.option("--yes", is_flag=True, help="Ask nothing: take the flags, and TODO for prose that is missing.")
@click.option("--anyway", is_flag=True, help="Start a record though a page fits the paste.")
@click.option("--verify/--no-verify", default=None, help="Verify it at the end, or do not ask whether to.")
@add_flags
def main(
    paste: str | None, issue: str | None, by: str | None, broken: str | None, fixed: str | None, yes: bool,
    anyway: bool, verify: bool | None, **flags: Any,
) -> None:  # fmt: skip
    """Exit with 0 if the record has no finding, with 1 if it has or a page fits, with 2 if nothing could be written."""
    given = {name: value for name, value in flags.items() if name in TEXTS and value is not None}
    kind = check_flags(given, paste, issue, (broken, fixed), yes)
    world, wrong = parse_world({name: flags[f"world_{name}"] for name in FLAGS}, read_bytes)
    if wrong:
        stop(wrong)
    if world and yes and not broken:
        stop(f"{', '.join(f'--{name}' for name in FLAGS)} are about a program: --broken and --fixed name it")
    catalog = load(ERRORS)
    try:
        person = Person(prompt, click.echo, stop)
        text, facts = read_error(catalog, person, paste, issue, by, yes)
        if text:
            click.echo("".join(f"{line}\n" for line in render_facts(catalog, facts)), nl=False)
            check_for_page(catalog, text, facts, yes, anyway)
            if facts.kind is None and kind is None:
                stop(f"{paste or issue}: {NO_ERROR}")
        dialogue = Dialogue(person, given, yes)
        programs = dialogue.ask_programs(broken, fixed, read_input, needed=bool(world))
        draft = Interview(dialogue.ask, catalog, facts, world).draft(kind, *programs, find_today())
    except click.Abort:
        if sys.stdin.isatty():
            sys.exit("\nStopped; nothing was written.")
        stop("the answers ended too early, and nothing was written: give flags, and --yes to be asked nothing")
    write(draft)
    owners = OWNERS.read_text(encoding="utf-8") if OWNERS.is_file() else ""
    more = render_new_package(draft, owners) if draft.package_answers else ()
    finish(f"{draft.package}/{draft.slug}", bool(programs[0]), verify, yes, more)


def check_flags(
    given: Collection[str], paste: str | None, issue: str | None, programs: tuple[str | None, str | None], yes: bool
) -> Kind | None:
    """Return the symptom key that a flag chooses, if one does. Exits with 2 where flags contradict each other."""
    kinds = [kind for kind in SYMPTOM_KEYS if kind in given]
    if len(kinds) > 1:
        stop("one of --raises, --warns, --logs, --exits, --signals says what the user sees")
    if paste is not None and issue is not None:
        stop("--from-traceback or --from-issue, not both")
    if yes and bool(programs[0]) != bool(programs[1]):
        stop("--broken and --fixed come together")
    return kinds[0] if kinds else None


def prompt(text: str, default: str | None) -> str:
    """Ask a person, until something is answered where there is no default."""
    return str(click.prompt(text, default=default, show_default=False))


def find_today() -> str:
    """The date in UTC, as a record writes it."""
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def read_error(
    catalog: Catalog, person: Person, paste: str | None, issue: str | None, by: str | None, yes: bool
) -> tuple[str, Facts]:
    """Read the paste, or the issue, and what they say. An issue about a page that exists is settled, and the end."""
    if issue is None:
        text = read_paste(paste, yes) if paste is not None else ""
        return text, understand(text) if text else Facts()
    answered, wrong = parse_issue(read_text(issue, yes), read_forms(FORMS))
    if answered is None:
        stop(f"{issue}: {wrong}")
    if answered.form.name != "missing":
        note = settle(person, catalog, ERRORS, answered, by or ("" if yes else None), find_today())
        sys.exit(0) if note is None else finish(note.record, note.runs, None, yes)
    text = clean_paste(answered.answers["paste"])
    return text, add_said(understand(text), *(clean_paste(answered.answers[name]) for name in ("version", "fix")))


def stop(message: str) -> NoReturn:
    """Say why nothing was written, and exit with 2."""
    click.echo(f"Error: {message}", err=True)
    sys.exit(2)


def read_text(name: str, yes: bool) -> str:
    """Read what was pasted. Exits with 2 and one line if it is no text."""
    if name == "-" and not yes and not sys.stdin.isatty():
        stop("standard input is the paste, so nothing can be asked: give flags and --yes, or the paste in a file")
    content = read_bytes(name)
    if b"\0" in content:
        stop(f"{name}: this is not text: it holds zero bytes")
    return content.decode("utf-8", "replace")


def read_paste(name: str, yes: bool) -> str:
    """Read a paste and clean it. Exits with 2 and one line if there is none."""
    text = clean_paste(read_text(name, yes))
    if not text.strip():
        stop(f"{name}: there is nothing in it: paste what the terminal printed, the last line at least")
    return text


def read_bytes(name: str) -> bytes:
    """All of a file, or of standard input. Exits with 2 and one line if it cannot be read."""
    try:
        return read_input(name)
    except (OSError, ValueError) as error:
        stop(f"{name}: {getattr(error, 'strerror', None) or error}")


def read_input(name: str) -> bytes:
    """All of a file, or of standard input. Raises ``OSError`` or ``ValueError`` if it cannot be read."""
    return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()


def understand(text: str) -> Facts:
    """Read what the paste says."""
    understood = read_understanding(text)
    return read_facts(text, understood.exception, understood.message, understood.package, RULES["signals"])


def check_for_page(catalog: Catalog, text: str, facts: Facts, yes: bool, anyway: bool) -> None:
    """Point at the page that fits and is about the same class, and stop unless a new one is wanted all the same."""
    lookup = prepare_index(build_index(catalog))
    found = (result for result in find(lookup, text)["results"] if result["record"] in catalog.entries)
    results = [result for result in found if result["tier"] != "none"]
    sure = [result for result in results if result["tier"] == "this"]
    fits = [result for result in sure if shows_symptom(catalog.entries[result["record"]], facts, text)][:1]
    for result in fits or results[:3]:
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


def write(draft: Draft) -> None:
    """Write the record, and its package if that is new: both or neither."""
    folder = ERRORS / draft.package
    files = {folder / f"{draft.slug}.yaml": render_record(build_record(draft.answers, draft.world))}
    if draft.package_answers is not None:
        package = render_model(Package, build_package(draft.package, draft.package_answers))
        files = {folder / "package.yaml": package, **files}
    try:
        write_new(files)
    except OSError as error:
        stop(f"{error.filename}: {error.strerror}")
    signal.signal(signal.SIGINT, lambda *_: sys.exit("\nStopped; what was written stays."))
    click.echo("".join(f"\nWrote {path.relative_to(ROOT)}" for path in files))


def finish(name: str, reproduced: bool, verify: bool | None, yes: bool, more: Sequence[str] = ()) -> NoReturn:
    """Lint what was written, and verify it if that is wanted; what is left to be done is said."""
    own = (f"errors/{name}.yaml", f"errors/{name.partition('/')[0]}/package.yaml")
    problems = [problem for problem in check_catalog(load(ERRORS), ERRORS) if problem.path in own]
    click.echo(render_problems(problems) if problems else "Lint finds nothing.")
    click.echo("".join(f"{line}\n" for line in more), nl=False)
    if verify is None and not yes and reproduced:
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
