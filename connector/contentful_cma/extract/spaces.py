"""SPACES: the spaces that were listed, each with its default locale.

The listing of spaces has no default locale.  It comes from the locales of the first environment in
the configuration, which are usually listed anyway; so SPACES is written after them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from contentful_cma.api.pagination import Listing, read_pages
from contentful_cma.api.workers import gather_all
from contentful_cma.errors import ListingChanged, RequestFailed, TokenRefused, summary_of
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
    """The row of a space; ``is_changed`` if its default locale differs from the warehouse.

    A row that ``is_held`` is in the warehouse, and only the state changes.
    """

    listed: ListedRow
    locale: str | None
    is_changed: bool
    is_held: bool


class SpacesJob:
    """Writes the spaces of a listing that was read in this sync."""

    def __init__(
        self, listing: ListingJob, locales: Mapping[str, str | None], context: ReadContext
    ) -> None:
        """*locales* has the default locales of spaces whose locales this sync has listed."""
        self.tables, self.place, self.subject = (SPACES,), WHOLE_ACCOUNT, SPACES.name
        self.shows, self.requests_all = (), True
        self._listing = listing
        self._locales = locales
        self._client = context.client
        self._environment = context.client.configuration.first_environment
        self._table = TableDiff(SPACES, WHOLE_ACCOUNT, context, self._environment)
        self._ledger = context.state.ledger(SPACES.name, WHOLE_ACCOUNT.name)
        self._known = dict(self._ledger.looked_up)
        self._unknown: list[str] = []

    def lacks_all_locales(self) -> bool:
        """Return whether all default locales are missing, so the environment may not exist."""
        rows = [one for one in self._rows() if one.row["default_locale"] is None]
        return bool(rows) and not self._unchanged(rows)

    async def read(self, write: WriteBatch) -> None:
        """Write the changed spaces, and delete the missing ones."""
        rows = self._rows()
        problems = self._table.problems()
        unchanged = self._unchanged(rows)
        # A sketch can identify few differences, so each space is compared in its likeliest form.
        likely = [one if one.key in unchanged else self._without_locale(one) for one in rows]
        unread = self._table.held(likely) - unchanged
        spaces = await gather_all(partial(self._complete, one, unchanged, unread) for one in rows)
        self._write(spaces, write)
        # With a sketch, the first pass finds that rows differ, the second one finds which.
        while self._table.diff.end_pass(is_whole=not self._listing.left_out):
            self._write(spaces, write)
        end = self._table.end()
        if self._unknown:
            problems.append(
                f"{SPACES.name}: default_locale of {len(self._unknown)} rows could not be read. It"
                f" keeps its earlier value, or is NULL. First problem: {self._unknown[0]}"
            )
        write(Batch(deletes=end.deletes, changes=end.changes, left_out=problems))

    def _rows(self) -> list[ListedRow]:
        """Return the rows of the listing, without default locales if it has none."""
        self._table.begin()
        return list({one.key: one for one in self._table.rows(self._listing.records)}.values())

    def _unchanged(self, rows: list[ListedRow]) -> set[str]:
        """Return the keys of spaces without changes since their default locale was read."""
        return self._table.held(rows) & self._known.keys()

    def _write(self, spaces: list[_Space], write: WriteBatch) -> None:
        """Write the changed spaces, except those that wait for a default locale."""
        self._table.begin()
        by_key = {one.listed.key: one for one in spaces}
        changed_keys = {key for key, one in by_key.items() if one.is_changed}
        changed = self._table.changed((one.listed for one in spaces), changed_keys)
        upserts = [(SPACES, one.row) for one in changed if not by_key[one.key].is_held]
        locales = {one.key: by_key[one.key].locale for one in changed}
        known = {key: locale for key, locale in locales.items() if locale is not None}
        write(Batch(upserts, changes=self._table.changes(changed, known)))

    def _without_locale(self, listed: ListedRow) -> ListedRow:
        """Return a row with a fingerprint that marks its default locale as not read.

        The next sync requests the locale again, and writes the row only if its value differs.
        """
        # 1.0.0 wrote NULL as "incomplete", also where it knew a value.
        mark = "incomplete" if self._known.get(listed.key) is None else "kept"
        form = fingerprint(SPACES.form(listed.row), f"{self._environment} {mark}")
        return listed._replace(fingerprint=form)

    async def _complete(self, listed: ListedRow, unchanged: set[str], unread: set[str]) -> _Space:
        """Return a space with its default locale, or with the known one if it cannot be read.

        *unchanged* spaces keep it; for *unread* ones the last sync could not read it.
        """
        if listed.row["default_locale"] is not None:
            return _Space(listed, None, is_changed=False, is_held=False)
        known = self._known.get(listed.key)
        found = known if listed.key in unchanged else None
        locale = self._locales.get(listed.key) or found or await self._request(listed.key)
        value = known if locale is None else locale
        found_as = self._without_locale(listed) if locale is None else listed
        row = {**listed.row, "default_locale": value}
        is_changed = value != known
        is_held = listed.key in unread and not is_changed
        return _Space(found_as._replace(row=row), value, is_changed, is_held)

    async def _request(self, space: str) -> str | None:
        """Return the default locale of a space, or None and note the reason.

        An error of one space does not prevent other spaces from being written.
        """
        path = LOCALES_OF.format(space=space, environment=self._environment)
        problem, codes = f"GET {path} lists no default locale.", list[str]()
        if space not in self._locales:
            limit = LOCALES.page_size(self._client.configuration)
            try:
                async for page in read_pages(self._client, Listing(path, {}, limit)):
                    problem = "".join(page.left_out[-1:]) or problem
                    codes += [str(one["code"]) for one in page.take() if _is_default(one)]
            except TokenRefused:
                raise
            except (RequestFailed, ListingChanged) as error:
                problem = summary_of(error)
        if not codes:
            self._unknown.append(f"default_locale of {SPACES.name} {space}. {problem}")
        return codes[0] if codes else None


def _is_default(locale: Record) -> bool:
    """Return whether a locale is the default one, and has a code."""
    return locale.get("default") is True and locale.get("code") is not None
