"""What an organization is refused as a whole is not asked for again in each of its places.

That is told by a sync in which every place refused.  Afterwards one place is probed in a sync,
another one each time; all of them are asked once a day, or as soon as one of them answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Optional

from contentful_cma.errors import NotReadable
from contentful_cma.extract.batch import Job
from contentful_cma.state.state import State
from contentful_cma.tables.table import Table

from .daily import Daily
from .discovery import Discovery


@dataclass(frozen=True)
class Refusal:
    """Why a job was not read, in words: it was refused now, or is held back since it was.

    *is_whole* says that its organization is refused as a whole.
    """

    job: Job
    reason: str
    sentence: str = ""
    is_whole: bool = False


@dataclass
class _Group:
    """One table in one organization during a step: which *places* it has, and what became of them.

    Of those *known* to be refused only *probe* is asked, if there is one.
    """

    places: list[str]
    known: list[str] = field(default_factory=list)
    probe: Optional[str] = None
    is_answered: bool = False
    held: list[Job] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether the organization counts as refused: all of several places have refused.

        That lasts until one is answered, also where there was no answer to the probe.
        """
        told = {*self.known, *(one.job.place.name for one in self.refused)}
        is_everywhere = self.probe is not None or told.issuperset(self.places)
        return is_everywhere and len(self.places) > 1 and not self.is_answered


class Refused:
    """Holds back what an organization was refused, but for one place."""

    def __init__(self, state: State, discovery: Discovery, daily: Daily) -> None:
        """Begin with what *state* says of earlier syncs."""
        self._state = state
        self._discovery = discovery
        self._daily = daily
        self._groups: dict[tuple[str, str], _Group] = {}

    def holds(self, job: Job) -> bool:
        """Tell whether a job is not to be read now; `answered` may return it later."""
        group = self._group(job)
        is_held = (
            group.probe not in (None, job.place.name)
            and job.place.name in group.known
            and not group.is_answered
        )
        if is_held:
            group.held.append(job)
        return is_held

    def answered(self, job: Job) -> list[Job]:
        """Note that a job was answered; return what has to be read now because of that."""
        group = self._group(job)
        group.is_answered = True
        held, group.held = group.held, []
        return held

    def refuse(self, job: Job, error: NotReadable) -> None:
        """Note that a job was refused."""
        reason = f"HTTP {error.status} {error.reason}"
        self._group(job).refused.append(Refusal(job, reason, str(error)))

    def settle(self) -> Iterator[Refusal]:
        """Yield what is to be told at the end of a step, and note which place was probed."""
        groups, self._groups = self._groups, {}
        for (table, organization), group in groups.items():
            is_whole = group.is_whole
            self._state.refuse(table, organization, (group.probe or "") if is_whole else None)
            for one in group.refused:
                yield replace(one, is_whole=is_whole)
            for job in group.held:
                yield Refusal(job, self._state.coverage(table, job.place.name), "", is_whole)

    def _group(self, job: Job) -> _Group:
        """Return what belongs to the table and the organization of a job, if it has both."""
        organization = self._discovery.owner(job.place) if job.tables else None
        key = (job.tables[0].name if job.tables else job.subject), organization or ""
        if key not in self._groups:
            is_known = organization is not None
            self._groups[key] = self._begun(job.tables, key) if is_known else _Group([])
        return self._groups[key]

    def _begun(self, tables: tuple[Table, ...], key: tuple[str, str]) -> _Group:
        """Return a group with what is known of it at the beginning of a step."""
        places = sorted(
            place.name
            for place in self._discovery.places(tables[0].scope)
            if self._discovery.owner(place) == key[1]
        )
        is_due, last = self._daily.is_due(tables[0]), self._state.probed(*key)
        if is_due or last is None:
            return _Group(places)
        known = [one for one in places if self._was_refused(tables, one)]
        after = [one for one in known if one > last]
        return _Group(places, known, next(iter((*after, *known)), None))

    def _was_refused(self, tables: tuple[Table, ...], place: str) -> bool:
        """Tell whether tables could not be read in a place the last time."""
        return all(self._state.coverage(table.name, place) for table in tables)
