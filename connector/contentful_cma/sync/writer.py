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
"""Fivetran asks for a checkpoint about once a minute and at least every ten minutes
(https://fivetran.com/docs/connector-sdk/best-practices)."""


class Operations(Protocol):
    """What a warehouse has to do; Fivetran's operations by their own names."""

    can_truncate: bool
    """Whether `truncate` does anything: old SDKs lack it."""

    def upsert(self, table: str, data: Row) -> None:
        """Write a whole row."""

    def delete(self, table: str, keys: Row) -> None:
        """Delete the row with this primary key."""

    def truncate(self, table: str) -> None:
        """Delete all rows that the table has now."""

    def checkpoint(self, state: dict[str, Any]) -> None:
        """Make everything up to here last, together with the state."""

    def warning(self, message: str) -> None:
        """Tell the user what should be looked at; the sync goes on."""


class Writer:
    """Brings batches to the warehouse, and lets the state vouch for exactly what was written.

    What is written before `release` waits for it: until then nobody knows whose account was read.
    ``write_error`` is the error that a write ended with, if one did: then the sync is over.
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
        """Write a batch of *tables*, and make a checkpoint if it is time for one.

        Once an operation has failed, nothing follows it.
        """
        if self.write_error is not None:
            raise self.write_error
        if self._held is not None:
            self._held.append((batch, tuple(tables)))
            return
        try:
            self.truncate_new_tables(tables)
            self.truncate_new_tables(table for table, _ in batch.upserts)
            for table, row in batch.upserts:
                self.op.upsert(table.name, row)
            for table, keys in batch.deletes:
                self.op.delete(table.name, keys)
            self._written.update(table.name for table, _ in batch.upserts)
            self._deleted.update(table.name for table, _ in batch.deletes)
            for change in batch.changes:
                self._state.apply(change)
            for sentence in batch.warnings:
                self.op.warning(sentence)
            if self._client.clock() - self._last_checkpoint >= CHECKPOINT_SECONDS:
                self.checkpoint()
                # While a sync runs, nothing else collects garbage (`run.py`).
                gc.collect()
        except Exception as error:
            # No failed job, but the end of the sync.
            self.write_error = error
            raise

    def release(self) -> None:
        """Write what has waited, and let nothing wait from now on."""
        held, self._held = self._held or [], None
        for batch, tables in held:
            self.write(batch, tables)

    def truncate_new_tables(self, tables: Iterable[Table]) -> None:
        """Empty a table that this state knows nothing of; usage stays, it is history.

        An empty state is a first sync, or a re-sync whose tables still hold their old rows.
        """
        for table in tables:
            if not self._state.knows(table.name):
                if not table.is_history:
                    self.op.truncate(table.name)
                self._state.begin_table(table.name)

    def truncate(self, table: Table, places: Iterable[str]) -> None:
        """Truncate a table that is read again in *places*."""
        self.op.truncate(table.name)
        at = to_millis_text(self._client.started_at())
        self._state.empty_table(table.name, places, at)

    def checkpoint(self, *, is_complete: bool = False) -> None:
        """Make everything that was written last, and tell of the sync, which may be complete."""
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
        """Log what was written, table by table and in all."""
        for name in sorted({*self._written, *self._deleted}):
            written, deleted = self._written[name], self._deleted[name]
            self._log.info(f"{name}: {written} written, {deleted} deleted.")
        self._log.info(
            f"{self.rows_written} rows written, {sum(self._deleted.values())} deleted,"
            f" {self._client.requests_made} requests ({self._client.rate_limited} answered 429)."
        )
