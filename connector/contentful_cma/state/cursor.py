"""The position of a walk through records in the order of their creation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True)
class Cursor:
    """Records created before *reached* were read; of those created then, *ids_there*."""

    reached: str = ""
    ids_there: frozenset[str] = frozenset()

    def has(self, created: str, found: str | None) -> bool:
        """Return whether a record of this creation time and id was read."""
        return created < self.reached or (created == self.reached and found in self.ids_there)

    def past(self, records: Iterable[tuple[str, Optional[str]]]) -> Cursor:
        """Return the cursor after records, given as creation time and id, in their order.

        A record without a creation time or an id does not move it.
        """
        named = [(created, found) for created, found in records if found is not None]
        reached = max([self.reached, *(created for created, _ in named)])
        there = {found for created, found in named if created == reached}
        if reached == self.reached:
            there |= self.ids_there
        return Cursor(reached, frozenset(there))
