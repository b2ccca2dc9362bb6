"""The only place that upserts, deletes, truncates and checkpoints."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterable
from typing import Any, Protocol

from contentful_cma.api.client import Client, Log
from contentful_cma.extract.batch import Batch
from contentful_cma.state.state import State
from contentful_cma.tables.own import SYNCS
from contentful_cma.tables.table import Table
from contentful_cma.values import Row, to_millis_text

from .own_tables import SyncsTable

CHECKPOINT_SECONDS = 60.0
"""Fivetran recommends a checkpoint about once a minute and at least every ten minutes
(https://fivetran.com/docs/connector-sdk/best-practices)."""


class Operations(Protocol):
    """The operations of a warehouse, with Fivetran's names."""

    can_truncate: bool
    """Whether `truncate` does anything: old SDKs lack it."""

    def upsert(self, table: str, data: Row) -> None:
        """Write a whole row."""

    def delete(self, table: str, keys: Row) -> None:
        """Delete the row with this primary key."""

    def truncate(self, table: str) -> None:
        """Delete all rows that the table has now."""

    def checkpoint(self, state: dict[str, Any]) -> None:
        """Commit everything that was written, with the state."""

    def warning(self, message: str) -> None:
        """Show a problem to the user; the sync continues."""


class Writer:
    """Writes batches to the warehouse, and applies their changes to the state.

    Batches before `release` are held back until the account is checked.  ``write_error`` is the
    error of a failed write, which ends the sync.
    """

    def __init__(
        self, client: Client, state: State, syncs: SyncsTable, op: Operations, log: Log
    ) -> None:
        """Begin with nothing written."""
        self.write_error: BaseException | None = None
        self.op = op
        self._syncs = syncs
        self._client = client
        self._state = state
        self._log = log
        self._written: Counter[str] = Counter()
        self._deleted: Counter[str] = Counter()
        self._last_checkpoint = client.clock()
        self._is_warned = False
        self._held: list[tuple[Batch, tuple[Table, ...]]] | None = []

    @property
    def rows_written(self) -> int:
        """How many rows were written so far."""
        return sum(self._written.values())

    def write(self, batch: Batch, tables: Iterable[Table] = ()) -> None:
        """Write a batch of *tables*, and make a checkpoint if one is due.

        After a failed operation, no other one follows.
        """
        if self.write_error is not None:
            raise self.write_error
        if self._held is not None:
            self._held.append((batch, tuple(tables)))
            return
        try:
            self.truncate_new_tables(tables)
            for table, row in batch.upserts:
                self._truncate_if_new(table)
                self.op.upsert(table.name, row)
                self._written[table.name] += 1
            for table, keys in batch.deletes:
                self.op.delete(table.name, keys)
            self._deleted.update(table.name for table, _ in batch.deletes)
            for change in batch.changes:
                self._state.apply(change)
            for sentence in batch.warnings:
                self.op.warning(sentence)
            if self._client.clock() - self._last_checkpoint >= CHECKPOINT_SECONDS:
                self.checkpoint()
                # Garbage is collected only here during a sync (`run.py`).
                gc.collect()
        except Exception as error:
            # A failed write ends the sync, not only a job.
            self.write_error = error
            raise

    def release(self) -> None:
        """Write the batches that were held back, and hold back no more."""
        held, self._held = self._held or [], None
        for batch, tables in held:
            self.write(batch, tables)

    def truncate_new_tables(self, tables: Iterable[Table]) -> None:
        """Truncate tables that the state has not begun, except history tables.

        An empty state means a first sync, or a re-sync whose tables still have their old rows.
        """
        for table in tables:
            self._truncate_if_new(table)

    def _truncate_if_new(self, table: Table) -> None:
        """Truncate one table that the state has not begun, except a history table."""
        if not self._state.knows(table.name):
            if not table.is_history:
                self.op.truncate(table.name)
            self._state.begin_table(table.name)

    def truncate(self, table: Table, places: Iterable[str]) -> None:
        """Truncate a table that is read again in *places*.

        Newer SDKs delete its old rows at the end of a successful sync.  Until then, the warehouse
        has old and new rows.
        """
        at_the_end = getattr(self.op, "truncate_at_the_end", None)
        if at_the_end is None:
            self.op.truncate(table.name)
        else:
            at_the_end(table.name)
            self._state.defer(table.name)
        at = to_millis_text(self._client.started_at())
        self._state.empty_table(table.name, places, at)

    def checkpoint(self, *, is_complete: bool = False) -> None:
        """Commit everything that was written, with the row of this sync in SYNCS."""
        written, deleted = sum(self._written.values()), sum(self._deleted.values())
        for row in self._syncs.rows(written, deleted, is_complete=is_complete):
            self.truncate_new_tables([SYNCS])
            self.op.upsert(SYNCS.name, row)
        saved = self._state.save()
        if self._state.warning is not None and not self._is_warned:
            self.op.warning(self._state.warning)
            self._is_warned = True
        self.op.checkpoint(saved)
        self._last_checkpoint = self._client.clock()

    def log_totals(self) -> None:
        """Log the number of written and deleted rows, per table and in total."""
        for name in sorted({*self._written, *self._deleted}):
            written, deleted = self._written[name], self._deleted[name]
            self._log.info(f"{name}: {written} written, {deleted} deleted.")
        self._log.info(
            f"{self.rows_written} rows written, {sum(self._deleted.values())} deleted,"
            f" {self._client.requests_made} requests ({self._client.rate_limited} answered 429)."
        )
