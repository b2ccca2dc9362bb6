"""The steps of a history, as data.

Each makes sense at any point of any history, so that those that a failure does not need can be
dropped one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Union

from support.model.calls import Edit
from support.model.disturbance import Disturbance
from support.model.history import QUIET, History


@dataclass(frozen=True)
class Change:
    """Edit the account several times in one instant."""

    edits: tuple[Edit, ...]

    def play(self, history: History) -> None:
        """Do it."""
        for one in self.edits:
            history.editor.apply(one)


@dataclass(frozen=True)
class Wait:
    """Let time pass."""

    seconds: float

    def play(self, history: History) -> None:
        """Do it."""
        history.editor.wait(self.seconds)


@dataclass(frozen=True)
class Sync:
    """Sync, in peace or not."""

    disturbance: Disturbance = QUIET

    def play(self, history: History) -> None:
        """Do it."""
        history.sync(self.disturbance)


@dataclass(frozen=True)
class Select:
    """Choose tables."""

    tables: tuple[str, ...]

    def play(self, history: History) -> None:
        """Do it."""
        history.tables = self.tables


@dataclass(frozen=True)
class Slow:
    """Give some tables a rhythm, in hours, and the others none."""

    hours: tuple[tuple[str, int], ...]

    def play(self, history: History) -> None:
        """Do it."""
        history.rhythms.hours = dict(self.hours)


@dataclass(frozen=True)
class Configure:
    """Change one of the other settings, or set it right again."""

    key: str
    value: str

    def play(self, history: History) -> None:
        """Do it."""
        history.settings = {**history.settings, self.key: self.value}


@dataclass(frozen=True)
class StartAnew:
    """Re-sync the connection from its beginning."""

    def play(self, history: History) -> None:
        """Do it."""
        history.forget()


@dataclass(frozen=True)
class Lag:
    """Have listings lag behind, and the clocks of the back ends differ."""

    seconds: float
    skew: float

    def play(self, history: History) -> None:
        """Do it."""
        history.lag(self.seconds, self.skew)


@dataclass(frozen=True)
class Version:
    """Go on to a version of the connector in which only some tables lack a new column.

    The connector never goes back once it has synced.
    """

    lacking: tuple[str, ...] = ()

    def play(self, history: History) -> None:
        """Do it."""
        if not history.warehouse.state or history.lacking.issuperset(self.lacking):
            history.become(self.lacking)


@dataclass(frozen=True)
class Refuse:
    """Have a table be refused in a space or an environment, until it is granted."""

    table: str
    place: str
    status: int = 403

    def play(self, history: History) -> None:
        """Do it."""
        history.refuse(self.table, self.place, self.status)


@dataclass(frozen=True)
class Grant:
    """Have all that is refused be granted."""

    def play(self, history: History) -> None:
        """Do it."""
        history.grant()


@dataclass(frozen=True)
class Limit:
    """Know tables of so many rows by sketches from now on."""

    largest: int

    def play(self, history: History) -> None:
        """Do it."""
        history.limits = replace(history.limits, largest=self.largest)


Step = Union[
    Change, Wait, Sync, Select, Slow, Configure, StartAnew, Lag, Version, Refuse, Grant, Limit
]
