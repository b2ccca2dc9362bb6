"""Tables that wait for a later sync, because they were refused or suddenly empty.

The rules are those of the documents, and not taken from the connector:

- A refused table is requested again after the time between its first refusal and the last request,
  at most after a day.
- A listing that is suddenly empty is confirmed by another empty one, an hour later.

The connector's state is read only where a test cannot know the result, after interrupted syncs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from enum import Enum

from support.model.outlook import Outlook, Place
from support.model.schedules import MODEL

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOST_EARLY = timedelta(minutes=10)
"""Syncs may be early by a tenth of the wait, but at most by this."""


class Demand(Enum):
    """How the rows of a table in a place must be after a sync."""

    EQUAL = "equal to the account"
    KEPT = "unchanged"
    EITHER = "each unchanged or equal to the account"
    ANY = "any, until the next sync"


class Waits:
    """Tables in places that a sync may leave unchanged."""

    def __init__(self) -> None:
        """Start before the first sync."""
        self._refused: dict[Place, tuple[datetime, datetime]] = {}
        self._empty: dict[Place, datetime] = {}
        self._unready: dict[Place, datetime] = {}
        self._unsure: set[Place] = set()
        self._created: dict[str, str] = {}
        self._last: datetime | None = None

    def __bool__(self) -> bool:
        """Whether any table waits."""
        return bool(self._refused or self._empty or self._unready or self._unsure)

    def has(self, table: str, place: str) -> bool:
        """Return whether a table waits in a place, certainly or possibly."""
        return any((table, place) in one for one in (self._refused, self._empty, self._unsure))

    @property
    def is_open(self) -> bool:
        """Whether only the connector knows if a table waits."""
        return bool(self._unsure)

    def is_unready_for_a_day(self, table: str, place: str, now: datetime) -> bool:
        """Return whether syncs have found an environment unready for a day."""
        return now - self._unready.get((table, place), now) >= DAY

    def begin(self, outlook: Outlook) -> None:
        """Forget places that were deleted or recreated."""
        for name, created in outlook.created.items():
            if self._created.get(name, created) != created:
                self._forget(one for one in self.known() if one[1] == name)
        self._created.update(outlook.created)

    def demand(self, key: Place, outlook: Outlook, *, doubted: bool) -> Demand:
        """Return the demand on a table that is due in a place that can be read.

        *doubted*: the warehouse has so many rows that an empty listing needs a confirmation.
        """
        is_refused = outlook.is_hit(*key, by="refused")
        is_emptied = outlook.is_hit(*key, by="empty")
        is_requested = self._is_requested(key, outlook)
        if is_refused or is_requested is False:
            return Demand.KEPT
        if outlook.is_hit(*key, by="failing"):
            return Demand.ANY
        if is_emptied or (doubted and outlook.is_empty(*key)):
            return self._of_an_empty_one(key, outlook, doubted=doubted)
        if outlook.is_touched(*key, by="empty"):
            return Demand.ANY
        is_clear = is_requested and not outlook.is_touched(*key)
        return Demand.EQUAL if is_clear else Demand.EITHER

    def _of_an_empty_one(self, key: Place, outlook: Outlook, *, doubted: bool) -> Demand:
        is_mistake = outlook.is_hit(*key, by="empty")
        is_unsure = key in self._unsure or (outlook.is_misdated and key in self._empty)
        if is_unsure or outlook.is_once(*key):
            return Demand.ANY if is_mistake else Demand.EITHER
        if doubted and not self._is_confirmed(key, outlook.now):
            return Demand.KEPT
        return Demand.ANY if is_mistake else Demand.EQUAL

    def _is_requested(self, key: Place, outlook: Outlook) -> bool | None:
        """Return whether a due table is requested, or None if that is open."""
        if key[0] in outlook.leading or outlook.reads_all:
            return True
        is_requested = self._is_time(key, outlook)
        # Content may need the listings of the model before their time has come.
        return None if key[0] in MODEL and not is_requested else is_requested

    def _is_time(self, key: Place, outlook: Outlook) -> bool | None:
        now = outlook.now
        if outlook.is_misdated and self.has(*key):
            return None
        if key in self._unsure:
            return True if self._last is None or now - self._last >= DAY else None
        if key in self._refused:
            since, last = self._refused[key]
            waits = min(last - since, DAY)
            if now < last or now - last >= waits:
                return True
            return None if now - last >= waits - min(waits / 10, MOST_EARLY) else False
        empty = self._empty.get(key)
        return empty is None or not timedelta() <= now - empty < HOUR

    def _is_confirmed(self, key: Place, now: datetime) -> bool:
        since = self._empty.get(key)
        return since is not None and now - since >= HOUR

    # After a sync

    def read(self, key: Place, outlook: Outlook, *, doubted: bool) -> None:
        """Note a certain sync in which a table was due in a place."""
        now = outlook.now
        if not outlook.is_reachable(key[1]):
            if self._is_confirmed(key, now):
                # The environment was not found, so two empty listings are needed again.
                del self._empty[key]
            return
        self._unready.pop(key, None)
        became = self.demand(key, outlook, doubted=doubted)
        if self._is_requested(key, outlook) is False:
            return
        is_refused = outlook.is_hit(*key, by="refused")
        if is_refused and key in self._unsure:
            # Only the connector knows the time of the first refusal.
            return
        self._unsure.discard(key)
        since, _ = self._refused.pop(key, (now, now))
        empty = self._empty.pop(key, now)
        if is_refused:
            self._refused[key] = (since, now)
        elif became is Demand.KEPT:
            self._empty[key] = empty

    def note_unready(self, key: Place, outlook: Outlook) -> None:
        """Note a complete sync in which a table was due and its environment unready."""
        if key in self._refused:
            # The refusal stays, so the missing request has an effect a day later.
            self._unready.setdefault(key, outlook.now + DAY)
        elif self._is_requested(key, outlook):
            self._unready.setdefault(key, outlook.now)

    def leave_open(self, some: Iterable[Place], waiting: Collection[Place]) -> None:
        """Note tables whose result only the connector knows; *waiting* are in its state."""
        for key in some:
            since = self._unready.get(key)
            self._forget([key])
            if since is not None:
                self._unready[key] = since
            if key in waiting:
                self._unsure.add(key)

    def synced(self, outlook: Outlook) -> None:
        """Note the end of a sync, and forget places that no longer exist."""
        self._last = outlook.latest
        for key in [one for one in self._unready if outlook.is_reachable(one[1])]:
            del self._unready[key]
        self._forget(one for one in self.known() if not outlook.exists(one[1]))

    def known(self) -> set[Place]:
        """Return all tables that wait, certainly or possibly."""
        return {*self._refused, *self._empty, *self._unready, *self._unsure}

    def _forget(self, some: Iterable[Place]) -> None:
        for key in some:
            for known in (self._refused, self._empty, self._unready):
                known.pop(key, None)
            self._unsure.discard(key)
