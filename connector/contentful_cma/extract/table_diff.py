"""Compares the rows of a listing with the warehouse, for one table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple, Optional

from contentful_cma.api.pagination import Records
from contentful_cma.errors import DifferenceTooLarge
from contentful_cma.settings.period import initial_bound
from contentful_cma.state.changes import Change, ListingBegun, ListingRead, RowsChanged
from contentful_cma.state.ledger import fingerprint
from contentful_cma.tables.places import Place
from contentful_cma.tables.table import Table
from contentful_cma.values import Row, read_instant

from .batch import Batch, ReadContext, WrittenRow, keyless


class ListedRow(NamedTuple):
    """A row of a listing, with its key and its fingerprint."""

    key: str
    fingerprint: str
    row: Row


class TableDiff:
    """Compares one table with the warehouse while its listing is read."""

    def __init__(
        self, table: Table, place: Place, context: ReadContext, decided_by: str = ""
    ) -> None:
        """Begin with the state; the rows also depend on *decided_by*."""
        self.table = table
        self._place = place
        self._client = context.client
        self._configuration = context.client.configuration
        self._is_incremental = self._configuration.enable_incremental_sync
        self._ledger = context.state.ledger(table.name, place.name)
        self.diff = self._ledger.diff()
        self._decided_by = decided_by
        self._keyless = 0
        self._since: Optional[str] = None

    def begin(self) -> None:
        """Begin, or restart because records have moved."""
        self.diff.start_pass()
        self._keyless = 0
        self._since = self._bound()

    def rows(self, records: Records) -> Iterator[ListedRow]:
        """Yield the rows of records within the bound; records without a key are counted."""
        for record in records:
            for row in self.table.rows(self._place, record, self._configuration.personal_data):
                key = self.table.row_key(row)
                if key is None:
                    self._keyless += 1
                elif self._is_within_bound(row):
                    form = fingerprint(self.table.form(row), self._decided_by)
                    yield ListedRow(key, form, row)

    def changed(self, rows: Iterable[ListedRow], also: Collection[str] = ()) -> list[ListedRow]:
        """Return the rows that the warehouse lacks or has in another form, each once in a listing.

        Rows with the keys in *also* differ in a part that their fingerprint does not cover.
        """
        return [
            row
            for row in rows
            if self.diff.add(row.key, row.fingerprint) and self._has_to_be_written(row, also)
        ]

    def held(self, rows: Collection[ListedRow]) -> set[str]:
        """Return the keys of the rows that the warehouse has in the same form."""
        if not self._is_incremental:
            return set()
        diff = self._ledger.diff()
        for row in rows:
            diff.add(row.key, row.fingerprint)
        try:
            diff.end_pass(is_whole=True)
        except DifferenceTooLarge:
            return set()
        return {row.key for row in rows if not diff.is_changed(row.key, row.fingerprint)}

    def changes(
        self, rows: Iterable[ListedRow], looked_up: Mapping[str, str] | None = None
    ) -> list[Change]:
        """Note rows that are about to be written; return the changes of the state."""
        written = {row.key: row.fingerprint for row in rows}
        for key, form in written.items():
            self.diff.mark_written(key, form)
        name, place = self.table.name, self._place.name
        return [
            ListingBegun(name, place, self._since),
            RowsChanged(name, place, written, looked_up=looked_up or {}),
        ]

    def end(self, *, is_plain: bool = False) -> Batch:
        """Return the deletion of the missing rows, none after a partial listing."""
        missing, name, place = self.diff.removed(), self.table.name, self._place.name
        deletes: list[WrittenRow] = []
        if not self.table.is_history:
            deletes = [
                (self.table, self.table.primary_key_values(self._place, key)) for key in missing
            ]
        read = ListingRead(name, place, self.diff.sketch_after(), is_plain)
        return Batch(deletes=deletes, changes=[RowsChanged(name, place, deleted=missing), read])

    def problems(self) -> list[str]:
        """Return sentences about records that could not be read."""
        return keyless(self.table, self._place, self._keyless)

    def _bound(self) -> str | None:
        """Return the bound: records that were updated earlier are omitted.

        The first sync of the table sets it, and later syncs keep it.
        """
        if not self._ledger.is_new and self._is_incremental:
            return self._ledger.since
        if not self._is_incremental:
            return None
        return initial_bound(self._configuration, self._client.started_at())

    def _is_within_bound(self, row: Row) -> bool:
        """Return whether a row was updated since the bound of `initial_sync_days`."""
        updated = row.get("updated_at")
        if self._since is None or updated is None:
            return True
        return read_instant(updated) >= read_instant(self._since)

    def _has_to_be_written(self, row: ListedRow, also: Collection[str]) -> bool:
        """Return whether a row has changed, or all rows are rewritten."""
        if self.diff.is_written(row.key, row.fingerprint):
            return False
        if row.key in also or self.diff.is_changed(row.key, row.fingerprint):
            return True
        return not self._is_incremental and self.diff.is_first_pass
