"""What is known of each environment that is read: its identity, and what decides its rows."""

from __future__ import annotations

import threading
from typing import Optional

from .client import Client
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
        self._fields: Optional[dict[str, Optional[str]]] = None
        self._locale: Optional[str] = None
        self._has_locales = False
        self._new_fields: dict[str, Optional[str]] = {}
        self._lock = threading.Lock()

    def note_content_type(self, record: Record) -> None:
        """Take over which field gives the entries of a content type their title."""
        found = record_id(record)
        if found is not None:
            self._new_fields[found] = text(record.get("displayField"))

    def note_locale(self, record: Record) -> None:
        """Take over the default locale."""
        if record.get("default") is True:
            self._locale = text(record.get("code"))

    def noted_all(self, table: str) -> None:
        """Trust what was noted from the records of a table: its listing was complete."""
        if table == "CONTENT_TYPES":
            self._fields = self._new_fields
        if table == "LOCALES":
            self._has_locales = True

    def model(self, client: Client, remembered: Model) -> Model:
        """Return what decides the rows of entries and assets.

        What may not be read is what an earlier sync *remembered*, if it could read it.
        """
        with self._lock:
            try:
                self._ask(client)
            except NotReadable as refused:
                client.log.info(f"Titles are made as before, or are NULL. {refused}")
            locale = self._locale if self._has_locales else remembered.default_locale
            fields = remembered.display_fields if self._fields is None else self._fields
            return Model(locale, fields)

    def _ask(self, client: Client) -> None:
        size = client.configuration.max_records_per_page
        if not self._has_locales:
            path, limit = self.place.path("locales"), min(size, LARGEST_PAGE_OF_LOCALES)
            for page in pages(client, path, {}, limit):
                for record in page.records:
                    self.note_locale(record)
            self.noted_all("LOCALES")
        if self._fields is None:
            path, limit = self.place.path("content_types"), min(size, LARGEST_PAGE)
            for page in pages(client, path, {"order": "sys.createdAt,sys.id"}, limit):
                for record in page.records:
                    self.note_content_type(record)
            self.noted_all("CONTENT_TYPES")
