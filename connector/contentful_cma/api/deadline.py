"""A deadline for a complete answer.

The time-outs of `requests` count from one byte to the next, so they never end an answer that comes
byte by byte.  A deadline shuts the connection down instead.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
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
        """Wait for an answer.

        A connection that the server will close forgets its socket before the body is read.
        """
        _USED.socket = self.sock
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
    """Shuts down the connection of this thread after *seconds*, unless the block has ended."""

    def __init__(self, seconds: float) -> None:
        """Prepare a timer, which starts when the block is entered."""
        self.is_over = False
        self._used = _USED.__dict__
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> None:
        """Start the timer."""
        self._used.clear()
        self._timer.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the timer."""
        self._timer.cancel()
        # The timer refers to this object, too: a cycle, which only the garbage collector frees.
        del self._timer

    def _end(self) -> None:
        """Shut the connection down, in the thread of the timer."""
        self.is_over = True
        connection = self._used.get("connection")
        used: Any = self._used.get("socket") or getattr(connection, "sock", None)
        # There may be no connection now.  `shutdown` of a TLS socket would unwrap it while another
        # thread reads from it.
        with suppress(OSError, TypeError):
            socket.socket.shutdown(used, socket.SHUT_RDWR)
