"""What can be chosen about an emulated account and about how it answers."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timezone
from typing import Any


@dataclass(frozen=True)
class Settings:
    """Sizes of the account, and the emulator's behaviour.

    ``environments``, ``entries`` and ``assets`` are per space and per environment.
    ``rate_limit`` is in requests a second, 0 for none; ``advertised_rate_limit`` is what the
    headers say instead.
    ``awkward`` adds a space of cases that are hard to read; ``roles_paging`` is ``offset``, which
    was observed until October 2026, or ``cursor``, which is announced for February 2027;
    ``entry_bytes`` is about how large an entry is.
    ``content_types`` is how many each environment has: three that entries are of, and others of
    ``fields`` fields each.
    ``mixed_releases`` says that releases of Timeline are listed without being asked for.
    ``organization_listings`` is ``whole``, ``partial`` or ``refused``: how much the token's user
    sees where an organization lists the roles and memberships of its spaces.
    ``lag_seconds`` is how long after its creation a record is missing from listings.
    ``clock_skew_seconds`` is how far the clock by which the content plane stamps records is ahead
    of all others, that of the ``Date`` header included; it may be negative.
    ``demo`` is the day, as ``YYYY-MM-DD``, that the demo account has come to, and True is today;
    with one, the sizes mean nothing.
    """

    seed: int = 7
    organizations: int = 2
    spaces: int = 40
    environments: int = 2
    entries: int = 1000
    assets: int = 200
    rate_limit: int = 7
    advertised_rate_limit: int | None = None
    latency_ms: float = 0
    token: str = "cma-emulator-token"  # noqa: S105 - it opens nothing but this emulator
    delivery_token: str = "cma-emulator-delivery-token"  # noqa: S105 - as above
    awkward: bool = False
    roles_paging: str = "offset"
    gzip: bool = True
    entry_bytes: int = 2000
    content_types: int = 3
    fields: int = 15
    lag_seconds: float = 0
    mixed_releases: bool = False
    organization_listings: str = "whole"
    clock_skew_seconds: float = 0
    demo: str = ""

    def with_changes(self, changes: dict[str, Any]) -> Settings:
        """Return these settings with some replaced.

        ValueError for an unknown name, and for a demo account of no day.
        """
        known = {one.name for one in fields(self)}
        unknown = sorted(changes.keys() - known)
        if unknown:
            raise ValueError(f"unknown settings {unknown}, known are {sorted(known)}")
        return replace(self, **{**changes, **_day(changes.get("demo"))})


def _day(demo: object) -> dict[str, str]:
    """Return the setting of the demo account: a day, none for False, unchanged for None."""
    if demo is None:
        return {}
    if demo is True:
        return {"demo": datetime.now(timezone.utc).date().isoformat()}
    return {"demo": date.fromisoformat(str(demo)).isoformat() if demo else ""}
