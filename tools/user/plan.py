"""Show before the first sync which rows it would read, and the cost of this and later syncs.

Behind ``make plan CONFIGURATION=path.json``.  It writes nothing.  Two syncs are rehearsed, see
`rehearsal`; entries and assets of the account are only counted.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from contentful_cma.api.client import Client
from contentful_cma.errors import ContentfulError
from contentful_cma.state.state import BUDGET, LARGEST
from contentful_cma.tables import configure, selected
from contentful_cma.tables.places import owner_of
from contentful_cma.tables.table import ByDay, Incremental, PerParent, Table
from contentful_cma.values import record_id
from tools.command_line import no_file, refused, start
from tools.project import typed
from tools.user.fake_account import FakeAccount, RealAccount
from tools.user.live_line import LiveLine
from tools.user.local_warehouse import aligned, counted
from tools.user.per_entry import requests_per_entry
from tools.user.rehearsal import MONTH, Silence, rehearse
from tools.user.sync_ending import not_started
from tools.user.sync_input import bad_configuration

COMMAND = typed("plan", CONFIGURATION="my-configuration.json")
USAGE = f"Name the configuration to plan for: {COMMAND}"
BEGUN = "Counting the account; nothing is written."
UNCOUNTED = """
Rows are counted only by a sync for these tables: {tables}."""
ESTIMATED = """
Rows are estimated from the last days for these tables: {tables}."""
BYTES_OF_A_ROW = 75
"""The bytes in the state of a row that has the id of its parent in its key."""

NOTES = """
Times assume that the rate limit is reached.  Slow answers, and pages of entries that are too
large for one answer, take longer.  Rows of the first sync do not count as monthly active rows
(Fivetran's pricing, November 2026); later, a row counts once in each month in which it changes.
The last 30 days are a forecast of the next month."""


class Plan:
    """The result of a rehearsal."""

    def __init__(
        self, account: RealAccount, given: Mapping[str, Any], live: LiveLine | None = None
    ) -> None:
        """Rehearse; ContentfulError or ValueError as in a sync.  *live* shows the progress."""
        configuration = account.client.configuration
        self.account = account
        self.tables = selected(configuration)
        self.fake = FakeAccount(account, on_request=_progress(live) if live else None)
        first, unchanged = rehearse(self.fake, given)
        self.rows = first.rows
        more = list(requests_per_entry(self.fake, self.tables, self.rows.coverage, configuration))
        self.first = first.requests + sum(one.first for one in more)
        self.unchanged = unchanged.requests + sum(one.unchanged for one in more)
        self.rewritten = unchanged.rows.written
        self.refused = {
            (row["table_name"], row["place"]): row["reason"]
            for row in self.rows.coverage
            if row["status"] == "skipped"
        }
        self.refused |= {(one.table, one.place): one.reason for one in more if one.reason}

    @property
    def uncounted(self) -> list[str]:
        """The tables for which the rows of one parent only were read."""
        return [one.name for one in self.tables if _is_uncounted(one)]

    @property
    def estimated(self) -> list[str]:
        """The tables for which the last days only were read."""
        return [one.name for one in self.tables if isinstance(one.read, ByDay)]

    def report(self, name: str) -> Iterator[str]:
        """Yield the parts of the report."""
        yield f"{name} selects:\n\n{aligned(list(self._places()), numbers=(3, 4))}"
        heading = ["table", "places", "refused", "rows", "last 30 days"]
        yield aligned([heading, *self._of_tables()], numbers=range(1, 5))
        if self.uncounted:
            yield UNCOUNTED.format(tables=", ".join(self.uncounted)).strip()
        if self.estimated:
            yield ESTIMATED.format(tables=", ".join(self.estimated)).strip()
        refused = sorted({f"{table}: {why}" for (table, _), why in self.refused.items()})
        if refused:
            yield "\n".join(
                ["Refused; rows that are there stay:", *(f"  {one}" for one in refused)]
            )
        yield "\n".join(f"Note: {one}" for one in self.rows.warnings) or "No warnings."
        yield self._costs()
        yield "\n".join(self._split())
        yield NOTES.strip()

    def _places(self) -> Iterator[list[str | None]]:
        """Yield organizations, spaces and environments, and the content of the last."""
        names, owners = self._known()
        yield ["organization", "space", "environment", "entries", "assets"]
        for organization, space, environment in sorted(self._selected(owners)):
            path = f"/spaces/{space}/environments/{environment}"
            counts = [self._count(f"{path}/{one}") for one in ("entries", "assets")]
            yield [
                names.get(organization, organization),
                names.get(space, space),
                environment,
                *counts,
            ]

    def _count(self, path: str) -> str:
        content = self.fake.content.get(path)
        found = content.count({}) if content else None
        return "" if found is None else f"{found:,}"

    def _known(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return the name of each organization and space, and the owner of each space."""
        names, owners = {}, {}
        for request, response in self.account.known.items():
            if request.partition("?")[0] in ("/organizations", "/spaces"):
                for record in response.body.get("items", ()):
                    found = str(record_id(record))
                    names[found] = str(record.get("name") or found)
                    owners[found] = owner_of(record) or ""
        return names, owners

    def _selected(self, owners: Mapping[str, str]) -> set[tuple[str, str, str]]:
        """Return the ids of all places of the sync, "" for a level that a place does not have."""
        found = set()
        for row in self.rows.coverage:
            space, environment = row["space_id"] or "", row["environment_id"] or ""
            found.add((row["organization_id"] or owners.get(space, ""), space, environment))
        for row in self.rows.places:
            organization = row.get("organization_id", row["id"])
            found.add((organization or "", row["id"] if "organization_id" in row else "", ""))
        inner = {one[:2] for one in found if one[2]} | {(one[0], "") for one in found if one[1]}
        return {one for one in found if one[2] or (one[:2] not in inner and any(one))}

    def _of_tables(self) -> Iterator[list[str | None]]:
        places = Counter(row["table_name"] for row in self.rows.coverage)
        refused = Counter(table for table, _ in self.refused)
        changed = self._changed()
        for table in self.tables:
            name = table.name
            counts = ["?", "?"] if _is_uncounted(table) else self._counts(name, changed)
            yield [name, str(places[name] or ""), str(refused[name] or ""), *counts]

    def _counts(self, name: str, changed: Mapping[str, int]) -> list[str]:
        return [f"{self.rows.written[name]:,}", f"{changed[name]:,}"]

    def _changed(self) -> Counter[str]:
        """Return how many rows of each table changed in the last 30 days."""
        changed = Counter(self.rows.changed)
        since = (datetime.now(timezone.utc) - MONTH).strftime("%Y-%m-%dT%H:%M:%SZ")
        for table in self.tables:
            if isinstance(table.read, Incremental):
                changed[table.name] = sum(
                    content.count({"sys.updatedAt[gte]": since}) or 0
                    for path, content in self.fake.content.items()
                    if path.endswith(f"/{table.path}")
                )
        return changed

    def _costs(self) -> str:
        changed, rate = self._changed(), self.account.client.limiter.rate
        first, later = self._rows(self.rows.written), self._rows(self.rewritten)
        more = f", and {BYTES_OF_A_ROW} per row that is not counted" if self.uncounted else ""
        return "\n".join(
            [
                f"First sync: {_time(self.first, rate)}, {first}.",
                f"Sync with no changes: {_time(self.unchanged, rate)}, {later}.",
                f"Rows changed in the last 30 days: {self._total(changed):,}.",
                f"State: {_size(self.rows.state):,} bytes of at most {LARGEST:,}{more}.",
                f"Requests made for this plan: {self.account.client.requests_made:,}.",
            ]
        )

    def _rows(self, written: Mapping[str, int]) -> str:
        rows = counted(self._total(written), "row")
        return f"{rows} and those not counted" if self.uncounted else rows

    def _total(self, counts: Mapping[str, int]) -> int:
        """Return the sum for all tables that are counted."""
        return sum(counts.get(one.name, 0) for one in self.tables if not _is_uncounted(one))

    def _split(self) -> Iterator[str]:
        """Yield whether to split the account, and how."""
        size = _size(self.rows.state)
        if size <= BUDGET:
            yield "The state fits into one connection."
            return
        yield f"Split the account into several connections, each below {BUDGET:,} bytes of state:"
        _, owners = self._known()
        groups = shared_out(sizes_of(owners, self.rows.state))
        for number, spaces in enumerate(groups, start=1):
            yield f"  {number}. space_ids: {', '.join(spaces)}"
        yield "They share the rate limit.  Select tables of organizations in one of them only."


def _progress(live: LiveLine) -> Callable[[FakeAccount], None]:
    """Return the function that shows how many requests were counted and made."""

    def show(fake: FakeAccount) -> None:
        made = fake.account.client.requests_made
        rehearsed = counted(fake.requests, "request")
        live.show(f"Counting the account: {rehearsed} rehearsed, {made:,} made.")

    return show


def _is_uncounted(table: Table) -> bool:
    return isinstance(table.read, PerParent) and not table.read.single


def _time(requests: int, rate: float) -> str:
    """Return a number of requests, and the time that they take at so many per second."""
    minutes = requests / rate / 60
    if minutes < 1:
        return f"{counted(requests, 'request')} (less than a minute)"
    pace = f"{rate:.1f}".removesuffix(".0")
    return f"{counted(requests, 'request')} ({minutes:,.0f} min at {pace} per second)"


def _size(part: Any) -> int:
    return len(json.dumps(part))


def sizes_of(spaces: Collection[str], state: Mapping[str, Any]) -> dict[str, int]:
    """Return how many bytes of a state each of these spaces takes."""
    sizes: Counter[str] = Counter()
    for place, known in state.get("places", {}).items():
        space = place.partition("/")[0]
        sizes[space] += _size(known) if space in spaces else 0
    return +sizes


def shared_out(sizes: Mapping[str, int]) -> list[list[str]]:
    """Return spaces in groups of at most BUDGET bytes, the largest first."""
    groups: list[tuple[int, list[str]]] = []
    for space, size in sorted(sizes.items(), key=lambda one: -one[1]):
        fits = [number for number, (held, _) in enumerate(groups) if held + size <= BUDGET]
        if fits:
            held, spaces = groups[fits[0]]
            groups[fits[0]] = (held + size, [*spaces, space])
        else:
            groups.append((size, [space]))
    return [spaces for _, spaces in groups]


def main() -> int:
    """Print the plan; 1 if a sync would fail, 2 if it could not start."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("configuration", nargs="?", default="", help="a JSON file")
    name = parser.parse_args().configuration
    missing = no_file(name, USAGE)
    if missing is not None:
        return refused(missing)
    problem = bad_configuration(Path(name))
    if problem is not None:
        return refused(not_started(problem))
    return make_plan(name, json.loads(Path(name).read_text(encoding="utf-8")))


def make_plan(name: str, given: Mapping[str, Any]) -> int:
    """Count the account and print the plan for the settings *given*; the exit status."""
    with closing(Client(configure(given), Silence())) as client:
        account = RealAccount(client)
        live = LiveLine(BEGUN, stream=sys.stderr)
        live.show(BEGUN, plain=BEGUN)
        try:
            with live:
                parts = list(Plan(account, given, live).report(name))
        except (ContentfulError, ValueError) as problem:
            # The failure of the real account is clearer than the one of the rehearsed sync.
            print(account.failure or problem, file=sys.stderr)
            return 1
    print("\n\n".join(parts))
    return 0


if __name__ == "__main__":
    start(main)
