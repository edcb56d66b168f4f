"""Answers to the questions of a new record: from flags, from nobody, or from a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn

from errorkb.scaffold.interview import Question
from errorkb.scaffold.programs import parse_program

LINES, LINE_HINT = ("message", "prints"), r" Write \n where a line ends."


@dataclass(frozen=True)
class Person:
    """The way to who started the command.

    ``ask`` shows a text and returns what is typed or, if that is nothing, its second argument; with None for that it
    asks again. ``say`` shows a line. ``stop`` shows why the command ends, and ends it.
    """

    ask: Callable[[str, str | None], str]
    say: Callable[[str], None]
    stop: Callable[[str], NoReturn]


class Dialogue:
    """Answers questions: from the flags, without anybody (``yes``), or by asking until the answer is right."""

    def __init__(self, person: Person, given: Mapping[str, str], yes: bool) -> None:
        self._person, self._given, self._yes = person, given, yes

    def ask_programs(
        self, broken: str | None, fixed: str | None, read: Callable[[str], bytes], needed: bool
    ) -> tuple[str, str]:
        """Read the two programs; ask for the files that are not named, maybe because there are none yet.

        ``read`` gives the content of a file by its name, or raises ``OSError`` or ``ValueError``. With ``needed`` there
        must be some.
        """
        if broken is None and fixed is None and self._yes:
            return "", ""
        maybe = fixed is None and not needed
        hint, default = (" (Enter if there is none yet)", "") if maybe else ("", None)
        first = self._find_program(broken, f"\nThe smallest program that shows it: a file{hint}", default, read)
        if not first:
            return "", ""
        return first, self._find_program(fixed, "\nThe same program, mended: a file", None, read)

    def _find_program(self, name: str | None, text: str, default: str | None, read: Callable[[str], bytes]) -> str:
        """Read the file that a flag names, or ask for one until it can be taken; "" if there is none."""
        if name is not None:
            code, wrong = _read_program(name, read)
            return code if not wrong else self._person.stop(wrong)
        while name := self._person.ask(text, default):
            code, wrong = _read_program(name, read)
            if not wrong:
                return code
            self._person.say(f"  {wrong}")
        return ""

    def ask(self, question: Question) -> str:
        """Return an answer with which nothing is wrong."""
        flag = f"--{question.name.replace('_', '-')}"
        unattended = question.default or question.unattended
        if question.name not in self._given and not self._yes:
            return self._prompt(question)
        answer = self._given.get(question.name, unattended)
        if answer is None:
            self._person.stop(" ".join(filter(None, (f"--yes needs {flag}: {question.text}", question.reason))))
        left_open = question.name not in self._given and answer == question.unattended
        wrong = [] if left_open or (not answer and question.optional) else question.check(answer)
        if wrong:
            self._person.stop(f"{flag}: {'; '.join(wrong)}")
        return answer

    def _prompt(self, question: Question) -> str:
        say, default = self._person.say, question.proposal or question.default
        say(f"\n{question.text}{LINE_HINT if question.name in LINES else ''}")
        for word, meaning in question.choices.items():
            say(f"  {word}: {meaning}")
        shown = default.replace("\n", "\\n")
        words = question.name.replace("_", " ")
        label = f"{words} [{shown}]" if shown else words
        while True:
            answer = self._person.ask(label, default or ("" if question.optional else None))
            if answer != default and question.name in LINES:
                answer = answer.replace("\\n", "\n")
            wrong = question.check(answer) if answer else []
            for line in wrong:
                say(f"  {line}")
            if not wrong:
                return answer


def _read_program(name: str, read: Callable[[str], bytes]) -> tuple[str, str]:
    """Return a program's text, and why the file cannot be taken; "" if it can."""
    try:
        code, wrong = parse_program(read(name))
    except (OSError, ValueError) as error:
        code, wrong = "", getattr(error, "strerror", None) or str(error)
    return code, f"{name}: {wrong}" if wrong else ""
