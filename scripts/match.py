"""Find the page of an error: a traceback on standard input or in a file → ranked pages."""

import environment

environment.enter()

import json
import os
import shlex
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from errorkb.catalog import load
from errorkb.match import Answer, Result, build_index, find, prepare_index
from errorkb.match.lookup import Lookup
from errorkb.match.notes import read_understanding, render_understanding
from errorkb.paths import ERRORS, ROOT
from errorkb.redaction import redact

START = "python scripts/new_record.py --from-traceback"
WIDTH = 200


@click.command(help="Find the page of an error: FILE, or standard input, holds a traceback, its last line, or a name.")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.option("--jsonl", "lines", is_flag=True, help='Answer each line {"id": …, "text": …} of the input by a line.')
def main(file: Path | None, as_json: bool, lines: bool) -> None:
    """Exit with 0 if a page fits, with 1 if none does, with 2 if that could not be asked."""
    if as_json and lines:
        stop("--json and --jsonl exclude each other")
    content = read_input(file)
    lookup = prepare_index(build_index(load(ERRORS)))
    if lines:
        answer_lines(lookup, content)
        return
    text = content.decode("utf-8", "replace")
    if not text.strip():
        stop("nothing was given: paste a traceback, or pipe one in: python app.py 2>&1 | python scripts/match.py")
    if "\0" in text:
        stop("this is not text: it holds zero bytes")
    answer = find(lookup, text)
    fitting = [result for result in answer["results"] if result["tier"] != "none"]
    if as_json:
        click.echo(json.dumps(describe(answer), indent=1))
    else:
        print_answer(lookup, answer, text, file)
    sys.exit(0 if fitting else 1)


def read_input(file: Path | None) -> bytes:
    """All of the file, or of standard input. Exits with 2 and one line if it cannot be read."""
    try:
        return file.read_bytes() if file is not None else sys.stdin.buffer.read()
    except OSError as error:
        stop(f"{file or 'standard input'}: {error.strerror or error}")


def stop(message: str) -> NoReturn:
    """Say why nothing can be asked, and exit with 2."""
    click.echo(f"Error: {message}", err=True)
    sys.exit(2)


def answer_lines(lookup: Lookup, content: bytes) -> None:
    """Answer line by line. Lines that are no question are named, all of them, before any is answered."""
    questions: list[Any] = []
    wrong: list[str] = []
    for number, line in enumerate(content.split(b"\n"), 1):
        if line.strip():
            question, why = read_question(line)
            questions.append(question)
            wrong += [f"line {number}: {why}"] if why else []
    if wrong:
        stop("\n       ".join(wrong))
    for question in questions:
        matches = [
            {"record": result["record"], "score": result["score"], "why": result["why"]}
            for result in find(lookup, question["text"])["results"]
            if result["record"] in lookup.ids
        ]
        click.echo(json.dumps({"id": question["id"], "matches": matches}))


def read_question(line: bytes) -> tuple[Any, str]:
    """Read one line; return it, and what is wrong with it."""
    try:
        question = json.loads(line)
    except (ValueError, RecursionError) as error:
        return None, f"must be JSON: {getattr(error, 'msg', None) or 'it cannot be read'}"
    if not isinstance(question, dict) or "id" not in question or not isinstance(question.get("text"), str):
        return None, 'must be {"id": …, "text": "…"}'
    return question, ""


def describe(answer: Answer) -> dict[str, Any]:
    """The answer with everything that must not be shown taken out."""
    others = [redact(error["line"])[0] for error in answer["others"]]
    return {**answer, "taken": redact(answer["taken"])[0], "others": others}


def print_answer(lookup: Lookup, answer: Answer, text: str, file: Path | None) -> None:
    """Print the page that fits, or those that may, or that there is none and how to start one."""
    if answer["others"]:
        click.echo(f"Of {len(answer['others']) + 1} errors the last: {shorten(answer['taken'])}\n")
    shown = [result for result in answer["results"] if result["tier"] != "none"]
    this = [result for result in shown if result["tier"] == "this"][:1]
    if this:
        click.secho("This looks like your error", bold=True)
        print_page(lookup, this[0])
    elif shown:
        click.secho("Perhaps one of these", bold=True)
        for result in shown[:3]:
            print_page(lookup, result)
    else:
        print_none(text, file)
    print_others(lookup, answer)


def print_page(lookup: Lookup, result: Result) -> None:
    """Print one page: its name, its quick fix, its address, and why it is this one."""
    record = lookup.find_record(result["record"])
    click.echo(f"\n{click.style(record['name'], fg='blue')}  {record['symptom']}")
    click.echo(f"  Quick fix: {record['quick_fix']}")
    if "run" in record:
        click.echo(f"             {record['run']['powershell' if os.name == 'nt' else 'posix']}")
    click.echo(f"  Page:      {read_site()}/{record['url']}\n  Why:       {result['why']}")


def read_site() -> str:
    """The site's address as ``mkdocs.yml`` has it, without a slash at its end; empty if it has none.

    Of ``!ENV [SITE_URL, "…"]`` it is the second part: where the site was published from, this command is not run.
    """
    for line in (ROOT / "mkdocs.yml").read_text(encoding="utf-8").split("\n"):
        key, _, value = line.partition(":")
        if key == "site_url":
            return value.partition(" #")[0].rpartition(",")[2].strip(" \"'/]")
    return ""


def print_none(text: str, file: Path | None) -> None:
    """Print that there is no page, what was understood, and the command that starts one."""
    click.secho("No page yet", bold=True)
    understood = render_understanding(read_understanding(text))
    click.echo("\n".join(f"  {shorten(line)}" for line in understood or ["Nothing in it looks like an error."]))
    click.echo(f"\nStart one:\n  {START} {shlex.quote(str(file)) if file else 'FILE'}")


def print_others(lookup: Lookup, answer: Answer) -> None:
    """Name the other errors of a log, each with the page that fits it."""
    for number, error in enumerate(answer["others"]):
        if number == 0:
            click.echo("\nThe other errors")
        results = find(lookup, error["text"])["results"] if number < 10 else []
        fits = f"  {read_site()}/{results[0]['record']}/" if results and results[0]["tier"] != "none" else ""
        click.echo(f"  {shorten(error['line'])}{fits}")


def shorten(line: str) -> str:
    """One line without secrets and control characters, cut where it is too long to be read."""
    line = "".join(letter if letter.isprintable() else " " for letter in redact(line)[0])
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 2]} …"


if __name__ == "__main__":
    main()
