"""What is known of each environment that is read: its identity, and what decides its rows."""

from __future__ import annotations

import threading
from typing import Optional

from .client import Client, Query
from .errors import NotReadable
from .paging import pages
from .rows import Model
from .table import Place, Record
from .values import record_id, text

LARGEST_PAGE = 1000
LARGEST_PAGE_OF_LOCALES = 100


class Environment:
    """One environment.

    Its content types and locales are noted when they are listed for their own tables, and asked
    for when content needs them and they were not.
    """

    def __init__(self, place: Place, origin: str) -> None:
        """*origin* tells the environment from an earlier one with the same id."""
        self.place = place
        self.origin = origin
        self._fields: dict[str, Optional[str]] = {}
        self._locale: Optional[str] = None
        self._listed: dict[str, bool] = {}
        self._lock = threading.Lock()

    def note_content_type(self, record: Record) -> None:
        """Take over which field gives the entries of a content type their title."""
        found = record_id(record)
        if found is not None:
            self._fields[found] = text(record.get("displayField"))

    def note_locale(self, record: Record) -> None:
        """Take over the default locale."""
        if record.get("default") is True:
            self._locale = text(record.get("code"))

    def noted(self, table: str, *, is_whole: bool) -> None:
        """Take what was noted for all that there is, if the listing of the table was whole."""
        self._listed[table] = is_whole

    def model(self, client: Client, remembered: Model) -> Model:
        """Return what decides the rows of entries and assets.

        What may not or cannot be read is what an earlier sync *remembered*, if it could read it.
        """
        # Whoever holds the lock needs the turn for the answers that it waits for.
        client.turn.end()
        with self._lock:
            try:
                self._ask(client)
            except NotReadable as refused:
                client.log.info(f"Titles are made as before, or are NULL. {refused}")
            locale, fields = self._locale, self._fields
            if locale is None and not self._listed.get("LOCALES"):
                locale = remembered.default_locale
            if not self._listed.get("CONTENT_TYPES"):
                fields = {**remembered.display_fields, **fields}
            return Model(locale, fields)

    def _ask(self, client: Client) -> None:
        size = client.configuration.max_records_per_page
        if "LOCALES" not in self._listed:
            self._list(client, "LOCALES", {}, min(size, LARGEST_PAGE_OF_LOCALES))
        if "CONTENT_TYPES" not in self._listed:
            order = {"order": "sys.createdAt,sys.id"}
            self._list(client, "CONTENT_TYPES", order, min(size, LARGEST_PAGE))

    def _list(self, client: Client, table: str, query: Query, limit: int) -> None:
        note = self.note_locale if table == "LOCALES" else self.note_content_type
        is_whole = True
        for page in pages(client, self.place.path(table.lower()), query, limit):
            is_whole = not page.left_out and (is_whole or page.first)
            for record in page.records:
                note(record)
            for sentence in page.left_out:
                client.log.info(f"Titles are made as before, or are NULL. {sentence}")
        self.noted(table, is_whole=is_whole)
