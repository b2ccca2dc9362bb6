"""How far a walk through records in the order of their creation has come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True)
class Cursor:
    """Everything created before *reached* was read, and *ids_there* of what was created then."""

    reached: str = ""
    ids_there: frozenset[str] = frozenset()

    def has(self, created: str, found: str | None) -> bool:
        """Tell whether a record of this creation time and id was read."""
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
