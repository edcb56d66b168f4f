"""How a worker reads an ending and a report, and how it is started."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from errorkb.verify.namespace import build_worker_command
from errorkb.verify.process import Ended
from errorkb.verify.runs import Ending, Interpreter, Run
from errorkb.verify.stage import find_closed
from errorkb.verify.worker import _serve, make_result, read_report

RUN = Run(key="k", arguments=["app.py"], files={}, env={}, python="3.11", environment="e", hosts={})


@pytest.mark.parametrize(
    ("ending", "status", "expected"),
    [
        ("exited", 0, ("exited", 0, None)),
        ("exited", 127, ("exited", 127, None)),
        ("exited", 139, ("signalled", None, "SIGSEGV")),
        ("exited", 255, ("exited", 255, None)),
        ("timed-out", 137, ("timed-out", None, None)),
        ("over-memory", None, ("over-memory", None, None)),
    ],
)
def test_endings(ending: Ending, status: int | None, expected: tuple[str, int | None, str | None]) -> None:
    result = make_result(RUN, "3.11.7", Ended(ending, status, b"out \xff", b"", []), [])
    assert (result.ending, result.exit_code, result.signal) == expected
    assert result.stdout == "out \ufffd"


def test_a_packet_without_the_token_is_forged() -> None:
    assert read_report([b'T{"event": "start"}', b'{"event": "exit"}'], b"T") == [
        {"event": "start"},
        {"event": "forged"},
    ]


def test_the_topmost_folder_that_others_may_not_enter_is_found(tmp_path: Path) -> None:
    deep = tmp_path / "open/closed/open/closed/here"
    deep.mkdir(parents=True)
    for folder, mode in ((tmp_path / "open/closed/open/closed", 0o700), (tmp_path / "open/closed", 0o700)):
        folder.chmod(mode)
    above = find_closed(deep)
    assert above
    assert above in (tmp_path / "open/closed", *(tmp_path / "open/closed").parents)


def test_root_goes_the_ordinary_users_way_after_letting_go() -> None:
    interpreter = Interpreter(executable="/x/bin/python3.11", prefix="/x", version="3.11.7", banner="3.11.7")
    ordinary = build_worker_command(1000, 3, {"3.11": interpreter}, Path("/e"))
    root = build_worker_command(0, 3, {"3.11": interpreter}, Path("/e"))
    namespaces = "unshare --user --map-root-user --net --mount --pid --fork --kill-child --mount-proc --"
    assert " ".join(ordinary).startswith(namespaces)
    assert root[-len(ordinary) :] == ordinary
    assert root[:3] == ["unshare", "--mount", "--"]
    assert "setpriv --reuid 61003 --regid 61003 --clear-groups --inh-caps=-all --" in " ".join(root)


class LeftToTheKernel(Exception):  # noqa: N818  named for what happened
    """Raised in place of ending the process."""


def test_a_run_that_does_not_end_with_the_input_is_left_to_the_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stubborn:
        async def run(self, run: Run) -> None:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                await asyncio.sleep(60)

    def leave(code: int) -> None:
        raise LeftToTheKernel

    async def serve(worker: Any) -> None:
        reader = asyncio.StreamReader()
        reader.feed_data(RUN.model_dump_json(by_alias=True).encode() + b"\n")
        reader.feed_eof()
        await _serve(reader, worker)

    monkeypatch.setattr("errorkb.verify.worker.ENDING_SECONDS", 0.01)
    monkeypatch.setattr("os._exit", leave)
    with pytest.raises(LeftToTheKernel):
        asyncio.run(asyncio.wait_for(serve(Stubborn()), 5))
