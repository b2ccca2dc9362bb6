"""When a table was read in a place, and why it could not be, as the state keeps it."""

from __future__ import annotations

from typing import NamedTuple, Optional

REFUSED, UNREACHED, PARTIAL = "refused", "unreached", "partial"
SUSPECT, UNKNOWN_DELETIONS, EMPTIED = "suspect", "unknown deletions", "emptied"
"""Kinds: the plan or the rights forbid it; its place was not listed or is not ready; something
was left out; its listing is suddenly empty; more was deleted than the state can name; it was
truncated and not read since."""


REMADE = ""
"""What rows are made of that come from several columns or settings."""


class Problem(NamedTuple):
    """What kept a table from being read; *since* is when the first sync met this kind.

    The *reason* is the status and code of a refusal, or the fingerprint of a sentence.
    """

    kind: str
    reason: str = ""
    since: str = ""


class Known(NamedTuple):
    """When a table was *read* completely in a place, from what, and when it was *asked* for last.

    None for what has not happened.  *created_at* is when the place was created.
    """

    read: Optional[str] = None
    made_of: Optional[str] = None
    asked: Optional[str] = None
    problem: Optional[Problem] = None
    created_at: Optional[str] = None

    @property
    def is_remade(self) -> bool:
        """Whether rows are being made of other columns or settings, since `RemakeBegun`."""
        return self.made_of == REMADE
