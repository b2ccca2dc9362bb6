"""What waits for a later sync, and for how long: what was refused, or was suddenly empty.

Written down from the documents, not from the connector: a refused table is requested again after
as much time as lies between its first refusal and the last request, at most after a day, and a
listing that is suddenly empty is believed once another one, an hour later, is empty, too.  Only
where nobody but the connector can know what became of a table, its state is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from enum import Enum

from support.model.outlook import LEADING, Outlook, Place
from support.model.rhythms import MODEL

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOST_EARLY = timedelta(minutes=10)
"""A scheduler may be early by a tenth of the time, and by so much at the most."""


class Demand(Enum):
    """What a sync has to make of the rows of a table in a place."""

    EQUAL = "they equal the account"
    KEPT = "they are as they were"
    EITHER = "each is as it was or as in the account"
    ANY = "they may be anything, until the next sync"


class Waits:
    """Tables in places that a sync may leave as they are."""

    def __init__(self) -> None:
        """Begin before the first sync."""
        self._refused: dict[Place, tuple[datetime, datetime]] = {}
        self._empty: dict[Place, datetime] = {}
        self._unready: dict[Place, datetime] = {}
        self._unsure: set[Place] = set()
        self._created: dict[str, str] = {}
        self._last: datetime | None = None

    def __bool__(self) -> bool:
        """Whether anything waits."""
        return bool(self._refused or self._empty or self._unready or self._unsure)

    def has(self, table: str, place: str) -> bool:
        """Tell whether a table waits in a place, be it certain or not."""
        return any((table, place) in one for one in (self._refused, self._empty, self._unsure))

    @property
    def is_open(self) -> bool:
        """Whether only the connector knows whether something waits."""
        return bool(self._unsure)

    def is_unready_for_a_day(self, table: str, place: str, now: datetime) -> bool:
        """Tell whether syncs have found an environment not ready for so long."""
        return now - self._unready.get((table, place), now) >= DAY

    def begin(self, outlook: Outlook) -> None:
        """Forget what was known of places that are gone, or were created again."""
        for name, created in outlook.created.items():
            if self._created.get(name, created) != created:
                self._forget(one for one in self.known() if one[1] == name)
        self._created.update(outlook.created)

    def demand(self, key: Place, outlook: Outlook, *, doubted: bool) -> Demand:
        """Return what has to become of a table that is due in a place that can be read.

        *doubted* says whether the warehouse has so many rows that an empty listing is doubted.
        """
        is_refused = outlook.is_hit(*key, by="refused")
        is_emptied = outlook.is_hit(*key, by="empty")
        is_asked = self._is_asked(key, outlook)
        if is_refused or is_asked is False:
            return Demand.KEPT
        if outlook.is_hit(*key, by="failing"):
            return Demand.ANY
        if is_emptied or (doubted and outlook.is_empty(*key)):
            return self._of_an_empty_one(key, outlook, doubted=doubted)
        if outlook.is_touched(*key, by="empty"):
            return Demand.ANY
        is_clear = is_asked and not outlook.is_touched(*key)
        return Demand.EQUAL if is_clear else Demand.EITHER

    def _of_an_empty_one(self, key: Place, outlook: Outlook, *, doubted: bool) -> Demand:
        is_mistake = outlook.is_hit(*key, by="empty")
        is_unsure = key in self._unsure or (outlook.is_misdated and key in self._empty)
        if is_unsure or outlook.is_once(*key):
            return Demand.ANY if is_mistake else Demand.EITHER
        if doubted and not self._is_confirmed(key, outlook.now):
            return Demand.KEPT
        return Demand.ANY if is_mistake else Demand.EQUAL

    def _is_asked(self, key: Place, outlook: Outlook) -> bool | None:
        """Tell whether a table is requested that is due, None where it may be or not."""
        if key[0] in LEADING or outlook.asks_all:
            return True
        is_asked = self._is_time(key, outlook)
        # Content may need the listings of the model before their time has come.
        return None if key[0] in MODEL and not is_asked else is_asked

    def _is_time(self, key: Place, outlook: Outlook) -> bool | None:
        now = outlook.now
        if outlook.is_misdated and self.has(*key):
            return None
        if key in self._unsure:
            return True if self._last is None or now - self._last >= DAY else None
        if key in self._refused:
            since, asked = self._refused[key]
            waits = min(asked - since, DAY)
            if now < asked or now - asked >= waits:
                return True
            return None if now - asked >= waits - min(waits / 10, MOST_EARLY) else False
        empty = self._empty.get(key)
        return empty is None or not timedelta() <= now - empty < HOUR

    def _is_confirmed(self, key: Place, now: datetime) -> bool:
        since = self._empty.get(key)
        return since is not None and now - since >= HOUR

    # After a sync

    def read(self, key: Place, outlook: Outlook, *, doubted: bool) -> None:
        """Note a sync that was certain, in which a table was due in a place."""
        now = outlook.now
        if not outlook.is_reachable(key[1]):
            if self._is_confirmed(key, now):
                # It is looked for in vain, so it has to be found empty twice again.
                del self._empty[key]
            return
        self._unready.pop(key, None)
        became = self.demand(key, outlook, doubted=doubted)
        if self._is_asked(key, outlook) is False:
            return
        self._unsure.discard(key)
        since, _ = self._refused.pop(key, (now, now))
        empty = self._empty.pop(key, now)
        if outlook.is_hit(*key, by="refused"):
            self._refused[key] = (since, now)
        elif became is Demand.KEPT:
            self._empty[key] = empty

    def meet(self, key: Place, outlook: Outlook) -> None:
        """Note a sync to its end, in which a table was due, and its environment not ready."""
        if key in self._refused:
            # Its refusal stays: that it is not asked for shows a day later.
            self._unready.setdefault(key, outlook.now + DAY)
        elif self._is_asked(key, outlook):
            self._unready.setdefault(key, outlook.now)

    def leave_open(self, some: Iterable[Place], said: Collection[Place]) -> None:
        """Note that nobody knows what became of tables but the connector, which has *said* it."""
        for key in some:
            since = self._unready.get(key)
            self._forget([key])
            if since is not None:
                self._unready[key] = since
            if key in said:
                self._unsure.add(key)

    def synced(self, outlook: Outlook) -> None:
        """Note the end of a sync, and what is not there any more."""
        self._last = outlook.latest
        for key in [one for one in self._unready if outlook.is_reachable(one[1])]:
            del self._unready[key]
        self._forget(one for one in self.known() if not outlook.exists(one[1]))

    def known(self) -> set[Place]:
        """Return all that waits, be it certain or not."""
        return {*self._refused, *self._empty, *self._unready, *self._unsure}

    def _forget(self, some: Iterable[Place]) -> None:
        for key in some:
            for known in (self._refused, self._empty, self._unready):
                known.pop(key, None)
            self._unsure.discard(key)
