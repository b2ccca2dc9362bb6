"""A deadline for a complete answer.

The time-outs of `requests` count from one byte to the next, so they never end an answer that comes
byte by byte.  A deadline shuts the connection down instead.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from queue import SimpleQueue
from types import TracebackType
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

_USED = threading.local()
"""The present connection of each thread."""


class _Noted:
    """A connection that its thread can find while it waits for an answer."""

    sock: Any

    def putrequest(self, *args: Any, **options: Any) -> None:
        """Begin a request."""
        _USED.connection = self
        super().putrequest(*args, **options)  # type: ignore[misc]

    def getresponse(self, *args: Any, **options: Any) -> Any:
        """Wait for an answer to a request that was sent.

        A connection that the server will close forgets its socket before the body is read.
        """
        _USED.sent_at, _USED.socket = time.monotonic(), self.sock
        return super().getresponse(*args, **options)  # type: ignore[misc]


class _Connection(_Noted, HTTPConnection):
    """A connection in clear text."""


class _SafeConnection(_Noted, HTTPSConnection):
    """A connection with TLS."""


class _Pool(HTTPConnectionPool):
    """Connections in clear text."""

    ConnectionCls = _Connection


class _SafePool(HTTPSConnectionPool):
    """Connections with TLS."""

    ConnectionCls = _SafeConnection


class NotedConnections(HTTPAdapter):
    """Makes connections that a `Deadline` can shut down."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make the pools of direct connections."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SafePool}

    def proxy_manager_for(self, proxy: Any, **options: Any) -> Any:
        """Return the pools of connections through a proxy."""
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = {"http": _Pool, "https": _SafePool}
        return manager


class Deadline:
    """The time for one answer: its end shuts down the connection of the thread that waits."""

    def __init__(self, seconds: float, begun: SimpleQueue[Deadline | None]) -> None:
        """Prepare; the time begins with the block."""
        self.end = 0.0
        self.is_over = False
        self._seconds = seconds
        self._begun = begun
        self._is_met = False
        self._used = _USED.__dict__

    def __enter__(self) -> None:
        """Begin."""
        self._used.clear()
        self.end = time.monotonic() + self._seconds
        self._begun.put(self)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Keep the connection."""
        self._is_met = True

    @property
    def sent_at(self) -> float:
        """When the last request of this thread was sent, by the monotonic clock."""
        sent_at: float = self._used["sent_at"]
        return sent_at

    def expire(self) -> None:
        """Shut the connection down, in another thread, unless the block has ended."""
        if self._is_met:
            return
        self.is_over = True
        connection = self._used.get("connection")
        used: Any = self._used.get("socket") or getattr(connection, "sock", None)
        # There may be no connection now.  `shutdown` of a TLS socket would unwrap it while another
        # thread reads from it.
        with suppress(OSError, TypeError):
            socket.socket.shutdown(used, socket.SHUT_RDWR)


class Deadlines:
    """Makes the deadlines of all requests, *seconds* each, and watches them in one thread.

    A request that had to start a thread would be sent late while pages are parsed, and would come
    too close to the next ones.
    """

    def __init__(self, seconds: float) -> None:
        """Start the thread."""
        self._seconds = seconds
        self._begun: SimpleQueue[Deadline | None] = SimpleQueue()
        self._closed = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def prepare(self) -> Deadline:
        """Return a deadline that begins with a `with` block."""
        return Deadline(self._seconds, self._begun)

    def close(self) -> None:
        """End the thread."""
        self._closed.set()
        self._begun.put(None)

    def _watch(self) -> None:
        """Wait for the end of each deadline; all are equally long, so they end in their order."""
        while (deadline := self._begun.get()) is not None:
            if self._closed.wait(deadline.end - time.monotonic()):
                return
            deadline.expire()
