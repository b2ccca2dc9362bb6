"""One request: waits before a retry, pace and time limits."""

from __future__ import annotations

import time
from http.server import BaseHTTPRequestHandler

import pytest

from contentful_cma.api.remaining import RemainingPages
from contentful_cma.errors import Unanswered
from support.account import TOKEN, Account
from support.listener import Listener, serving
from support.warehouse import FastTime, Warehouse

Configuration = dict[str, str]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "5", "X-Contentful-RateLimit-Reset": "3"}, "5"),
        ({"X-Contentful-RateLimit-Reset": "3"}, "3"),
        ({"Retry-After": "soon", "X-Contentful-RateLimit-Reset": "3"}, "3"),
        ({"Retry-After": "0.5"}, "1"),
        ({}, "1"),
        ({"Retry-After": "86400"}, "60"),
    ],
)
def test_a_429_says_how_long_to_wait(
    account: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    headers: dict[str, str],
    seconds: str,
) -> None:
    """After a 429, requests pause as long as `Retry-After` or the API's header says, 1 to 60 s."""
    account.fault("/spaces", status=429, headers=headers, times=1)
    run = warehouse.sync(configuration)
    assert run.error is None
    pauses = [message for message in run.messages if "Rate limit reached" in message]
    assert pauses == [
        f"Rate limit reached at GET /spaces: all requests pause for {seconds} s.",
    ]


@pytest.mark.parametrize(("limit", "least", "most"), [(2, 60 / 2, 200), (100, 0, 60 / 7 / 2)])
def test_the_advertised_limit_is_the_pace(
    account: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    limit: int,
    least: float,
    most: float,
) -> None:
    """The advertised rate limit sets the pace from the first answer, above or below 7."""
    account.reset(spaces=62, advertised_rate_limit=limit)
    time = FastTime()
    run = warehouse.sync({**configuration, "max_records_per_page": "1"}, time)
    assert run.error is None
    assert least <= time.clock() <= most


class _Slow(BaseHTTPRequestHandler):
    """Sends a body byte by byte, for longer than the time limit of the test."""

    def do_GET(self) -> None:
        """Send one byte every 0.2 seconds, for 4 seconds."""
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for _ in range(20):
            self.wfile.write(b"1\r\n \r\n")
            self.wfile.flush()
            time.sleep(0.2)
        self.wfile.write(b"2\r\n{}\r\n0\r\n\r\n")

    def log_message(self, *_: object) -> None:
        """Print nothing."""


def test_a_slow_answer_times_out(warehouse: Warehouse) -> None:
    """A whole answer may take `request_timeout_seconds`, even while bytes keep arriving."""
    with serving(Listener()) as slow:
        slow.RequestHandlerClass = _Slow
        settings = {"request_timeout_seconds": "1", "retry_attempts": "0"}
        run = warehouse.sync({"access_token": TOKEN, "base_url": slow.url, **settings})
    assert isinstance(run.error, Unanswered)
    assert "no complete answer within 1 seconds" in str(run.error)


@pytest.mark.parametrize(("records", "pages"), [(9, 1), (10, 1), (11, 2), (0, 0), (-3, 0)])
def test_remaining_pages_are_rounded_up(records: int, pages: int) -> None:
    """Remaining pages are rounded up, and 0 if more records came than were announced."""
    found = RemainingPages(limit=10, records=records).pages
    assert (found, type(found)) == (pages, int)
