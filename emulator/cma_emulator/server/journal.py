"""The log of API requests, and edits that are planned before later requests."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any

from ..answers import Request, request_of

MAX_REQUESTS = 100_000
MAX_EDITS = 10_000


@dataclass
class Entry:
    """A logged request; ``status`` is None before the answer, and 0 for a reset connection."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    status: int | None = None


@dataclass
class Planned:
    """Calls that wait for the n-th request, of all or of one path."""

    requests_left: int
    path: str | None
    calls: list[Request]


@dataclass
class Journal:
    """The log of requests, and the planned edits."""

    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=MAX_REQUESTS))
    edits: list[dict[str, Any]] = field(default_factory=list)
    """Edits that were carried out: method, path and status."""
    _planned: list[Planned] = field(default_factory=list)

    def log(self, request: Request) -> Entry:
        """Log a request without its token."""
        query: dict[str, list[str]] = {}
        for name, value in request.query:
            if name != "access_token":
                query.setdefault(name, []).append(value)
        headers = {k: v for k, v in request.headers.items() if k != "authorization"}
        entry = Entry(request.method, request.path, query, headers)
        self.entries.append(entry)
        for one in self._planned:
            one.requests_left -= one.path in (None, request.path)
        return entry

    def plan(
        self, before_request: int, calls: list[dict[str, Any]], path: str | None = None
    ) -> None:
        """Plan calls for the moment before the n-th request from now is answered.

        With a path, only the requests of that path count.
        """
        if before_request < 1:
            raise ValueError(f"before_request must be at least 1 (got {before_request})")
        if len(self._planned) >= MAX_EDITS:
            raise ValueError(f"planned edits must be at most {MAX_EDITS}")
        self._planned.append(Planned(before_request, path, [request_of(call) for call in calls]))

    def due(self) -> list[Request]:
        """Return the calls that are due now, and remove them from the plan."""
        due = [call for one in self._planned if one.requests_left <= 0 for call in one.calls]
        self._planned = [one for one in self._planned if one.requests_left > 0]
        return due

    def log_edit(self, request: Request, status: int) -> None:
        """Log an edit and the status of its answer."""
        self.edits.append({"method": request.method, "path": request.path, "status": status})

    def as_json(self) -> list[dict[str, Any]]:
        """Return the log, oldest first."""
        return [asdict(entry) for entry in self.entries]
