"""The steps of entries and assets: creation, edits, publication and archiving."""

from __future__ import annotations

from ...account.clock import DAY_MS
from ...account.lifecycle import Moment
from ...account.maker import Maker
from .activity import Activity, activity
from .actors import Life, app, writer
from .plan import CLONED, Kind, Space

FATES = (("published", 64), ("changed", 78), ("draft", 93), ("archived", 100))
"""Final states, with the cumulative share of records in percent."""
REST_DAYS = 330
"""The pause before a later edit is 5 days and up to so many more."""
BY_APP = 9
"""The share of edits by apps, in percent."""
EDITED_IN = 40
"""One of so many records is edited in staging after its creation."""


def life_of(maker: Maker, space: Space, kind: Kind, number: int) -> Life:
    """Return the steps of an entry or an asset."""
    time, key = activity(maker), (space.name, kind.id, number)
    end = time.ms(kind.last)
    birth = time.between(maker, time.ms(min(kind.first, space.first - 2)), end, *key)
    return LifeMaker(maker, space, kind, number).whole(birth, end)


def until(life: Life, ms: int) -> Life:
    """Return the steps before an instant."""
    return tuple(step for step in life if step[1].ms < ms)


def in_staging(maker: Maker, kind: Kind, life: Life) -> Life:
    """Return the steps until the creation of staging, for some records with a later edit."""
    time, made = activity(maker), activity(maker).ms(CLONED)
    copied = until(life, made)
    key = life[0][1].ms
    if not copied or copied[-1][0] == "archived" or maker.number(EDITED_IN, key):
        return copied
    ms = time.between(maker, made, time.ms(0), key)
    return (*copied, ("edited", writer(maker, ms, kind.team, key)))


class LifeMaker:
    """Makes the steps of one record, each later than the step before."""

    def __init__(self, maker: Maker, space: Space, kind: Kind, number: int) -> None:
        """Start with no steps."""
        self._maker, self._kind = maker, kind
        self._key = (space.name, kind.id, number)
        self._time: Activity = activity(maker)
        self._steps: list[tuple[str, Moment]] = []

    def whole(self, birth: int, end: int) -> Life:
        """Return the steps of a record created at ``birth`` and edited until ``end``."""
        fate = next(name for name, up_to in FATES if self._dice(100, "fate") < up_to)
        self._add("created", birth)
        now = birth
        for _ in range(1 + self._dice(3, "drafts")):
            now = self._after(now, min(end, now + 3 * DAY_MS))
            self._add("edited", now)
        if fate != "draft" and (fate != "archived" or self._dice(2, "was public")):
            now = self._published(now, end)
            if fate == "changed":
                self._add("edited", self._later(now, end))
            if fate == "archived":
                self._add("unpublished", now := self._later(now, end))
        if fate == "archived":
            self._add("archived", self._later(now, end))
        return tuple(self._steps)

    def _published(self, now: int, end: int) -> int:
        """Publish, then edit and publish up to three more times; return the last time."""
        self._add("published", now := self._after(now, min(end, now + 10 * DAY_MS)))
        for _ in range(self._dice(4, "rounds")):
            self._add("edited", now := self._later(now, end))
            self._add("published", now := self._after(now, min(end, now + 2 * DAY_MS)))
        return now

    def _dice(self, below: int, *parts: object) -> int:
        return self._maker.number(below, "life", *self._key, *parts)

    def _later(self, now: int, end: int) -> int:
        """Return a later instant: most content is not edited for months."""
        days = 5 + self._dice(REST_DAYS, "rest", len(self._steps))
        return self._after(now, min(end, now + days * DAY_MS))

    def _after(self, now: int, end: int) -> int:
        return self._time.between(self._maker, now, end, *self._key, len(self._steps))

    def _add(self, verb: str, ms: int) -> None:
        place = len(self._steps)
        if verb == "edited" and self._dice(100, "app", place) < BY_APP:
            moment = app(self._maker, ms, self._dice(3, "which app", place))
        else:
            moment = writer(self._maker, ms, self._kind.team, *self._key, place)
        self._steps.append((verb, moment))
