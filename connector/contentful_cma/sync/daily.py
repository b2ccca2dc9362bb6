"""What is left unasked because its answer is known is asked for once a day all the same."""

from __future__ import annotations

from contentful_cma.api.client import Client
from contentful_cma.settings.period import has_passed
from contentful_cma.state.state import State
from contentful_cma.tables.table import Table
from contentful_cma.values import write_instant

HOURS = 24


class Daily:
    """Knows of which tables this sync asks for everything, whatever is known of them."""

    def __init__(self, client: Client, state: State) -> None:
        """Begin with what *state* says of earlier syncs."""
        self._client = client
        self._state = state
        self._due: dict[Table, bool] = {}

    def is_due(self, table: Table) -> bool:
        """Tell whether nothing of a table is left unasked in this sync."""
        if table not in self._due:
            last, now = self._state.all_asked(table.name), self._client.started_at()
            is_full = not self._client.configuration.enable_incremental_sync
            self._due[table] = is_full or has_passed(HOURS, last, now)
        return self._due[table]

    def succeeded(self) -> None:
        """Note that this sync has read everything that was due."""
        start = write_instant(self._client.started_at())
        for table in (table for table, is_due in self._due.items() if is_due):
            self._state.ask_all(table.name, start)
