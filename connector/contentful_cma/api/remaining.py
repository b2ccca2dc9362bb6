"""Counts the requests that open listings still need, as far as totals are known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(eq=False)
class RemainingPages:
    """The *records* that one listing still has; an answer has at most *limit* of them."""

    limit: int = 1
    records: int = 0

    @property
    def pages(self) -> int:
        """The number of requests for these records."""
        return -(-max(self.records, 0) // self.limit)


class OpenListings:
    """The rest of all open listings; a listing without a total counts as zero."""

    def __init__(self) -> None:
        """Begin without a listing."""
        self._open: set[RemainingPages] = set()

    @contextmanager
    def track(self, limit: int) -> Iterator[RemainingPages]:
        """Give the rest of a listing, which the caller updates until the listing ends."""
        left = RemainingPages(limit)
        self._open.add(left)
        try:
            yield left
        finally:
            self._open.discard(left)

    @property
    def pages(self) -> int:
        """The number of requests for all of them."""
        return sum(left.pages for left in self._open)
