"""One table beside what the warehouse holds of it, while a listing is read that shows its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Optional

from contentful_cma.api.pagination import Page, Records
from contentful_cma.settings.period import initial_bound
from contentful_cma.state.changes import Change, ListingBegun, RowsChanged
from contentful_cma.state.ledger import fingerprint
from contentful_cma.tables.places import Place
from contentful_cma.tables.table import Lookup, Table
from contentful_cma.values import Row, read_instant

from .batch import ReadContext, keyless


@dataclass
class Told:
    """What a lookup has brought so far; without a value, why not."""

    problem: str
    value: Any = None

    def use(self, lookup: Lookup, page: Page) -> None:
        """Take the first value that a record gives."""
        self.problem = "".join(page.left_out[-1:]) or self.problem
        for record in page.take():
            if self.value is None:
                self.value = lookup.pick(record)


@dataclass(frozen=True)
class NewRow:
    """A row that has to be written, with its key and its fingerprint.

    Of one that *is_held* by the warehouse as it is, only the state has to learn something.
    """

    key: str
    fingerprint: str
    row: Row
    is_held: bool = False


@dataclass
class TableInListing:
    """One table beside what the warehouse holds of it, while its listing is read."""

    table: Table
    place: Place
    context: ReadContext
    waiting: list[NewRow] = field(default_factory=list)
    lacking: dict[str, NewRow] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with what the state knows of the table in this place."""
        self._configuration = self.context.client.configuration
        self._is_incremental = self._configuration.enable_incremental_sync
        self._ledger = self.context.state.ledger(self.table.name, self.place.name)
        self.diff = self._ledger.diff()
        self._keyless = 0
        self._incomplete: list[str] = []
        self._since: Optional[str] = None
        # What a further request tells depends on the environment that it asks.
        self._depends_on = self._configuration.first_environment if self.table.lookup else ""

    @property
    def lacks_all(self) -> bool:
        """Whether all rows wait for a lookup: none shows that lookups find anything."""
        return bool(self.waiting) and len(self.waiting) == len(self.lacking)

    def begin(self) -> None:
        """Begin, or begin again because the listing has moved."""
        self.diff.begin()
        self._keyless = 0
        self.waiting, self.lacking = [], {}
        self._since = self._bound()

    def news(self, records: Records) -> list[NewRow]:
        """Return the rows that the warehouse lacks or has otherwise; some wait for a lookup."""
        found: list[NewRow] = []
        lookup = self.table.lookup
        for one in self._noted(records):
            if lookup is not None and one.row[lookup.column] is None:
                self.lacking[one.key] = one
            if self._has_to_be_written(one):
                (self.waiting if one.key in self.lacking else found).append(one)
        return found

    def _noted(self, records: Records) -> Iterator[NewRow]:
        """Yield each row that is within the bound and that this look has not shown before."""
        for record in records:
            for row in self.table.rows(self.place, record, self._configuration.personal_data):
                key = self.table.key_of(row)
                if key is None:
                    self._keyless += 1
                    continue
                one = NewRow(key, fingerprint(row, self._depends_on), row)
                if self._is_ours(row) and self.diff.note(key, one.fingerprint):
                    yield one

    def completed(self, lookup: Lookup, one: NewRow, told: Told) -> NewRow | None:
        """Return the row with what a lookup found; None if it is as incomplete as it was.

        Without a value the row keeps the one that the warehouse has.
        """
        known = self.told_before(one.key)
        # With this fingerprint the next sync looks it up again, and writes only another value.
        # 1.0.0 wrote NULL as "incomplete", also where it knew a value.
        mark = "incomplete" if known is None else "kept"
        still_open = fingerprint(one.row, f"{self._depends_on} {mark}")
        was_open = self._is_incremental and self.diff.has(one.key, still_open)
        if told.value is not None:
            is_held = was_open and str(told.value) == known
            return replace(self._with_value(lookup, one, str(told.value)), is_held=is_held)
        self._incomplete.append(f"{lookup.column} of {self.table.name} {one.key}. {told.problem}")
        if was_open:
            return None
        kept = one if known is None else self._with_value(lookup, one, known)
        return replace(kept, fingerprint=still_open)

    def _with_value(self, lookup: Lookup, one: NewRow, value: str) -> NewRow:
        """Return a row with the value of its lookup."""
        self.told[one.key] = value
        return replace(one, row={**one.row, lookup.column: value})

    def told_otherwise(self, values: Mapping[str, Optional[str]]) -> list[NewRow]:
        """Return the rows for which their keys give another value than the warehouse has."""
        lookup = self.table.lookup
        if lookup is None:
            return []
        return [
            self._with_value(lookup, self.lacking[key], value)
            for key, value in values.items()
            if key in self.lacking and value not in (None, self.told_before(key))
        ]

    def told_before(self, key: str) -> str | None:
        """Return the value of a lookup that the warehouse has, None where it has none."""
        return self.told.get(key, self._ledger.told.get(key))

    def wrote(self, news: list[NewRow]) -> list[Change]:
        """Note rows that are about to be written; return what that changes in the state."""
        for one in news:
            self.diff.wrote(one.key, one.fingerprint)
        written = {one.key: one.fingerprint for one in news}
        name, place = self.table.name, self.place.name
        told = {one.key: self.told[one.key] for one in news if one.key in self.told}
        return [
            ListingBegun(name, place, self._since),
            RowsChanged(name, place, written, told=told),
        ]

    def problems(self) -> list[str]:
        """Return what the user should know of records that could not be read, in words."""
        where = f"{self.table.name} {self.place.name}".strip()
        sentences = keyless(self.table, self.place, self._keyless)
        if self._incomplete:
            sentences.append(
                f"{where}: a value of {len(self._incomplete)} rows could not be read; it is as it"
                f" was before, or NULL, for example: {self._incomplete[0]}"
            )
        return sentences

    def _bound(self) -> str | None:
        """Return the instant before whose updates records are left out.

        The first sync of the table sets it and no later one moves it.
        """
        if not self._ledger.is_new and self._is_incremental:
            return self._ledger.since
        if not self._is_incremental:
            return None
        return initial_bound(self._configuration, self.context.client.started_at())

    def _is_ours(self, row: Row) -> bool:
        """Tell whether a row is not left out, which is no difference to the warehouse."""
        updated = row.get("updated_at")
        if self._since is None or updated is None:
            return True
        return read_instant(updated) >= read_instant(self._since)

    def _has_to_be_written(self, one: NewRow) -> bool:
        """Tell whether a row is news, or everything is written anew."""
        if self.diff.has_written(one.key, one.fingerprint):
            return False
        is_news = self.diff.changed(one.key, one.fingerprint)
        return is_news or (not self._is_incremental and self.diff.first_look)
