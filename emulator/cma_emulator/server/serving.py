"""The emulator over HTTP, on top of `Emulator.handle`."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
import threading
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, unquote

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from uvicorn.protocols.http.h11_impl import H11Protocol

from ..answers import Answer, Request
from ..settings import Settings
from .controls import control_routes
from .emulator import Emulator, Outcome
from .faults import Fault

HOST = "127.0.0.1"


class NoPort(Exception):
    """A port cannot be used; the message is a sentence for the user."""


MAX_BODY = 64 << 20
MAX_WRITE = 1 << 18
Message = dict[str, Any]


class Protocol(H11Protocol):
    """uvicorn's protocol that also passes on its connection, because faults may break it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Wrap the application."""
        super().__init__(*args, **kwargs)
        inner = self.app

        async def with_connection(scope: Any, receive: Any, send: Any) -> None:
            scope["connection"] = self.transport
            await inner(scope, receive, send)

        self.app = with_connection


class Api:
    """The ASGI application for all paths except the control routes."""

    def __init__(self, emulator: Emulator) -> None:
        """Serve an emulator."""
        self._emulator = emulator

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        request = await _read(scope, receive)
        outcome = await self._emulator.handle(request)
        kind = outcome.fault.kind if outcome.fault else ""
        if outcome.fault is not None and kind == "endless":
            await _endless(outcome, outcome.fault.size, send)
        elif kind not in {"drip", "reset", "cut"}:
            await _write(outcome, send)
        else:
            await _break(outcome, scope["connection"], send)
            # Without this wait uvicorn reports an error, as it has not seen the connection end.
            await receive()


def application(settings: Settings) -> Starlette:
    """Return the emulator as an ASGI application."""
    emulator = Emulator(settings)
    routes = [*control_routes(emulator), Mount("/", app=Api(emulator))]
    return Starlette(routes=routes)


def listen(port: int) -> socket.socket:
    """Return a socket that listens on the loopback address; port 0 selects a free port.

    Raises NoPort if the port is in use, not permitted or not a port.
    """
    # asyncio disables Nagle's algorithm only for sockets with a protocol; otherwise each answer
    # waits 40 ms.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":
        # On Windows this option would share the port with another program.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen(256)
    except (OSError, OverflowError) as problem:
        listening.close()
        reason = getattr(problem, "strerror", None) or "it must be from 0 to 65535"
        raise NoPort(f"Port {port} cannot be used ({reason}).") from problem
    return listening


def url_of(listening: socket.socket) -> str:
    """Return the base URL of a listening socket."""
    return f"http://{HOST}:{listening.getsockname()[1]}"


def server_for(settings: Settings) -> uvicorn.Server:
    """Return a server, to be run with a socket."""
    config = uvicorn.Config(
        application(settings),
        http=Protocol,
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        date_header=False,
        server_header=False,
        timeout_keep_alive=120,
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)


@contextmanager
def running(settings: Settings | None = None, port: int = 0) -> Iterator[str]:
    """Serve in a thread until the context ends; yields the base URL."""
    with listen(port) as listening:
        server = server_for(settings or Settings())
        serving = threading.Thread(target=server.run, args=([listening],), daemon=True)
        serving.start()
        try:
            yield url_of(listening)
        finally:
            server.should_exit = True
            serving.join(timeout=10)


async def _read(scope: MutableMapping[str, Any], receive: Any) -> Request:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body") or len(body) > MAX_BODY:
            break
    path = unquote(scope["raw_path"].decode("latin-1"))
    query = parse_qsl(scope["query_string"].decode(), keep_blank_values=True)
    headers = {name.decode("latin-1").lower(): v.decode("latin-1") for name, v in scope["headers"]}
    return Request(scope["method"], path, tuple(query), headers, body)


async def _write(outcome: Outcome, send: Any) -> None:
    body = outcome.answer.body or b""
    await send(_start(outcome.answer))
    if outcome.fault is not None and outcome.fault.where == "body":
        half = len(body) // 2
        await send({"type": "http.response.body", "body": body[:half], "more_body": True})
        await asyncio.sleep(outcome.fault.seconds)
        body = body[half:]
    await send({"type": "http.response.body", "body": body})


async def _break(outcome: Outcome, connection: Any, send: Any) -> None:
    """Send an answer byte by byte, or half of it and close, or reset the connection."""
    if outcome.fault is not None and outcome.fault.kind == "reset":
        _reset(connection)
        return
    if outcome.fault is not None and outcome.fault.kind == "drip":
        await _drip(outcome.answer, outcome.fault, connection)
        return
    body = outcome.answer.body or b""
    await send(_start(outcome.answer))
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    connection.close()


async def _drip(answer: Answer, fault: Fault, connection: Any) -> None:
    """Send the body, or headers and body, byte by byte until the client closes."""
    start = _start(answer)
    head = f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\n".encode()
    head += b"".join(b"%b: %b\r\n" % pair for pair in start["headers"])
    head += b"Connection: close\r\n\r\n"
    at_once = b"" if fault.where == "headers" else head
    connection.write(at_once)
    for byte in (head + (answer.body or b""))[len(at_once) :]:
        if connection.is_closing():
            break
        connection.write(bytes([byte]))
        await asyncio.sleep(fault.seconds)
    connection.close()


async def _endless(outcome: Outcome, size: int, send: Any) -> None:
    """Send ``size`` spaces without a length, or fewer if the client closes."""
    headers = [(b"content-type", b"application/json")]
    await send(
        {"type": "http.response.start", "status": outcome.answer.status, "headers": headers}
    )
    for _ in range(size // MAX_WRITE):
        await send({"type": "http.response.body", "body": b" " * MAX_WRITE, "more_body": True})
    await send({"type": "http.response.body"})


def _start(answer: Answer) -> Message:
    headers = {**answer.headers}
    if answer.status != 204:  # noqa: PLR2004 - No Content
        headers["Content-Length"] = str(len(answer.body or b""))
    pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    return {"type": "http.response.start", "status": answer.status, "headers": pairs}


def _reset(connection: Any) -> None:
    """Close with a TCP reset, which a linger time of 0 seconds causes."""
    plain = connection.get_extra_info("socket")
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.abort()
