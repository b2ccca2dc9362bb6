"""What happened to entries and assets: written, published, edited again, forgotten, archived."""

from __future__ import annotations

from ...account.clock import DAY_MS
from ...account.lifecycle import Moment
from ...account.maker import Maker
from .actors import Life, app, writer
from .plan import CLONED, Kind, Space
from .rhythm import Rhythm, rhythm

FATES = (("published", 64), ("changed", 78), ("draft", 93), ("archived", 100))
"""Up to which of a hundred records end in a state."""
REST_DAYS = 330
"""How many days later something is touched again at the latest."""
BY_APP = 9
"""How many of a hundred edits an app makes."""
EDITED_IN = 40
"""One of so many records is edited in staging."""


def life_of(maker: Maker, space: Space, kind: Kind, number: int) -> Life:
    """Return the life of an entry, or of an asset."""
    time, key = rhythm(maker), (space.name, kind.id, number)
    end = time.ms(kind.last)
    birth = time.between(maker, time.ms(min(kind.first, space.first - 2)), end, *key)
    return Biographer(maker, space, kind, number).whole(birth, end)


def until(life: Life, ms: int) -> Life:
    """Return what of a life happened before an instant, nothing for what came later."""
    return tuple(step for step in life if step[1].ms < ms)


def in_staging(maker: Maker, kind: Kind, life: Life) -> Life:
    """Return a life up to when staging was made from master, in some with an edit after it."""
    time, made = rhythm(maker), rhythm(maker).ms(CLONED)
    copied = until(life, made)
    key = life[0][1].ms
    if not copied or copied[-1][0] == "archived" or maker.number(EDITED_IN, key):
        return copied
    ms = time.between(maker, made, time.ms(0), key)
    return (*copied, ("edited", writer(maker, ms, kind.team, key)))


class Biographer:
    """Makes up the steps of one life, each later than the one before."""

    def __init__(self, maker: Maker, space: Space, kind: Kind, number: int) -> None:
        """Begin with nothing."""
        self._maker, self._kind = maker, kind
        self._key = (space.name, kind.id, number)
        self._time: Rhythm = rhythm(maker)
        self._steps: list[tuple[str, Moment]] = []

    def whole(self, birth: int, end: int) -> Life:
        """Return the life of what was created at ``birth`` and edited up to ``end``."""
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
        """Publish, and in some rounds edit and publish again; return when that ended."""
        self._add("published", now := self._after(now, min(end, now + 10 * DAY_MS)))
        for _ in range(self._dice(4, "rounds")):
            self._add("edited", now := self._later(now, end))
            self._add("published", now := self._after(now, min(end, now + 2 * DAY_MS)))
        return now

    def _dice(self, below: int, *parts: object) -> int:
        return self._maker.number(below, "life", *self._key, *parts)

    def _later(self, now: int, end: int) -> int:
        """Return an instant after a while: most content is left alone for months."""
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
