"""Reports what print does not show. Runs inside the sandbox, as ``sitecustomize``, on Python 3.8 and later.

It must change nothing that a program can see. So it imports only what starting Python loads anyway, and ``warnings``
(a snippet may shadow ``logging`` or ``string`` by a file of its own), looks at other modules once the program has
loaded them, takes itself out of ``sys.path``, ``sys.modules`` and the environment, keeps to a high descriptor, and
swallows its own errors. Each event is one packet: a token that the program never sees, then JSON.
"""

import atexit
import os
import sys
import warnings

from errorkb.verify import description as say

MYPY = False
if MYPY:
    from collections.abc import Callable
    from typing import Any

HERE = os.path.dirname(__file__)
VARIABLE = "ERRORKB_OBSERVER"
HIGH_DESCRIPTOR = 900
PACKET_BYTES = 60000
LIBRARY = os.path.dirname(os.__file__) + os.sep


def _quietly(work: "Callable[..., Any]") -> "Callable[..., None]":
    def safe(*arguments: object) -> None:
        try:
            work(*arguments)
        except BaseException:
            pass

    return safe


def _observe(descriptor: int, token: bytes) -> None:
    write, getpid, first = os.write, os.getpid, os.getpid()
    pending = {"threading", "logging"}

    def send(event: str, facts: "dict[str, object]") -> None:
        facts = {"event": event, **facts}
        if getpid() != first:
            facts["child"] = True
        packet = say.render_json(facts).encode("ascii")
        if len(packet) > PACKET_BYTES:
            short = {
                key: value for key, value in facts.items() if key in ("event", "class", "mro", "child", "category")
            }
            packet = say.render_json(
                {**short, "message": say.render_text(facts.get("message"), 1000), "cut": True}
            ).encode("ascii")
        write(descriptor, token + packet)

    @_quietly
    def report_thread(arguments: "Any") -> None:
        if arguments.exc_type is not SystemExit:
            send("thread", say.describe_error(arguments.exc_value, arguments.exc_traceback))

    @_quietly
    def report_warning(shown: "Any") -> None:
        kind = say.describe_class(shown.category)
        place = {"file": say.render_text(shown.filename, say.SHORT_CHARACTERS), "line": shown.lineno}
        send("warning", {**kind, "message": say.render_text(shown.message), **place})

    @_quietly
    def report_log(record: "Any") -> None:
        raised = record.exc_info[0] if record.exc_info else None
        try:
            message = record.getMessage()
        except Exception:
            message = record.msg
        names = {
            "logger": say.render_text(record.name, say.SHORT_CHARACTERS),
            "level": say.render_text(record.levelname, 100),
        }
        send(
            "log", {**names, "message": say.render_text(message), "raised": say.name_class(raised) if raised else None}
        )

    def watch_threads(module: "Any") -> None:
        hook = module.excepthook

        def excepthook(arguments: "Any", /) -> None:
            report_thread(arguments)
            hook(arguments)

        module.excepthook = excepthook

    def watch_logging(module: "Any") -> None:
        make = module.getLogRecordFactory()

        def factory(*arguments: "Any", **named: "Any") -> "Any":
            record = make(*arguments, **named)
            report_log(record)
            return record

        module.setLogRecordFactory(factory)

    def watch_warnings(module: "Any") -> None:
        show = module._showwarnmsg_impl

        def show_warning(shown: "Any") -> None:
            report_warning(shown)
            show(shown)

        module._showwarnmsg_impl = show_warning

    ready = {"threading": ("excepthook", watch_threads), "logging": ("setLogRecordFactory", watch_logging)}

    @_quietly
    def look(event: str, arguments: "tuple[Any, ...]") -> None:
        """Called by the interpreter before anything that a program can set up, and out of its reach (PEP 578)."""
        if event == "sys.excepthook":
            send("uncaught", say.describe_error(arguments[2], arguments[3]))
        elif event == "sys.unraisablehook":
            unraisable = arguments[1]
            send("unraisable", say.describe_error(unraisable.exc_value, unraisable.exc_traceback))
        # Both modules are whole before the first use that matters, and that use raises an event of its own:
        # starting a thread, and sys._getframe, by which logging finds its caller.
        for name in tuple(pending):
            module = sys.modules.get(name)
            attribute, watch = ready[name]
            if module is not None and hasattr(module, attribute):
                pending.discard(name)
                if (getattr(module, "__file__", None) or "").startswith(LIBRARY):
                    watch(module)

    watch_warnings(warnings)
    atexit.register(_quietly(lambda: send("exit", {})))
    sys.addaudithook(look)
    send("start", {})


def _begin() -> None:
    low = int(os.environ.pop(VARIABLE))
    rest = os.environ.pop("PYTHONPATH")[len(HERE) :].lstrip(os.pathsep)
    if rest:
        os.environ["PYTHONPATH"] = rest
    sys.path[:] = [entry for entry in sys.path if entry != HERE]
    for entry in [entry for entry in sys.path_importer_cache if entry.startswith(HERE)]:
        del sys.path_importer_cache[entry]
    for name in ("errorkb.verify.description", "errorkb.verify", "errorkb"):
        del sys.modules[name]
    os.dup2(low, HIGH_DESCRIPTOR, inheritable=False)
    os.close(low)
    _observe(HIGH_DESCRIPTOR, os.read(HIGH_DESCRIPTOR, 100))


def _make_room() -> None:
    """Leave the name to the machine's own sitecustomize, or to none, as if this file were not here."""
    spec = sys.modules["_frozen_importlib_external"].PathFinder.find_spec("sitecustomize")
    if spec is None or spec.loader is None:
        raise ImportError(name="sitecustomize")
    module = type(sys)("sitecustomize")
    module.__spec__, module.__file__, module.__loader__ = spec, spec.origin, spec.loader
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


if __name__ == "sitecustomize":
    _begin()
    _make_room()
