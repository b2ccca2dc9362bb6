"""Settings of the emulated account and of its answers."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timezone
from typing import Any


@dataclass(frozen=True)
class Settings:
    """Sizes of the account, and the emulator's behavior.

    ``environments`` is per space; ``entries`` and ``assets`` are per environment.
    ``rate_limit`` is in requests per second, 0 for no limit; the headers show
    ``advertised_rate_limit`` instead, if set.
    ``awkward`` adds a space of cases that are hard to read.
    ``roles_paging`` is ``offset``, as observed until October 2026, or ``cursor``, as announced for
    February 2027.
    ``entry_bytes`` is the approximate size of an entry.
    ``content_types`` is the number per environment: three for the entries, and further ones with
    ``fields`` fields each.
    ``changelog_link_type`` is the spelling of ``entity.sys.linkType`` that the changelog of
    workflows accepts.
    ``mixed_releases`` includes releases of Timeline in listings without ``sys.schemaVersion``.
    ``lag_seconds`` is the time after its creation during which listings omit a record.
    ``clock_skew_seconds`` is how far the clock of the content plane is ahead of that of the
    management plane and of the ``Date`` header; it may be negative.
    ``demo`` is the day of the demo account, as ``YYYY-MM-DD``, or True for today; the sizes are
    then ignored.
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
    token: str = "cma-emulator-token"  # noqa: S105 - no secret: only this emulator accepts it
    delivery_token: str = "cma-emulator-delivery-token"  # noqa: S105 - no secret
    awkward: bool = False
    roles_paging: str = "offset"
    gzip: bool = True
    entry_bytes: int = 2000
    content_types: int = 3
    fields: int = 15
    lag_seconds: float = 0
    mixed_releases: bool = False
    changelog_link_type: str = "entry"
    clock_skew_seconds: float = 0
    demo: str = ""

    def with_changes(self, changes: dict[str, Any]) -> Settings:
        """Return these settings with some replaced.

        Raises ValueError for an unknown name and for a ``demo`` that is not a day.
        """
        known = {one.name for one in fields(self)}
        unknown = sorted(changes.keys() - known)
        if unknown:
            raise ValueError(f"settings must be some of {sorted(known)} (got {unknown})")
        return replace(self, **{**changes, **_day(changes.get("demo"))})


def _day(demo: object) -> dict[str, str]:
    """Return the changed ``demo``: a day, empty for False, no change for None."""
    if demo is None:
        return {}
    if demo is True:
        return {"demo": datetime.now(timezone.utc).date().isoformat()}
    return {"demo": date.fromisoformat(str(demo)).isoformat() if demo else ""}
