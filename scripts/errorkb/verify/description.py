"""Describes classes and exceptions in JSON. Runs inside the sandbox for the observer, on Python 3.8 and later.

Imports nothing but ``sys``: the observer must not load a module before the program does.
"""

import sys

MYPY = False
if MYPY:
    from types import TracebackType

TEXT_CHARACTERS = 8000
SHORT_CHARACTERS = 500
MANY = 20
DEEP = 5
# Attributes that live in the type, not in the instance's own dictionary.
BUILT_IN_ATTRIBUTES = ("errno", "strerror", "filename", "filename2", "name", "path", "code", "reason", "lineno", "msg")
BUILT_IN_KINDS = ("member_descriptor", "getset_descriptor")


def _quote(text: str) -> str:
    """Render a string as JSON. The module json would load others before the program does."""
    out = []
    for character in text:
        number = ord(character)
        if 0xD800 <= number < 0xE000:
            number = 0xFFFD
        if character in '"\\':
            out.append("\\" + character)
        elif 32 <= number < 127:
            out.append(character)
        elif number < 0x10000:
            out.append(f"\\u{number:04x}")
        else:
            high, low = divmod(number - 0x10000, 0x400)
            out.append(f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}")
    return '"' + "".join(out) + '"'


def render_json(value: object) -> str:
    """Render what the functions below return as JSON in ASCII."""
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, str):
        return _quote(value[:])
    if isinstance(value, dict):
        return "{" + ",".join(_quote(key) + ":" + render_json(item) for key, item in value.items()) + "}"
    assert isinstance(value, (list, tuple))
    return "[" + ",".join([render_json(item) for item in value]) + "]"


def render_text(value: object, limit: int = TEXT_CHARACTERS) -> str:
    """Render a value as ``str`` does, cut at so many characters. Never raises."""
    try:
        return str.__str__(str(value))[:limit]
    except Exception as failure:
        return f"<str() raised {type(failure).__name__}>"


def name_class(kind: type) -> str:
    """Return the module and qualified name that a class claims."""
    return f"{render_text(kind.__module__)}.{render_text(kind.__qualname__)}"


def _leads_to(kind: type) -> bool:
    """Whether the name of a class leads to this very class: a class can lie about where it is from."""
    try:
        found: object = sys.modules[kind.__module__]
        for part in kind.__qualname__.split("."):
            found = getattr(found, part)
        return found is kind
    except Exception:
        return False


def describe_class(kind: type) -> "dict[str, object]":
    """Describe a class by its name, the names of its bases, and which of these lead to another class or none."""
    bases = type.__dict__["__mro__"].__get__(kind)
    return {
        "class": name_class(kind),
        "mro": [name_class(base) for base in bases],
        "unproven": [name_class(base) for base in bases if not _leads_to(base)],
    }


def _is_plain(value: object) -> bool:
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return value is None or isinstance(value, str)


def _attributes(error: BaseException) -> "dict[str, object]":
    own = dict(vars(error))
    for name in BUILT_IN_ATTRIBUTES:
        if name not in own and type(getattr(type(error), name, None)).__name__ in BUILT_IN_KINDS:
            own[name] = getattr(error, name)
    response = own.get("response")
    if isinstance(response, dict):
        response = response.get("ResponseMetadata")
        own["response.status_code"] = response.get("HTTPStatusCode") if isinstance(response, dict) else None
    elif response is not None:
        own["response.status_code"] = getattr(response, "status_code", None)
    plain = {render_text(key, 100): value for key, value in own.items() if _is_plain(value)}
    kept = sorted(plain.items())[:30]
    return {key: render_text(value, SHORT_CHARACTERS) if isinstance(value, str) else value for key, value in kept}


def _chain(error: BaseException) -> "list[dict[str, object]]":
    """Follow what Python prints above an exception: its cause, else its context unless that is suppressed."""
    links: "list[dict[str, object]]" = []
    current = error
    seen = {id(error)}
    while len(links) < MANY:
        relation = "cause" if current.__cause__ is not None else "context"
        above = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
        if above is None or id(above) in seen:
            break
        links.append({"relation": relation, "class": name_class(type(above)), "message": render_text(above)})
        seen.add(id(above))
        current = above
    return links


def _members(error: BaseException, depth: int = 0) -> "list[dict[str, object]]":
    inside = getattr(error, "exceptions", None)
    if depth == DEEP or not isinstance(inside, tuple):
        return []
    return [
        {**describe_class(type(one)), "message": render_text(one), "members": _members(one, depth + 1)}
        for one in inside[:MANY]
        if isinstance(one, BaseException)
    ]


def _innermost(trace: "TracebackType | None") -> "dict[str, object] | None":
    if trace is None:
        return None
    while trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    return {"file": code.co_filename, "line": trace.tb_lineno, "function": code.co_name}


def describe_error(error: BaseException, trace: "TracebackType | None") -> "dict[str, object]":
    """Describe an exception: class, message, plain attributes, chain, group members, notes, innermost frame."""
    notes = getattr(error, "__notes__", [])
    return {
        **describe_class(type(error)),
        "message": render_text(error),
        "attributes": _attributes(error),
        "chain": _chain(error),
        "members": _members(error),
        "notes": [render_text(note, SHORT_CHARACTERS) for note in notes[:MANY]] if isinstance(notes, list) else [],
        "innermost": _innermost(trace),
    }
