"""What was asked of the API, and edits that are due before one of the next requests."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any

from ..answers import Request, request_of

MAX_REQUESTS = 100_000
MAX_EDITS = 10_000


@dataclass
class Entry:
    """One request as it was logged; ``status`` is None until it is answered, 0 if it was cut."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    status: int | None = None


@dataclass
class Journal:
    """The log of requests, and the edits that wait for a request by its number."""

    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=MAX_REQUESTS))
    edits: list[dict[str, Any]] = field(default_factory=list)
    """Edits that were carried out: method, path and status."""
    _count: int = 0
    _edits: list[tuple[int, list[Request]]] = field(default_factory=list)

    def note(self, request: Request) -> Entry:
        """Log a request without its token."""
        query: dict[str, list[str]] = {}
        for name, value in request.query:
            if name != "access_token":
                query.setdefault(name, []).append(value)
        headers = {k: v for k, v in request.headers.items() if k != "authorization"}
        entry = Entry(request.method, request.path, query, headers)
        self.entries.append(entry)
        self._count += 1
        return entry

    def plan(self, before_request: int, calls: list[dict[str, Any]]) -> None:
        """Plan calls for right before the n-th request from now is answered."""
        if before_request < 1 or len(self._edits) >= MAX_EDITS:
            raise ValueError("before_request must be at least 1, and edits must have an end")
        self._edits.append((self._count + before_request, [request_of(call) for call in calls]))

    def due(self) -> list[Request]:
        """Return the calls that are due by now, and forget them."""
        due = [call for number, calls in self._edits if number <= self._count for call in calls]
        self._edits = [edit for edit in self._edits if edit[0] > self._count]
        return due

    def done(self, request: Request, status: int) -> None:
        """Keep what became of an edit."""
        self.edits.append({"method": request.method, "path": request.path, "status": status})

    def as_json(self) -> list[dict[str, Any]]:
        """Return the log, oldest first."""
        return [asdict(entry) for entry in self.entries]
