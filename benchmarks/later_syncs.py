"""Syncs after the first: how many requests and rows they take."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from .accounts import LARGEST_PAGE, emulated, following_pages, listings
from .connectors import EACH_SYNC, Connector
from .outcomes import Figures, Outcome, at_most, middle
from .reading import read
from .records import checked, written
from .sizes import Sizes

ID_CHUNK = 50
"""Ids that the connector requests at once to confirm that they were deleted."""

LISTINGS, FOLLOWING = "without changes: listings", "without changes: later pages"


def later_syncs(sizes: Sizes, connector: Connector, folder: Path) -> Figures:
    """Sync again without changes, after changes and after deletions."""
    reader = connector.counting(tables=EACH_SYNC)
    with emulated(sizes.spread) as account:
        checked(reader, account, folder)
        unchanged = read(reader, account, folder)
        figures: Figures = {
            LISTINGS: len(listings(unchanged.log)),
            FOLLOWING: following_pages(unchanged.log),
            **_named("without changes", unchanged.requests, written(folder)),
        }
        place = account.environments()[0]
        for count in sizes.changes:
            account.change_entries(place, count)
            requests = read(reader, account, folder).requests
            figures |= _named(f"{count} changes", requests, written(folder))
        account.delete_entries(place, sizes.deletions)
        requests = read(reader, account, folder).requests
        return figures | _named(f"{sizes.deletions} deletions", requests, written(folder))


def later_syncs_judged(sizes: Sizes, runs: Sequence[Figures]) -> Iterator[Outcome]:
    """Yield the requests of each sync, and the rows of a sync with no changes."""
    rows, usual = (middle(runs, f"without changes: {name}") for name in ("rows", "requests"))
    following = middle(runs, FOLLOWING)
    least = middle(runs, LISTINGS) + following
    target = f"at most 1 per listing ({least:.0f}, {following:.0f} of them for a later page)"
    yield Outcome("Sync without changes: rows", "0", f"{rows:.0f}", at_most(rows, 0))
    yield Outcome("  its requests", target, f"{usual:.0f}", at_most(usual, least))
    # The ids of the environment are listed, and the missing ones are requested once more.
    ids = _pages(sizes.spread.entries) + math.ceil(sizes.deletions / ID_CHUNK)
    allowed = {f"{count} changes": usual + _pages(count) for count in sizes.changes}
    for name, most in {**allowed, f"{sizes.deletions} deletions": usual + ids + 1}.items():
        requests, rows = (middle(runs, f"{name}: {kind}") for kind in ("requests", "rows"))
        title = f"Sync after {name} in one environment: requests"
        found = f"{requests:.0f}, {rows:.0f} rows written or deleted"
        yield Outcome(title, f"at most {most:.0f}", found, at_most(requests, most))


def _named(name: str, requests: int, rows: int) -> Figures:
    return {f"{name}: requests": requests, f"{name}: rows": rows}


def _pages(count: int) -> int:
    """Return the requests for this many changes: a probe, and pages that repeat one record."""
    return math.ceil(count / (LARGEST_PAGE - 1)) + 1
