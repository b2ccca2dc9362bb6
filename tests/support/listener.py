"""A server on this machine, other than the emulator, that records the requests it receives."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

EMPTY = {"sys": {"type": "Array"}, "total": 0, "limit": 100, "skip": 0, "items": []}


class Listener(ThreadingHTTPServer):
    """A server that records requests: an API without records, or a proxy that refuses."""

    def __init__(self, certificate: Path | None = None, refusal: int = 502) -> None:
        """Listen on a port of this machine, with TLS if there is a certificate.

        *refusal* is the status of the answer to a request for a tunnel.
        """
        self.received: list[str] = []
        self.refusal = refusal
        super().__init__(("127.0.0.1", 0), _Handler)
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, certificate.with_suffix(".key"))
            self.socket = context.wrap_socket(self.socket, server_side=True)
        scheme = "http" if certificate is None else "https"
        self.url = f"{scheme}://localhost:{self.server_port}"

    def handle_error(self, *_: Any) -> None:
        """Ignore clients that hang up during the handshake, which the tests expect."""


class _Handler(BaseHTTPRequestHandler):
    server: Listener

    def do_GET(self) -> None:
        """Answer with an empty collection."""
        self._note()
        body = json.dumps(EMPTY).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_CONNECT(self) -> None:
        """Refuse to be a proxy."""
        self._note()
        self.send_error(self.server.refusal)

    def log_message(self, *_: Any) -> None:
        """Print nothing."""

    def _note(self) -> None:
        self.server.received.append(f"{self.command} {self.path} {dict(self.headers)}")


@contextmanager
def serving(listener: Listener) -> Iterator[Listener]:
    """Serve until the end of the block."""
    thread = threading.Thread(target=listener.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield listener
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()
