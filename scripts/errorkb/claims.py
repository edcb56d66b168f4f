"""From a record to every claim that can be run: which program, on which releases, with which outcome."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from errorkb.model.record import Example, Record
from errorkb.model.scope import is_in_scope
from errorkb.model.snippet import CausedBy, Outcome, Scoped, Snippet, Wording, World
from errorkb.source import Location

SNIPPET = "app.py"
BROKEN_CODE, FIXED_CODE = "crossed/broken-code", "crossed/fixed-code"


@dataclass(frozen=True)
class Program:
    """A program and its whole world, everything inherited in place.

    ``arguments`` follow the interpreter. ``servers`` maps each host to ``package/scenario``. ``packages`` are the
    requirements installed beside the release, ``services`` the real servers on localhost; both sorted.
    """

    code: str
    arguments: tuple[str, ...]
    env: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, str], ...]
    servers: tuple[tuple[str, str], ...]
    packages: tuple[str, ...]
    services: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything of the program that a reader can see, for finding where a captured value comes from."""
        pairs = (*self.env, *self.files)
        return (self.code, " ".join(self.arguments), *(text for pair in pairs for text in pair))


@dataclass(frozen=True)
class Expectation:
    """What a claim says will happen on one release.

    ``shows`` is the symptom that must appear; None means that the program ends with exit code 0. ``never`` must
    not appear. ``prints`` is a wording of the whole standard output; None leaves the output open. ``http`` is the
    status that the exception must carry. ``sent_once`` says that no request is sent a second time. ``open`` is
    for what nobody claims: the page says what was seen.
    """

    shows: Outcome | None
    never: Outcome | None = None
    prints: str | None = None
    http: int | None = None
    sent_once: bool = False
    open: bool = False


@dataclass(frozen=True)
class Claim:
    """One claim. ``id`` names it in evidence and on the page; ``location`` is its place in the record.

    With ``ends_only`` it is run on the newest and the oldest release of its scope alone.
    """

    id: str
    location: Location
    program: Program
    applies_to: str | None
    inside: Expectation
    outside: Expectation | None
    ends_only: bool = False

    def expectation(self, version: str) -> Expectation | None:
        """What it says about a release; None if it says nothing about it."""
        if is_in_scope(version, self.applies_to):
            return _expect_on(self.inside, version)
        return self.outside and _expect_on(self.outside, version)


def plan_claims(record: Record) -> tuple[Claim, ...]:
    """List every claim of a record that can be run, in the order of the page."""
    if record.broken is None:
        return tuple(_plan_apart(record, None))
    broken = record.broken
    return (
        *_plan_pair("", (), broken, record.fixed, World(), broken, _shown(record)),
        *_plan_causes(record),
        *_plan_dead_ends(record),
        *_plan_apart(record, broken),
    )


def merge_worlds(inherited: World, own: World) -> World:
    """Put a world over the one it inherits from: mappings merge by key, null removes, the rest replaces."""
    merged: dict[str, object] = {
        key: getattr(own if getattr(own, key) is not None else inherited, key)
        for key in ("args", "code", "packages", "services")
    }
    merged["run"] = own.run if own.run is not None or own.code is not None else inherited.run
    for key in ("env", "files", "servers"):
        both = {**getattr(inherited, key), **getattr(own, key)}
        merged[key] = {name: value for name, value in both.items() if value is not None}
    return World.model_validate(merged)


def _plan_pair(
    prefix: str, place: Location, broken: Snippet, fixed: Snippet | None, base: World, scope: Scoped, shown: Expectation
) -> Iterator[Claim]:
    world = merge_worlds(base, broken)
    first = _claim(f"{prefix}broken", (*place, "broken"), world, scope, shown)
    yield first
    if fixed is not None:
        expected = Expectation(None, never=shown.shows, prints=fixed.prints)
        second = _claim(f"{prefix}fixed", (*place, "fixed"), merge_worlds(world, fixed), fixed, expected)
        yield second
        yield from _cross(prefix, first, second)


def _cross(prefix: str, broken: Claim, fixed: Claim) -> Iterator[Claim]:
    """Where both the code and the world around it were changed: each code in the world of the other."""
    one, other = broken.program, fixed.program
    mixed = _put_code(one, other), _put_code(other, one)
    if other in mixed or one in mixed:
        return
    for name, program in zip((BROKEN_CODE, FIXED_CODE), mixed, strict=True):
        inside = Expectation(None, open=True)
        yield Claim(f"{prefix}{name}", fixed.location, program, broken.applies_to, inside, None, ends_only=True)


def _put_code(code: Program, world: Program) -> Program:
    """The code of one program, with its arguments, in the world of another."""
    own = [(name, text) for name, text in code.files if name == SNIPPET]
    others = [(name, text) for name, text in world.files if name != SNIPPET]
    return replace(world, code=code.code, arguments=code.arguments, files=tuple(sorted([*own, *others])))


