"""Rehearse syncs of an account: the real sync reads a fake one, and its requests are counted."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from contentful_cma.errors import ContentfulError
from contentful_cma.sync import sync
from contentful_cma.tables import READABLE
from contentful_cma.tables.own import SYNC_COVERAGE, SYNCS
from tools.recorder import Recorder
from tools.user.fake_account import FakeAccount, Response

MONTH = timedelta(days=30)

HEADERS = {name.lower() for table in READABLE for name, _ in table.headers}
"""Headers that change the records of a listing."""


@contextmanager
def served(fake: FakeAccount) -> Iterator[str]:
    """Give the address on this machine of a fake account."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, fake))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, fake: FakeAccount, *arguments: Any) -> None:
        self._fake = fake
        super().__init__(*arguments)

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        headers = {name: one for name, one in self.headers.items() if name.lower() in HEADERS}
        try:
            response = self._fake.answer(url.path, query, headers)
        except ContentfulError:
            response = Response(HTTPStatus.BAD_GATEWAY, {})
        content = json.dumps(response.body).encode()
        self.send_response(response.status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Contentful-RateLimit-Second-Limit", "1000000")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_arguments: Any) -> None:
        """Print nothing."""


class Rows(Recorder):
    """A warehouse that counts rows, and those that changed in the last month."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        month_ago = datetime.now(timezone.utc) - MONTH
        self._since = month_ago.strftime("%Y-%m-%dT%H:%M:%S")
        self.changed: Counter[str] = Counter()
        self.coverage: list[dict[str, Any]] = []
        self.places: list[dict[str, Any]] = []

    def upsert(self, table: str, row: dict[str, Any]) -> None:
        """Count a row; the one of SYNCS is written at the start and at the end of a sync."""
        if table == SYNCS.name and self.written[table]:
            return
        super().upsert(table, row)
        last = row.get("updated_at") or row.get("day") or ""
        self.changed[table] += bool(last) and last >= self._since[: len(last)]
        if table == SYNC_COVERAGE.name:
            self.coverage.append(row)
        if table in ("ORGANIZATIONS", "SPACES"):
            self.places.append(row)


class Silence:
    """A log without output."""

    def info(self, message: str) -> None:
        """Print nothing."""

    warning = info


@dataclass(frozen=True)
class RehearsedSync:
    """The requests and rows of a rehearsed sync."""

    requests: int
    rows: Rows


def rehearse(fake: FakeAccount, given: Mapping[str, Any]) -> tuple[RehearsedSync, RehearsedSync]:
    """Rehearse a first sync with the settings *given*, and one with no changes."""
    with served(fake) as url:
        fake_one = {"base_url": url, "access_token": "rehearsal", "retry_attempts": "0"}
        free = {"requests_per_second": "", "sync_frequency_hours": "", "enable_debug_logging": ""}
        first = _rehearse(fake, {**given, **fake_one, **free}, {})
        return first, _rehearse(fake, {**given, **fake_one, **free}, first.rows.state)


def _rehearse(
    fake: FakeAccount, given: Mapping[str, Any], state: Mapping[str, Any]
) -> RehearsedSync:
    rows, before = Rows(), fake.requests
    sync(given, state, rows, Silence())
    return RehearsedSync(fake.requests - before, rows)
