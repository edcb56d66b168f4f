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

HERE = __file__.rpartition("/")[0]
LIBRARY = os.__file__.rpartition("/")[0] + "/"
VARIABLE = "ERRORKB_OBSERVER"
HIGH_DESCRIPTOR = 900
PACKET_BYTES = 60000
SHORTENED = ("event", "class", "mro", "unproven", "child")


def _quietly(work: "Callable[..., Any]") -> "Callable[..., None]":
    def safe(*arguments: object) -> None:
        try:
            work(*arguments)
        except BaseException:
            pass

    return safe


class Observer:
    """Sends one event for each thing seen, over a descriptor that it keeps."""

    def __init__(self, descriptor: int, token: bytes) -> None:
        self._descriptor = descriptor
        self._token = token
        self._write, self._getpid = os.write, os.getpid
        self._first = os.getpid()
        self._pending = {
            "threading": ("excepthook", self._watch_threads),
            "logging": ("setLogRecordFactory", self._watch_logging),
        }

    def begin(self) -> None:
        """Watch from now on."""
        self._watch_warnings(warnings)
        atexit.register(_quietly(lambda: self._send("exit", {})))
        sys.addaudithook(_quietly(self._look))
        self._send("start", {})

    def _send(self, event: str, facts: "dict[str, object]") -> None:
        facts = {"event": event, **facts}
        if self._getpid() != self._first:
            facts["child"] = True
        packet = say.render_json(facts).encode("ascii")
        if len(packet) > PACKET_BYTES:
            short = {key: value for key, value in facts.items() if key in SHORTENED}
            message = say.render_text(facts.get("message"), 1000)
            packet = say.render_json({**short, "message": message, "cut": True}).encode("ascii")
        self._write(self._descriptor, self._token + packet)

    def _look(self, event: str, arguments: "tuple[Any, ...]") -> None:
        """Called by the interpreter before anything that a program can set up, and out of its reach (PEP 578)."""
        if event == "sys.excepthook":
            self._send("uncaught", say.describe_error(arguments[2], arguments[3]))
        elif event == "sys.unraisablehook":
            self._send("unraisable", say.describe_error(arguments[1].exc_value, arguments[1].exc_traceback))
        # Both modules are whole before the first use that matters, and that use raises an event of its own:
        # starting a thread, and sys._getframe, by which logging finds its caller.
        for name in tuple(self._pending):
            module = sys.modules.get(name)
            attribute, watch = self._pending[name]
            if module is not None and hasattr(module, attribute):
                del self._pending[name]
                if (getattr(module, "__file__", None) or "").startswith(LIBRARY):
                    watch(module)

    def _watch_threads(self, module: "Any") -> None:
        hook, report = module.excepthook, _quietly(self._report_thread)

        def excepthook(arguments: "Any", /) -> None:
            report(arguments)
            hook(arguments)

        module.excepthook = excepthook

    def _report_thread(self, arguments: "Any") -> None:
        if arguments.exc_type is not SystemExit:
            self._send("thread", say.describe_error(arguments.exc_value, arguments.exc_traceback))

    def _watch_warnings(self, module: "Any") -> None:
        show, report = module._showwarnmsg_impl, _quietly(self._report_warning)

        def show_warning(shown: "Any") -> None:
            report(shown)
            show(shown)

        module._showwarnmsg_impl = show_warning

    def _report_warning(self, shown: "Any") -> None:
        place = {"file": say.render_text(shown.filename, say.SHORT_CHARACTERS), "line": shown.lineno}
        kind = say.describe_class(shown.category)
        self._send("warning", {**kind, "message": say.render_text(shown.message), **place})

    def _watch_logging(self, module: "Any") -> None:
        make, report = module.getLogRecordFactory(), _quietly(self._report_log)

        def factory(*arguments: "Any", **named: "Any") -> "Any":
            record = make(*arguments, **named)
            report(record)
            return record

        module.setLogRecordFactory(factory)

    def _report_log(self, record: "Any") -> None:
        raised = record.exc_info[0] if record.exc_info else None
        try:
            message = record.getMessage()
        except Exception:
            message = record.msg
        facts: "dict[str, object]" = {
            "logger": say.render_text(record.name, say.SHORT_CHARACTERS),
            "level": say.render_text(record.levelname, 100),
            "message": say.render_text(message),
            "raised": say.name_class(raised) if raised else None,
        }
        self._send("log", facts)


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
    Observer(HIGH_DESCRIPTOR, os.read(HIGH_DESCRIPTOR, 100)).begin()


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
