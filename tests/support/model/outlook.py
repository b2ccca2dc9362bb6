"""What one sync can see of the account, as far as faults, refusals and readiness let it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from functools import cache

from support.account import Account
from support.model.disturbance import Fault
from support.model.expected import (
    COLLECTIONS,
    IN_SPACES,
    PARENTS,
    environments_of,
    places_of,
)
from support.model.rhythms import MODEL

Place = tuple[str, str]
"""A table and the name of a place."""

LEADING = frozenset(("ORGANIZATIONS", "SPACES", "ENVIRONMENTS"))
"""Tables whose listings lead to places: they are requested in every sync."""


@cache
def paths_of(table: str, place: str) -> list[str]:
    """Return the path of the listing that a table in a place needs, and of one of its parents'."""
    if table in ("ORGANIZATIONS", "SPACES"):
        return [f"/{table.lower()}"]
    space, _, environment = place.partition("/")
    if table in IN_SPACES:
        return [f"/spaces/{space}/{COLLECTIONS[table]}"]
    below = f"/spaces/{space}/environments/{environment}"
    if table not in PARENTS:
        return [f"{below}/{COLLECTIONS[table]}"]
    parents, children = PARENTS[table]
    return [f"{below}/{parents}", f"{below}/{parents}/x/{children}"]


class Outlook:
    """What the account shows in one sync that nothing but *faults* disturbs."""

    def __init__(
        self,
        account: Account,
        now: datetime,
        tables: Collection[str],
        configuration: Mapping[str, str],
        faults: Sequence[Fault],
    ) -> None:
        """*faults* are those of this sync and what is refused for longer."""
        self._faults = faults
        self.now = now
        ahead = [one.clock_ahead_seconds for one in faults if one.kind == "ahead"]
        self.latest = now + timedelta(seconds=max([0.0, *ahead]))
        """The time that the latest clock of an answer shows."""
        self.asks_all = configuration.get("enable_incremental_sync") == "false"
        account.fetch(["organizations", "spaces"])
        spaces = [one["sys"]["id"] for one in account.stored("spaces")]
        account.fetch(f"spaces/{one}/environments" for one in spaces)
        self.places = places_of(account, {*tables, *MODEL, *LEADING}, configuration)
        _fetch(account, self.places)
        self.created: dict[str, str] = {}
        self.has_failed = True
        """Whether a fault may have happened that no retry helps."""
        self.waiting: set[str] = set()
        """Environments that are not ready."""
        self._empty: set[Place] = set()
        self._spaces = set(spaces)
        for space in spaces:
            for record in environments_of(account, space):
                sys, name = record["sys"], f"{space}/{record['sys']['id']}"
                self.created[name] = sys["createdAt"]
                if sys["status"]["sys"]["id"] != "ready":
                    self.waiting.add(name)
        for table, place in self.places:
            path, *_ = paths_of(table, place)
            listed = account.stored(path[1:])
            if table.endswith("_SNAPSHOTS"):
                # Only what was published is asked for its snapshots.
                listed = [one for one in listed if "firstPublishedAt" in one["sys"]]
            if not listed:
                self._empty.add((table, place))

    @property
    def is_misdated(self) -> bool:
        """Whether some answer is dated by a clock that is ahead."""
        return self.latest != self.now

    # Single tables in single places

    def is_hit(self, table: str, place: str, *, by: str) -> bool:
        """Tell whether the listing of a table is refused, or fails, or is empty by mistake."""
        return bool(self._faults) and _matches(self._of(by), paths_of(table, place)[0])

    def is_touched(self, table: str, place: str, *, by: str = "") -> bool:
        """Tell whether a fault, of one kind or any, may meet any request for a table."""
        return bool(self._faults) and any(
            _matches(self._of(kind), path)
            for kind in ([by] if by else ["refused", "failing", "empty"])
            for path in paths_of(table, place)
        )

    def is_empty(self, table: str, place: str) -> bool:
        """Tell whether the account has nothing in the listing of a table."""
        return (table, place) in self._empty

    def is_once(self, table: str, place: str) -> bool:
        """Tell whether only one answer of a listing is empty by mistake."""
        path, *_ = paths_of(table, place)
        return _matches((one for one in self._of("empty") if not one.is_trouble), path)

    # Places

    def is_reachable(self, place: str) -> bool:
        """Tell whether an environment is listed and ready; other places always are."""
        space, _, environment = place.partition("/")
        return not environment or not (self.is_blind(space) or place in self.waiting)

    def is_blind(self, space: str) -> bool:
        """Tell whether the environments of a space are not listed."""
        return any(
            self.is_hit("ENVIRONMENTS", space, by=kind) for kind in ("refused", "failing", "empty")
        )

    @property
    def is_sure(self) -> bool:
        """Whether every listing is complete that shows which places there are."""
        return not any(map(self.is_blind, self._spaces)) and not self.lacks_spaces

    @property
    def lacks_spaces(self) -> bool:
        """Whether the list of spaces is empty by mistake."""
        return self.is_hit("SPACES", "", by="empty")

    @property
    def is_clear(self) -> bool:
        """Whether nothing that is selected is hidden."""
        return self.is_sure and not any(
            self.is_touched(*one) or not self.is_reachable(one[1]) for one in self.places
        )

    def is_troubled(self, place: str) -> bool:
        """Tell whether something has failed in the space that a place belongs to."""
        space = place.partition("/")[0]
        return any(one.path.startswith(f"/spaces/{space}") for one in self._of("failing"))

    def exists(self, place: str) -> bool:
        """Tell whether a space or an environment exists."""
        return not place or place in self._spaces or place in self.created

    def _of(self, kind: str) -> Iterable[Fault]:
        if kind == "empty":
            return (one for one in self._faults if one.kind == "empty")
        if kind == "refused":
            return (one for one in self._faults if one.is_refusal)
        failing = (one for one in self._faults if one.is_failure and one.times < 0)
        return failing if self.has_failed else ()


def _fetch(account: Account, places: Iterable[Place]) -> None:
    """Read all collections at once that rows in some places are made of."""
    paths = {one: paths_of(*one)[0][1:] for one in places}
    account.fetch(paths.values())
    account.fetch(
        f"{path}/{parent['sys']['id']}/{PARENTS[table][1]}"
        for (table, _), path in paths.items()
        if table in PARENTS
        for parent in account.stored(path)
    )


def _matches(faults: Iterable[Fault], path: str) -> bool:
    return any(fnmatchcase(path, one.path) for one in faults)
