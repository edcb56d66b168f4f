"""What a record's page is called, and the message that it shows."""

from __future__ import annotations

from markupsafe import Markup, escape

from errorkb.evidence import Observation
from errorkb.model.record import OtherSystem, Record
from errorkb.site.record_view import Message
from errorkb.site.record_view import OtherSystem as OtherSystemView
from errorkb.site.standing import Stand
from errorkb.site.text import cut
from errorkb.site.views import Link
from errorkb.wording import Placeholder, match_wording, parse_wording, split_varying

# More characters than three lines of a phone hold.
LONG = 105


def name_of(record: Record) -> str:
    """The page's name: the class, else the logger, the signal, the exit code."""
    qualified = record.raises or record.warns
    if qualified:
        return qualified.rpartition(".")[2]
    if record.logs is not None:
        return record.logs.logger
    return record.signals or f"exit code {record.exits}"


def shown_message(record: Record, stand: Stand | None) -> str | None:
    """The message as last captured; None if it never was."""
    seen = stand.observation if stand is not None else None
    if stand is None or seen is None:
        return None
    if record.kind == "exits":
        lines = len((record.message[0].text if record.message else "").splitlines())
        text = "\n".join((seen.stderr or seen.stdout).rstrip("\n").split("\n")[-max(lines, 1) :])
        return text.strip() or None
    if record.kind == "signals":
        return (seen.stderr.strip() or seen.signal or "").split("\n")[-1] or None
    return _seen_text(record, stand, seen)


def render_other(record: Record, broken: Stand | None, own: Stand) -> Markup | None:
    """A line of what a cause's own program said on its newest release, where that is another wording than the page's.

    Other releases may word it as the page does. None where it is no other wording.
    """
    shown, said = shown_message(record, broken), shown_message(record, own)
    if shown is None or said is None or _find_wording(record, shown) == _find_wording(record, said):
        return None
    lines = (cut(line.strip(), 120) for line in said.split("\n") if line not in shown.split("\n"))
    return Markup("<b>Its message on %s</b> <code>%s</code>") % (own.release, next(lines, said))


def render_other_system(other: OtherSystem) -> OtherSystemView:
    """The message as another operating system words it, with what varies left out."""
    parts = parse_wording(other.text).parts
    html = (Markup("<var>…</var>") if isinstance(part, Placeholder) else escape(part) for part in parts)
    link = Link(other.seen_at.removeprefix("https://"), other.seen_at)
    return OtherSystemView(other.system, Markup("").join(html), link)


def _find_wording(record: Record, text: str) -> int | None:
    wordings = enumerate(record.message or ())
    return next((number for number, item in wordings if match_wording(parse_wording(item.text), text)), None)


def _seen_text(record: Record, stand: Stand, seen: Observation) -> str | None:
    names = {key: name.real for key, name in seen.names.items()}
    real = names.get(record.raises or record.warns or "")
    shows = stand.claim.inside.shows
    place = shows.where if shows is not None else None
    texts = [item.message for item in seen.exceptions if item.name == real and item.where == place]
    texts += [item.message for item in seen.warnings if item.name == real]
    texts += [item.message for item in seen.logs if record.logs and item.logger == record.logs.logger]
    return texts[0].strip() if texts else None


def title_of(record: Record, stand: Stand | None) -> str:
    """The page's title: its name, and the first line of the newest captured wording."""
    text = shown_message(record, stand)
    if text is None and record.message:
        text = record.message[0].text
    return cut(f"{name_of(record)}: {cut(text, 120)}" if text else name_of(record), 160)


def render_message(record: Record, broken: Stand | None) -> Message:
    """The box with the message: as last captured, with the parts that vary underlined."""
    text = shown_message(record, broken)
    texts = [parse_wording(wording.text) for wording in record.message or ()]
    if text is None:
        first = texts[0] if texts else parse_wording(name_of(record))
        pieces = [
            (f"{{{part.name}}}", True) if isinstance(part, Placeholder) else (part, False) for part in first.parts
        ]
        text = "".join(piece for piece, _ in pieces)
        caption = Markup("As the author wrote it.")
    else:
        shown = next((item for item in texts if match_wording(item, text) is not None), None)
        pieces = split_varying(shown, text) if shown else [(text, False)]
        caption = Markup("Underlined parts vary." if any(varies for _, varies in pieces) else "")
        if text == record.signals:
            caption = Markup("The signal that ended the program. It printed nothing itself.")
    if record.caused_by:
        inner = record.caused_by[0].message[0].text
        caption = Markup("Further up in the traceback: <code>{}</code>.").format(inner) + Markup(" ") + caption
    html = (Markup("<var>{}</var>").format(piece) if varies else escape(piece) for piece, varies in pieces)
    return Message(Markup("").join(html), text, len(text) > LONG or text.count("\n") > 2, caption)
