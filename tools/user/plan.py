"""Tell before the first sync what it would read, and what that and all later ones cost.

Behind ``make plan CONFIGURATION=path.json``.  It writes nothing.  Two syncs are rehearsed, see
`rehearsal`; of entries and assets the account is asked only how many there are.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from contentful_cma.api.client import Client
from contentful_cma.errors import ContentfulError
from contentful_cma.state.state import BUDGET, LARGEST
from contentful_cma.tables import configure, selected
from contentful_cma.tables.places import owner_of
from contentful_cma.tables.table import Incremental, PerParent, Table
from contentful_cma.values import record_id
from tools.command_line import no_file, refused, start
from tools.user.fake_account import FakeAccount, RealAccount
from tools.user.local_warehouse import aligned
from tools.user.per_entry import asked_per_entry
from tools.user.rehearsal import MONTH, Silence, rehearse
from tools.user.sync_ending import never_began
from tools.user.sync_input import bad_configuration

USAGE = "Say which configuration to plan for: make plan CONFIGURATION=my-configuration.json"
BEGUN = "Asking the account what there is; this takes about as long as a quiet sync."
UNCOUNTED = """
How many rows these have is known only once they are read: {tables}."""
BYTES_OF_A_ROW = 75
"""What the state takes for a row that has the id of its parent in its key."""

NOTES = """
Minutes are those of the rate limit; answers that come slowly, and pages of entries that are too
big for one answer, take longer.  Fivetran bills no row of the first sync, and each row that
changes later once a month: as many as changed in the last 30 days, if they are like the next."""


class Plan:
    """What a rehearsal has shown."""

    def __init__(self, account: RealAccount, given: Mapping[str, Any]) -> None:
        """Rehearse; ContentfulError or ValueError as in a sync."""
        configuration = account.client.configuration
        self.account = account
        self.tables = selected(configuration)
        self.fake = FakeAccount(account)
        first, quiet = rehearse(self.fake, given)
        self.rows = first.rows
        more = list(asked_per_entry(self.fake, self.tables, self.rows.coverage, configuration))
        self.first = first.requests + sum(one.first for one in more)
        self.quiet = quiet.requests + sum(one.quiet for one in more)
        self.refused = {
            (row["table_name"], row["place"]): row["reason"]
            for row in self.rows.coverage
            if row["status"] == "skipped"
        }
        self.refused |= {(one.table, one.place): one.reason for one in more if one.reason}

    @property
    def uncounted(self) -> list[str]:
        """The tables of which only one parent's rows were asked for."""
        return [one.name for one in self.tables if _is_uncounted(one)]

    def report(self, name: str) -> Iterator[str]:
        """Yield what there is to say, part by part."""
        yield f"{name} selects:\n\n{aligned(list(self._places()))}"
        yield aligned([["table", "places", "refused", "rows", "changed"], *self._of_tables()])
        if self.uncounted:
            yield UNCOUNTED.format(tables=", ".join(self.uncounted)).strip()
        refused = sorted({f"{table}: {why}" for (table, _), why in self.refused.items()})
        if refused:
            yield "\n".join(["Refused, and left as it is:", *(f"  {one}" for one in refused)])
        yield "\n".join(f"Note: {one}" for one in self.rows.warnings) or "Nothing to warn about."
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
        for question, response in self.account.known.items():
            if question.partition("?")[0] in ("/organizations", "/spaces"):
                for record in response.body.get("items", ()):
                    found = str(record_id(record))
                    names[found] = str(record.get("name"))
                    owners[found] = owner_of(record) or ""
        return names, owners

    def _selected(self, owners: Mapping[str, str]) -> set[tuple[str, str, str]]:
        """Return the ids of all that the sync has looked at, "" where there is no more to tell."""
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
        """Return how many rows of each table changed in the last month."""
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
        counted = [one.name for one in self.tables if not _is_uncounted(one)]
        changed = self._changed()
        rate = self.account.client.limiter.rate
        rows = sum(self.rows.written[one] for one in counted)
        more = f", and {BYTES_OF_A_ROW} for each row that is not counted" if self.uncounted else ""
        return "\n".join(
            [
                f"First sync: {_asked(self.first, rate)}, {rows:,} rows.",
                f"Quiet sync: {_asked(self.quiet, rate)}, no row.",
                f"First month: {sum(changed[one] for one in counted):,} rows to pay for.",
                f"State: {_size(self.rows.state):,} bytes of at most {LARGEST:,}{more}.",
                f"Requests made for this plan: {self.account.client.requests_made:,}.",
            ]
        )

    def _split(self) -> Iterator[str]:
        """Yield whether to split the account, and how."""
        size = _size(self.rows.state)
        if size <= BUDGET:
            yield "One connection is enough."
            return
        yield f"Split the account over several connections, each below {BUDGET:,} bytes of state:"
        _, owners = self._known()
        groups = shared_out(sizes_of(owners, self.rows.state))
        for number, spaces in enumerate(groups, start=1):
            yield f"  {number}. space_ids: {', '.join(spaces)}"
        yield "All of them share the rate limit.  Tables of the organization are needed only once."


def _is_uncounted(table: Table) -> bool:
    return isinstance(table.read, PerParent) and not table.read.single


def _asked(requests: int, rate: float) -> str:
    return f"{requests:,} requests, {requests / rate / 60:.1f} minutes at {rate:.1f} a second"


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
    """Print the plan; 1 where a sync would fail, 2 for what cannot begin."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("configuration", nargs="?", default="", help="a JSON file")
    name = parser.parse_args().configuration
    missing = no_file(name, USAGE)
    if missing is not None:
        return refused(missing)
    problem = bad_configuration(Path(name))
    if problem is not None:
        return refused(never_began(problem))
    print(BEGUN, file=sys.stderr)
    return make_plan(name, json.loads(Path(name).read_text(encoding="utf-8")))


def make_plan(name: str, given: Mapping[str, Any]) -> int:
    """Ask the account and print the plan for the settings *given*; the exit status."""
    with closing(Client(configure(given), Silence())) as client:
        account = RealAccount(client)
        try:
            print("\n\n".join(Plan(account, given).report(name)))
        except (ContentfulError, ValueError) as problem:
            # The failure of the real account says more than what a rehearsed sync makes of it.
            print(account.failure or problem, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    start(main)
