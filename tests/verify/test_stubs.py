"""The stubs' rules, answers and faults, on loopback ports of this machine."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from errorkb.model.server import Answer, Rule, StubHost, Tls
from errorkb.verify.certificates import Authority
from errorkb.verify.runs import Request
from errorkb.verify.stubs import StubInternet

HOST = "api.example.com"
GOOD, BAD = Answer(body={"ok": True}), Answer(status=401, body={"error": "key"})


def free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]


def talk(host: StubHost, speak: Callable[[aiohttp.ClientSession, str], Awaitable[Any]]) -> tuple[Any, list[Request]]:
    """Run a client's part against one stub over plain HTTP."""

    async def run() -> tuple[Any, list[Request]]:
        http, https = free_ports()
        stubs = StubInternet({HOST: host}, Authority(), http_port=http, https_port=https)
        async with stubs, aiohttp.ClientSession(headers={"Host": HOST}) as session:
            return await speak(session, f"http://127.0.0.1:{http}"), stubs.requests

    return asyncio.run(run())


def stub(*rules: tuple[Rule, Answer], tls: Tls = "valid") -> StubHost:
    return StubHost(tls=tls, rules=list(rules))


def rule(request: str, **rest: object) -> Rule:
    return Rule.model_validate({"request": request, "answer": "a", **rest})


@pytest.mark.parametrize(
    ("rules", "headers", "body", "status"),
    [
        ([(rule("GET /x"), GOOD)], {}, b"", 404),
        ([(rule("POST /x"), GOOD)], {}, b"", 200),
        ([(rule("POST *"), GOOD)], {}, b"", 200),
        ([(rule("POST *", token="k"), GOOD), (rule("POST *"), BAD)], {"Authorization": "Bearer k"}, b"", 200),
        ([(rule("POST *", token="k"), GOOD), (rule("POST *"), BAD)], {"X-Api-Key": "k"}, b"", 200),
        ([(rule("POST *", token="k"), GOOD), (rule("POST *"), BAD)], {"X-Api-Key": "kk"}, b"", 401),
        ([(rule("POST *", json={"model": "m"}), GOOD)], {}, b'{"model": "m", "n": 1}', 200),
        ([(rule("POST *", json={"model": "m"}), GOOD)], {}, b'{"model": "n"}', 404),
        ([(rule("POST *", json={"model": "m"}), GOOD)], {}, b"no JSON", 404),
        ([(rule("POST *", json={"model": None}), GOOD)], {}, b"{}", 404),
    ],
)
def test_the_first_rule_that_fits_answers(
    rules: list[tuple[Rule, Answer]], headers: dict[str, str], body: bytes, status: int
) -> None:
    async def speak(session: aiohttp.ClientSession, url: str) -> int:
        async with session.post(f"{url}/x?key=secret", headers=headers, data=body) as response:
            return response.status

    seen, requests = talk(stub(*rules), speak)
    assert seen == status
    assert requests == [Request(method="POST", host=HOST, path="/x", status=status)]


def test_answers_look_the_same_on_every_machine() -> None:
    async def speak(session: aiohttp.ClientSession, url: str) -> tuple[dict[str, str], bytes]:
        async with session.get(url) as response:
            return dict(response.headers), await response.read()

    seen, _ = talk(stub((rule("GET /"), Answer(body="text", headers={"server": "mine"}))), speak)
    headers = {
        "Content-Type": "text/plain; charset=utf-8",
        "Date": "Tue, 24 Nov 2026 12:00:00 GMT",
        "Server": "mine",
        "Content-Length": "4",
    }
    assert seen == (headers, b"text")


@pytest.mark.parametrize(
    ("answer", "error", "status"),
    [
        (Answer(drop=True), aiohttp.ServerDisconnectedError, None),
        (Answer(body="0123456789", truncate=3), aiohttp.ClientPayloadError, 200),
        (Answer(delay=5), TimeoutError, 200),
    ],
)
def test_faults(answer: Answer, error: type[Exception], status: int | None) -> None:
    async def speak(session: aiohttp.ClientSession, url: str) -> None:
        with pytest.raises(error):
            async with session.post(url, data=b"x", timeout=aiohttp.ClientTimeout(0.3)) as response:
                await response.read()

    _, requests = talk(stub((rule("POST /"), answer)), speak)
    assert [request.status for request in requests] == [status]


@pytest.mark.parametrize(
    ("tls", "message"),
    [
        ("valid", None),
        ("expired", "certificate has expired"),
        ("self-signed", "self-signed certificate"),
        ("unknown-ca", "unable to get local issuer certificate"),
        ("wrong-host", f"Hostname mismatch, certificate is not valid for '{HOST}'."),
    ],
)
def test_certificates(tls: Tls, message: str | None) -> None:
    async def run() -> str | None:
        http, https = free_ports()
        authority = Authority()
        trust = ssl.create_default_context(cadata=authority.certificate.decode())
        async with StubInternet({HOST: stub(tls=tls)}, authority, http_port=http, https_port=https):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", https, ssl=trust, server_hostname=HOST)
            except ssl.SSLCertVerificationError as failure:
                return failure.verify_message
            writer.close()
            await writer.wait_closed()
            return None

    assert asyncio.run(run()) == message


def test_the_servers_are_gone_afterwards() -> None:
    async def run() -> tuple[int, int]:
        http, https = free_ports()
        async with StubInternet({HOST: stub()}, Authority(), http_port=http, https_port=https):
            pass
        return http, https

    for port in asyncio.run(run()):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))
