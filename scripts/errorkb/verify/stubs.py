"""The stub internet of one run: every host that the record names, on :80 and :443, answering by its rules."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from aiohttp import web

from errorkb.model.server import Answer, Rule, StubHost
from errorkb.verify.certificates import Authority
from errorkb.verify.runs import Request

# Fixed, so that a program which prints headers prints the same on every run and machine. A record's answer may
# state its own.
DATE = "Tue, 24 Nov 2026 12:00:00 GMT"
SERVER = "stub"
UNFIT = Answer(status=404, body="No rule of the stub fits this request.\n")


class StubInternet:
    """Servers for the hosts of one run: entered, they listen; left, they are gone. ``requests`` reached them."""

    def __init__(
        self, hosts: Mapping[str, StubHost], authority: Authority, *, http_port: int = 80, https_port: int = 443
    ) -> None:
        self.requests: list[Request] = []
        self._hosts = hosts
        self._context = authority.make_server_context({name: host.tls for name, host in hosts.items()})
        self._ports = (http_port, https_port)
        self._runner = web.ServerRunner(web.Server(self._answer, access_log=None), shutdown_timeout=0)

    async def __aenter__(self) -> StubInternet:
        """Listen, if there is any host: a run without hosts finds the ports closed."""
        if self._hosts:
            await self._runner.setup()
            http_port, https_port = self._ports
            await web.TCPSite(self._runner, "127.0.0.1", http_port).start()
            await web.TCPSite(self._runner, "127.0.0.1", https_port, ssl_context=self._context).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.headers.get("Expect", "").lower() == "100-continue" and request.transport:
            request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")  # boto3 waits for it before it sends the body
        body = await request.content.read()
        host = request.host.rpartition(":")[0] or request.host
        stub = self._hosts.get(host.lower())
        answer = choose_answer(stub.rules if stub else [], request, body)
        path = request.rel_url.raw_path  # without the query, which may hold keys
        status = None if answer.drop else answer.status
        self.requests.append(Request(method=request.method, host=host.lower(), path=path, status=status))
        await asyncio.sleep(answer.delay)
        return await _send(request, answer)


def choose_answer(rules: list[tuple[Rule, Answer]], request: web.BaseRequest, body: bytes) -> Answer:
    """Return the answer of the first rule that fits a request, or a 404 that says that none does."""
    return next((answer for rule, answer in rules if _fits(rule, request, body)), UNFIT)


def _fits(rule: Rule, request: web.BaseRequest, body: bytes) -> bool:
    method, _, path = rule.request.partition(" ")
    if method != request.method or path not in ("*", request.rel_url.raw_path):
        return False
    if rule.token is not None and not any(value.split(" ")[-1] == rule.token for value in request.headers.values()):
        return False
    return rule.json_holds is None or _holds(body, rule.json_holds)


def _holds(body: bytes, wanted: Mapping[str, Any]) -> bool:
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(sent, dict) and all(key in sent and sent[key] == value for key, value in wanted.items())


def render_body(answer: Answer) -> tuple[bytes, str]:
    """Render an answer's body and its content type: text as it stands, everything else as JSON."""
    if isinstance(answer.body, str):
        return answer.body.encode(), "text/plain; charset=utf-8"
    return json.dumps(answer.body, ensure_ascii=False).encode(), "application/json"


async def _send(request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
    if answer.drop:
        return _hang_up(request, web.Response())
    body, kind = render_body(answer)
    headers = {"Content-Type": kind, "Date": DATE, "Server": SERVER}
    headers = {name: value for name, value in headers.items() if name.lower() not in map(str.lower, answer.headers)}
    headers |= answer.headers
    if answer.truncate is None:
        return web.Response(status=answer.status, body=body, headers=headers)
    response = web.StreamResponse(status=answer.status, headers=headers)
    response.content_length = len(body)
    await response.prepare(request)
    await response.write(body[: answer.truncate])
    return _hang_up(request, response)


def _hang_up(request: web.BaseRequest, response: web.StreamResponse) -> web.StreamResponse:
    """Close the connection after what was written so far, in good order as a server that stops does."""
    if request.transport:
        request.transport.close()
    return response
