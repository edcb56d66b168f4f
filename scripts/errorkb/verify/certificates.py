"""The throw-away authority of one worker, and the certificate that each host of a run shows."""

from __future__ import annotations

import datetime
import os
import ssl
from collections.abc import Mapping

import trustme

from errorkb.model.server import Tls

NO_NAME = "localhost"  # what a client asks for that names no host, having dialled an address
ENDED = datetime.datetime(2002, 1, 1, tzinfo=datetime.UTC)


class Authority:
    """Issues certificates in memory. Nothing is written to disk, so nothing is left there."""

    def __init__(self) -> None:
        self._trusted = trustme.CA()
        self._unknown = trustme.CA()
        self._contexts: dict[tuple[str, Tls], ssl.SSLContext] = {}

    @property
    def certificate(self) -> bytes:
        """The authority's own certificate (PEM): what the sandbox trusts, and all that it trusts."""
        return self._trusted.cert_pem.bytes()

    def make_server_context(self, hosts: Mapping[str, Tls]) -> ssl.SSLContext:
        """Return a server's context that shows each host the certificate it is to have, chosen by SNI."""
        default = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)

        def choose(connection: ssl.SSLObject | ssl.SSLSocket, name: str | None, _: ssl.SSLContext) -> None:
            host = name or NO_NAME
            connection.context = self._make_context(host, hosts.get(host, "valid"))

        default.sni_callback = choose
        return default

    def _make_context(self, host: str, tls: Tls) -> ssl.SSLContext:
        if (host, tls) not in self._contexts:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            _load_certificate(context, self._issue(host, tls))
            self._contexts[host, tls] = context
        return self._contexts[host, tls]

    def _issue(self, host: str, tls: Tls) -> bytes:
        """Return key and certificate (PEM). A chain holds no root, as real servers send none."""
        if tls == "self-signed":
            own = trustme.CA()
            return own.private_key_pem.bytes() + own.cert_pem.bytes()
        if tls == "expired":
            start = ENDED - datetime.timedelta(days=365)
            leaf = self._trusted.issue_cert(host, not_before=start, not_after=ENDED)
        elif tls == "unknown-ca":
            leaf = self._unknown.issue_cert(host)
        else:
            names = ("wrong.example",) if tls == "wrong-host" else (host, "127.0.0.1") if host == NO_NAME else (host,)
            leaf = self._trusted.issue_cert(*names)
        return leaf.private_key_and_cert_chain_pem.bytes()


def _load_certificate(context: ssl.SSLContext, pem: bytes) -> None:
    """Give a context its key through a file in memory: ``load_cert_chain`` takes paths only."""
    with os.fdopen(os.memfd_create("certificate"), "wb") as file:
        file.write(pem)
        file.flush()
        context.load_cert_chain(f"/proc/self/fd/{file.fileno()}")
