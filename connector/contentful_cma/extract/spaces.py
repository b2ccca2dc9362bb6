"""SPACES: the spaces that were listed, each with its default locale.

The listing of spaces shows no default locale.  The locales of the first environment that the
settings name show it, and mostly they are listed anyway; so SPACES is written after them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from contentful_cma.api.pagination import Listing, read_pages
from contentful_cma.api.workers import gather_all
from contentful_cma.errors import NotReadable, QueryRefused, Unanswered
from contentful_cma.state.ledger import fingerprint
from contentful_cma.tables.core import SPACES
from contentful_cma.tables.places import WHOLE_ACCOUNT
from contentful_cma.tables.structure import LOCALES
from contentful_cma.values import Record

from .batch import Batch, ReadContext, WriteBatch
from .listing import ListingJob
from .table_diff import ListedRow, TableDiff

LOCALES_OF = "/spaces/{space}/environments/{environment}/locales"


class _Space(NamedTuple):
    """The row of a space; ``is_other`` where its default locale is not that of the warehouse.

    Of a row that ``is_held`` only the state has to learn something.
    """

    listed: ListedRow
    locale: str | None
    is_other: bool
    is_held: bool


class SpacesJob:
    """Writes the spaces of a listing that was read in this sync."""

    def __init__(
        self, listing: ListingJob, locales: Mapping[str, str | None], context: ReadContext
    ) -> None:
        """*locales* has the default locale of each space whose locales this sync has listed."""
        self.tables, self.place, self.subject = (SPACES,), WHOLE_ACCOUNT, SPACES.name
        self.shows, self.requests_all = (), True
        self._listing = listing
        self._locales = locales
        self._client = context.client
        self._environment = context.client.configuration.first_environment
        self._table = TableDiff(SPACES, WHOLE_ACCOUNT, context, self._environment)
        self._ledger = context.state.ledger(SPACES.name, WHOLE_ACCOUNT.name)
        self._known = dict(self._ledger.told)
        self._unknown: list[str] = []

    def knows_no_locale(self) -> bool:
        """Tell whether all default locales are missing: none shows that the environment exists."""
        rows = [one for one in self._rows() if one.row["default_locale"] is None]
        return bool(rows) and not self._unchanged(rows)

    async def read(self, write: WriteBatch) -> None:
        """Write the spaces that have changed, and delete those that are gone."""
        rows = self._rows()
        problems = self._table.problems()
        unchanged = self._unchanged(rows)
        spaces = await gather_all(partial(self._complete, one, unchanged) for one in rows)
        self._write(spaces, write)
        # With a sketch the first pass finds that something differs, the second one what.
        while self._table.diff.end_pass(is_whole=not self._listing.left_out):
            self._write(spaces, write)
        end = self._table.end()
        if self._unknown:
            problems.append(
                f"{SPACES.name}: a value of {len(self._unknown)} rows could not be read; it is as"
                f" it was before, or NULL, for example: {self._unknown[0]}"
            )
        write(Batch(deletes=end.deletes, changes=end.changes, left_out=problems))

    def _rows(self) -> list[ListedRow]:
        """Return the rows of the listing; without a default locale where it shows none."""
        self._table.begin()
        return list({one.key: one for one in self._table.rows(self._listing.records)}.values())

    def _unchanged(self, rows: list[ListedRow]) -> set[str]:
        """Return the keys of spaces that are as they were when their default locale was read."""
        return self._table.held(rows) & self._known.keys()

    def _write(self, spaces: list[_Space], write: WriteBatch) -> None:
        """Write what has changed."""
        self._table.begin()
        by_key = {one.listed.key: one for one in spaces}
        other = {key for key, one in by_key.items() if one.is_other}
        changed = self._table.changed((one.listed for one in spaces), other)
        upserts = [(SPACES, one.row) for one in changed if not by_key[one.key].is_held]
        locales = {one.key: by_key[one.key].locale for one in changed}
        known = {key: locale for key, locale in locales.items() if locale is not None}
        write(Batch(upserts, changes=self._table.changes(changed, known)))

    async def _complete(self, listed: ListedRow, unchanged: set[str]) -> _Space:
        """Return a space with its default locale; where that cannot be read, as it was."""
        if listed.row["default_locale"] is not None:
            return _Space(listed, None, is_other=False, is_held=False)
        known = self._known.get(listed.key)
        found = known if listed.key in unchanged else None
        locale = self._locales.get(listed.key) or found or await self._request(listed.key)
        # With this fingerprint the next sync requests it again, and writes only another value.
        # 1.0.0 wrote NULL as "incomplete", also where it knew a value.
        mark = "incomplete" if known is None else "kept"
        unread = fingerprint(listed.row, f"{self._environment} {mark}")
        is_full = not self._client.configuration.enable_incremental_sync
        was_unread = not is_full and self._ledger.is_unchanged(listed.key, unread)
        value = known if locale is None else locale
        row = {**listed.row, "default_locale": value}
        form = unread if locale is None else listed.fingerprint
        is_other = value != known
        is_held = was_unread and not is_other
        return _Space(ListedRow(listed.key, form, row), value, is_other, is_held)

    async def _request(self, space: str) -> str | None:
        """Return the default locale of a space, or None and note why.

        A space without an answer keeps no other one from being written.
        """
        path = LOCALES_OF.format(space=space, environment=self._environment)
        problem, codes = f"GET {path} lists none.", list[str]()
        if space not in self._locales:
            limit = LOCALES.page_size(self._client.configuration)
            try:
                async for page in read_pages(self._client, Listing(path, {}, limit)):
                    problem = "".join(page.left_out[-1:]) or problem
                    codes += [str(one["code"]) for one in page.take() if _is_default(one)]
            except (NotReadable, QueryRefused, Unanswered) as error:
                problem = error.summary
        if not codes:
            self._unknown.append(f"default_locale of {SPACES.name} {space}. {problem}")
        return codes[0] if codes else None


def _is_default(locale: Record) -> bool:
    """Tell whether a locale is the default one, and has a code."""
    return locale.get("default") is True and locale.get("code") is not None
