"""How much the listings under way still have, as far as their totals tell: for who waits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(eq=False)
class RemainingPages:
    """What one listing has left: *records*, of which an answer holds *limit*."""

    limit: int = 1
    records: int = 0

    @property
    def pages(self) -> int:
        """Requests that these records take."""
        return -(-max(self.records, 0) // self.limit)


class OpenListings:
    """What is left of all listings under way; one whose total nobody told counts as nothing."""

    def __init__(self) -> None:
        """Begin without a listing."""
        self._under_way: set[RemainingPages] = set()

    @contextmanager
    def of_a_listing(self, limit: int) -> Iterator[RemainingPages]:
        """Give what a listing has left, for it to correct until it has ended."""
        left = RemainingPages(limit)
        self._under_way.add(left)
        try:
            yield left
        finally:
            self._under_way.discard(left)

    @property
    def pages(self) -> int:
        """Requests that all of them take."""
        return sum(left.pages for left in self._under_way)