def _plan_causes(record: Record) -> Iterator[Claim]:
    assert record.broken is not None
    for number, cause in enumerate(record.causes):
        if cause.broken is not None:
            scope = cause.broken if cause.broken.applies_to is not None else record.broken
            place, shown = ("causes", number), _shown(record, cause.where)
            yield from _plan_pair(f"cause/{cause.id}/", place, cause.broken, cause.fixed, record.broken, scope, shown)


def _plan_dead_ends(record: Record) -> Iterator[Claim]:
    assert record.broken is not None
    for number, dead_end in enumerate(record.dead_ends):
        scope = dead_end if dead_end.applies_to is not None else record.broken
        expected = Expectation(_symptom(record), http=record.http)
        world = merge_worlds(record.broken, dead_end)
        yield _claim(f"dead_end/{dead_end.id}", ("dead_ends", number), world, scope, expected)


def _plan_apart(record: Record, broken: Snippet | None) -> Iterator[Claim]:
    """Detection, workaround and notes: programs that need not show the symptom.

    They are about the releases that ``broken`` is about, unless they name their own; what happens elsewhere to
    ``broken`` does not happen to them.
    """
    base = broken or World()
    places: list[tuple[str, Location, Example | None]] = [
        ("detection", ("detection",), record.detection),
        ("workaround", ("workaround",), record.workaround),
        *((f"note/{number + 1}", ("notes", number), note) for number, note in enumerate(record.notes)),
    ]
    for name, place, example in places:
        if example is None or example.code is None:
            continue
        ends = {"raises": example.raises, "where": example.where, "message": example.message}
        shows = Outcome.model_validate(ends) if example.raises else None
        expected = Expectation(shows, prints=example.prints)
        releases = example.applies_to if example.applies_to is not None or broken is None else broken.applies_to
        own_scope = Scoped(applies_to=releases, elsewhere=example.elsewhere)
        yield _claim(name, place, merge_worlds(base, example), own_scope, expected)


def _claim(name: str, place: Location, world: World, scope: Scoped, inside: Expectation) -> Claim:
    outside = None
    if scope.elsewhere is not None:
        # A program that ends clean has raised nothing; that it has not warned must be said.
        quiet = inside.shows if inside.shows is not None and inside.shows.kind in ("warns", "logs") else None
        outside = Expectation(None if scope.elsewhere.clean else _symptom(scope.elsewhere), never=quiet)
    return Claim(name, place, _program(world), scope.applies_to, inside, outside)


def _program(world: World) -> Program:
    code = world.code or ""
    files = {name: text for name, text in world.files.items() if text is not None}
    if world.code is not None:
        files[SNIPPET] = code
    return Program(
        code=code,
        arguments=world.run if world.run is not None else (SNIPPET, *(world.args or ())),
        env=_pairs(world.env),
        files=tuple(sorted(files.items())),
        servers=tuple((host, name if "/" in name else f"{name}/default") for host, name in _pairs(world.servers)),
        services=tuple(sorted(world.services or ())),
        packages=tuple(sorted(world.packages or ())),
    )


def _pairs(mapping: dict[str, str | None]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((key, value) for key, value in mapping.items() if value is not None))


def _shown(record: Record, where: str | None = None) -> Expectation:
    """What a record's program shows, or that of a cause which is raised somewhere else."""
    symptom = _symptom(record)
    if where is not None:
        symptom = symptom.model_copy(update={"where": None if where == "main" else where})
    return Expectation(symptom, http=record.http, sent_once=record.retry == "never")


def _symptom(outcome: Outcome) -> Outcome:
    """Only what is seen, of a record or of what happens elsewhere."""
    return Outcome.model_validate({name: getattr(outcome, name) for name in Outcome.model_fields})


def _expect_on(expectation: Expectation, version: str) -> Expectation:
    shows = expectation.shows and _outcome_on(expectation.shows, version)
    never = expectation.never and _outcome_on(expectation.never, version)
    same = shows is expectation.shows and never is expectation.never
    return expectation if same else replace(expectation, shows=shows, never=never)


def _outcome_on(outcome: Outcome, version: str) -> Outcome:
    """The outcome with only the wordings that apply to the release."""
    causes = outcome.caused_by or ()
    wordings = (*(outcome.message or ()), *(wording for cause in causes for wording in cause.message))
    if all(item.applies_to is None for item in wordings) and all(item.applies_to is None for item in causes):
        return outcome
    caused_by = outcome.caused_by and tuple(
        CausedBy(raises=cause.raises, message=_wordings_on(cause.message, version))
        for cause in outcome.caused_by
        if is_in_scope(version, cause.applies_to)
    )
    message = outcome.message and _wordings_on(outcome.message, version)
    return outcome.model_copy(update={"message": message, "caused_by": caused_by})


def _wordings_on(wordings: tuple[Wording, ...], version: str) -> tuple[Wording, ...]:
    return tuple(Wording(text=item.text) for item in wordings if is_in_scope(version, item.applies_to))
