"""The steps of a history, as data.

Each step is valid at any point of any history, so steps that a failure does not need can be
removed one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Union

from support.model.calls import Edit
from support.model.disturbance import Disturbance
from support.model.history import NO_DISTURBANCE, History


@dataclass(frozen=True)
class Change:
    """Edit the account several times in one instant."""

    edits: tuple[Edit, ...]

    def play(self, history: History) -> None:
        """Play the step."""
        for one in self.edits:
            history.editor.apply(one)


@dataclass(frozen=True)
class Wait:
    """Let time pass."""

    seconds: float

    def play(self, history: History) -> None:
        """Play the step."""
        history.editor.wait(self.seconds)


@dataclass(frozen=True)
class Sync:
    """Sync, with or without a disturbance."""

    disturbance: Disturbance = NO_DISTURBANCE

    def play(self, history: History) -> None:
        """Play the step."""
        history.sync(self.disturbance)


@dataclass(frozen=True)
class Select:
    """Select tables."""

    tables: tuple[str, ...]

    def play(self, history: History) -> None:
        """Play the step."""
        history.tables = self.tables


@dataclass(frozen=True)
class Schedule:
    """Give some tables an interval in hours, and remove all other intervals."""

    hours: tuple[tuple[str, int], ...]

    def play(self, history: History) -> None:
        """Play the step."""
        history.schedules.hours = dict(self.hours)


@dataclass(frozen=True)
class Configure:
    """Change one of the other settings, or restore it."""

    key: str
    value: str

    def play(self, history: History) -> None:
        """Play the step."""
        history.settings = {**history.settings, self.key: self.value}


@dataclass(frozen=True)
class Resync:
    """Re-sync the connection from an empty state."""

    def play(self, history: History) -> None:
        """Play the step."""
        history.resync()


@dataclass(frozen=True)
class Lag:
    """Let listings lag, and let the clocks of the back ends differ."""

    seconds: float
    skew: float

    def play(self, history: History) -> None:
        """Play the step."""
        history.lag(self.seconds, self.skew)


@dataclass(frozen=True)
class Version:
    """Upgrade to a version of the connector in which only some tables lack a new column.

    After the first sync there is no downgrade.
    """

    lacking: tuple[str, ...] = ()

    def play(self, history: History) -> None:
        """Play the step."""
        if not history.warehouse.state or history.lacking.issuperset(self.lacking):
            history.set_version(self.lacking)


@dataclass(frozen=True)
class Refuse:
    """Refuse a table in a space or an environment until `Grant`."""

    table: str
    place: str
    status: int = 403

    def play(self, history: History) -> None:
        """Play the step."""
        history.refuse(self.table, self.place, self.status)


@dataclass(frozen=True)
class Grant:
    """End all refusals."""

    def play(self, history: History) -> None:
        """Play the step."""
        history.grant()


@dataclass(frozen=True)
class Limit:
    """Use sketches for tables with more rows than this."""

    largest: int

    def play(self, history: History) -> None:
        """Play the step."""
        history.limits = replace(history.limits, largest=self.largest)


Step = Union[
    Change, Wait, Sync, Select, Schedule, Configure, Resync, Lag, Version, Refuse, Grant, Limit
]
