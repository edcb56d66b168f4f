"""Classes by the names that records know them by: the public one, and the real ones that were seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from errorkb.catalog import Catalog, Entry
from errorkb.scaffold.paste import Facts
from errorkb.tracebacks import Traceback, parse_tracebacks


def propose_class(catalog: Catalog, name: str, module: str) -> str:
    """Return the public name of a class that was printed as ``name``, maybe without its module; "" if it is not sure.

    Among several classes of that name, one of the package ``module`` is meant.
    """
    found = {public for entry in catalog.entries.values() for public, real in _names(entry) if _is(name, public, real)}
    if name in found or len(found) > 1:
        found = {name} & found or {public for public in found if public.partition(".")[0] == module}
    return found.pop() if len(found) == 1 else ""


def shows_symptom(entry: Entry, facts: Facts, text: str) -> bool:
    """Whether a page is about the very class that a paste ends in. Of one raised elsewhere, such as in a group or a
    child process, the text may end in another that only passes it on.

    A page about a log record says nothing of the class that is logged; a paste that names no class denies none.
    """
    record = entry.record
    public = record.raises or record.warns
    if facts.kind is None or record.kind == "logs":
        return True
    if public is None:
        return facts.kind == record.kind and facts.name in (str(record.exits), record.signals)
    printed = {facts.name, *(_list_printed(parse_tracebacks(text)) if record.where is not None else ())}
    pairs = [(public, public), *(pair for pair in _names(entry) if pair[0] == public)]
    return any(_is(name, *pair) for name in printed for pair in pairs)


def _names(entry: Entry) -> Iterator[tuple[str, str]]:
    """Each class that a record names, with the real names that were seen, if any were."""
    yield from ((name, name) for name in (entry.record.raises, entry.record.warns) if name)
    for releases in entry.evidence.claims.values() if entry.evidence else ():
        for observation in releases.values():
            yield from ((public, found.real or public) for public, found in observation.names.items())


def _list_printed(tracebacks: Iterable[Traceback]) -> Iterator[str]:
    for traceback in tracebacks:
        yield traceback.exception
        for chain in traceback.members:
            yield from _list_printed(chain)


def _is(printed: str, public: str, real: str) -> bool:
    """Whether a class may be printed so. What is printed without a module is a class's own name."""
    if "." in printed:
        return printed in (public, real)
    return printed in (public.rpartition(".")[2], real.rpartition(".")[2])
