"""What is known of each environment that is read: its identity, and what decides its rows."""

from __future__ import annotations

from functools import partial
from typing import Optional

from contentful_cma.api.client import Client, Query
from contentful_cma.api.pagination import Collection, Page, read_pages
from contentful_cma.errors import NotReadable
from contentful_cma.tables.derived import ContentModel
from contentful_cma.tables.places import Place
from contentful_cma.tables.table import Table
from contentful_cma.values import Record, record_id, text

from .batch import Write, names_of

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
        self._left_out: list[str] = []

    def note(self, path: str, record: Record) -> None:
        """Take over what a record listed at *path* decides."""
        if path == "locales" and record.get("default") is True:
            self._locale = text(record.get("code"))
        found = record_id(record)
        if path == "content_types" and found is not None:
            self._fields[found] = text(record.get("displayField"))

    def noted(self, path: str, *, is_whole: bool) -> None:
        """Take what was noted for all that there is, if the listing was whole."""
        self._listed[path] = is_whole

    def model(self, remembered: ContentModel) -> ContentModel:
        """Return what decides the rows of entries and assets.

        What may not or cannot be read is what an earlier sync *remembered*, if it could read it.
        """
        locale, fields = self._locale, self._fields
        if locale is None and not self._listed.get("locales"):
            locale = remembered.default_locale
        if not self._listed.get("content_types"):
            fields = {**remembered.display_fields, **fields}
        return ContentModel(locale, fields)

    async def ask(self, client: Client) -> None:
        """List what was not listed for its own table, as far as it may be read."""
        size = client.configuration.max_records_per_page
        try:
            if "locales" not in self._listed:
                await self._list(client, "locales", {}, min(size, LARGEST_PAGE_OF_LOCALES))
            if "content_types" not in self._listed:
                order = {"order": "sys.createdAt,sys.id"}
                await self._list(client, "content_types", order, min(size, LARGEST_PAGE))
        except NotReadable as refused:
            client.log.info(f"Titles are made as before, or are NULL. {refused}")

    async def _list(self, client: Client, path: str, query: Query, limit: int) -> None:
        collection = Collection(self.place.path(path), query, limit)
        self._left_out = []
        await read_pages(client, collection, partial(self._use, path))
        for sentence in self._left_out:
            client.log.info(f"Titles are made as before, or are NULL. {sentence}")
        self.noted(path, is_whole=not self._left_out)

    def _use(self, path: str, page: Page) -> None:
        self._left_out = [*(() if page.first else self._left_out), *page.left_out]
        for record in page.records:
            self.note(path, record)


class ContentModelRead:
    """Reads what decides the rows of content in one environment; writes nothing itself."""

    def __init__(self, environment: Environment, client: Client, content: list[Table]) -> None:
        """*content* are the tables whose rows it decides."""
        self.tables: tuple[Table, ...] = ()
        self.environment = environment
        self.place = environment.place
        self.subject = names_of(content)
        self._client = client

    async def read(self, _write: Write) -> None:
        """List locales and content types where they were not listed yet."""
        await self.environment.ask(self._client)
