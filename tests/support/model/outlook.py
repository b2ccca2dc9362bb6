"""The part of the account that one sync can see, given faults, refusals and readiness."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from functools import cache

from support.account import Account
from support.model.disturbance import Fault
from support.model.expected import (
    COLLECTIONS,
    IN_ENVIRONMENTS,
    IN_SPACES,
    PARENTS,
    PER_PARENT,
    environments_of,
    places_of,
)
from support.model.schedules import MODEL

Place = tuple[str, str]
"""A table and the name of a place."""

LEADING = frozenset(("ORGANIZATIONS", "SPACES", "ENVIRONMENTS"))
"""Tables whose listings lead to places; every sync that reads these places requests them."""


@cache
def paths_of(table: str, place: str) -> list[str]:
    """Return the path of the listing of a table in a place, and of its children."""
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
    """The visible part of the account in one sync that only *faults* disturb."""

    def __init__(
        self,
        account: Account,
        now: datetime,
        tables: Collection[str],
        configuration: Mapping[str, str],
        faults: Sequence[Fault],
    ) -> None:
        """*faults* are those of this sync and the refusals of several syncs."""
        self._faults = faults
        self.now = now
        ahead = [one.clock_ahead_seconds for one in faults if one.kind == "ahead"]
        self.latest = now + timedelta(seconds=max([0.0, *ahead]))
        """The latest `Date` of an answer."""
        below = {*IN_ENVIRONMENTS, *PER_PARENT}.intersection(tables)
        self.leading = LEADING if below else LEADING - {"ENVIRONMENTS"}
        self.reads_all = configuration.get("enable_incremental_sync") == "false"
        account.fetch(["organizations", "spaces"])
        spaces = [one["sys"]["id"] for one in account.stored("spaces")]
        account.fetch(f"spaces/{one}/environments" for one in spaces)
        self.places = places_of(account, {*tables, *MODEL, *LEADING}, configuration)
        _fetch(account, self.places)
        self.created: dict[str, str] = {}
        self.has_failed = True
        """Whether a fault may have happened that no retry repairs."""
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
                # Snapshots are requested only of published records.
                listed = [one for one in listed if "firstPublishedAt" in one["sys"]]
            if not listed:
                self._empty.add((table, place))

    @property
    def is_misdated(self) -> bool:
        """Whether the `Date` of an answer is ahead."""
        return self.latest != self.now

    # One table in one place

    def is_hit(self, table: str, place: str, *, by: str) -> bool:
        """Return whether the listing of a table is refused, fails, or is empty by mistake."""
        return bool(self._faults) and _matches(self._of(by), paths_of(table, place)[0])

    def is_touched(self, table: str, place: str, *, by: str = "") -> bool:
        """Return whether a fault, of one kind or any, may affect any request for a table."""
        return bool(self._faults) and any(
            _matches(self._of(kind), path)
            for kind in ([by] if by else ["refused", "failing", "empty"])
            for path in paths_of(table, place)
        )

    def is_empty(self, table: str, place: str) -> bool:
        """Return whether the account has no record in the listing of a table."""
        return (table, place) in self._empty

    def is_once(self, table: str, place: str) -> bool:
        """Return whether only one answer of a listing is empty by mistake."""
        path, *_ = paths_of(table, place)
        return _matches((one for one in self._of("empty") if not one.is_permanent), path)

    # Places

    def is_reachable(self, place: str) -> bool:
        """Return whether an environment is listed and ready; other places always are."""
        space, _, environment = place.partition("/")
        return not environment or not (self.is_blind(space) or place in self.waiting)

    def is_blind(self, space: str) -> bool:
        """Return whether the environments of a space are not listed."""
        return any(
            self.is_hit("ENVIRONMENTS", space, by=kind) for kind in ("refused", "failing", "empty")
        )

    def is_hidden(self, space: str) -> bool:
        """Return whether no answer in this sync lists the environments of a space."""
        return self.is_blind(space) and not self.is_once("ENVIRONMENTS", space)

    @property
    def is_sure(self) -> bool:
        """Whether all listings of places are complete."""
        return not any(map(self.is_blind, self._spaces)) and not self.lacks_spaces

    @property
    def lacks_spaces(self) -> bool:
        """Whether the list of spaces is empty by mistake."""
        return self.is_hit("SPACES", "", by="empty")

    @property
    def is_clear(self) -> bool:
        """Whether all selected tables can be read in all places."""
        return self.is_sure and not any(
            self.is_touched(*one) or not self.is_reachable(one[1]) for one in self.places
        )

    @property
    def may_lack_locales(self) -> bool:
        """Whether a lookup of a default locale may fail, which fails no sync."""
        return any(one.is_failure and one.times < 0 for one in self._faults)

    def is_troubled(self, place: str) -> bool:
        """Return whether a request has failed in the space of a place."""
        space = place.partition("/")[0]
        return any(one.path.startswith(f"/spaces/{space}") for one in self._of("failing"))

    def exists(self, place: str) -> bool:
        """Return whether a space or an environment exists."""
        return not place or place in self._spaces or place in self.created

    def _of(self, kind: str) -> Iterable[Fault]:
        if kind == "empty":
            return (one for one in self._faults if one.kind == "empty")
        if kind == "refused":
            return (one for one in self._faults if one.is_refusal)
        failing = (one for one in self._faults if one.is_failure and one.times < 0)
        return failing if self.has_failed else ()


def _fetch(account: Account, places: Iterable[Place]) -> None:
    """Read all collections that the rows of some places depend on, in one request."""
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
