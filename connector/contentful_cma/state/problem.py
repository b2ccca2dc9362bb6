"""When a table was read in a place, and why it could not be read."""

from __future__ import annotations

from typing import NamedTuple, Optional

REFUSED, UNREACHED, PARTIAL = "refused", "unreached", "partial"
SUSPECT, UNKNOWN_DELETIONS, EMPTIED = "suspect", "unknown deletions", "emptied"
"""Kinds of problems, in this order:

- the plan or the rights forbid the table;
- its place was not listed or is not ready;
- some records were skipped;
- its listing is suddenly empty;
- more rows were deleted than the state can identify;
- it was truncated and has not been read since.
"""


REWRITTEN = ""
"""Saved as `Known.made_of` while rows of old and new columns or settings are mixed."""


class Problem(NamedTuple):
    """Why a table could not be read.

    *since* is the time of the first sync with a problem of this kind.  *reason* is the status and
    code of a refusal, or the fingerprint of a sentence.
    """

    kind: str
    reason: str = ""
    since: str = ""


class Known(NamedTuple):
    """The last complete *read* and the last request of a table in a place; None if there was none.

    *made_of* is a digest of the columns and settings of that read, and *created_at* the creation
    time of the place.
    """

    read: Optional[str] = None
    made_of: Optional[str] = None
    requested: Optional[str] = None
    problem: Optional[Problem] = None
    created_at: Optional[str] = None

    @property
    def is_rewritten(self) -> bool:
        """Whether rows are being rewritten from other columns or settings since `RewriteBegun`."""
        return self.made_of == REWRITTEN
