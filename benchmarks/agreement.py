"""Whether two revisions of the connector fill a warehouse with the same rows.

Both read the same accounts, one after the other: in full, then again without changes, and
the small one a third time after the demo's edits.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from tools.user.demo import go_to_noon
from tools.user.twelve_edits import edited

from .accounts import Account, World, emulated
from .connectors import Connector
from .reading import Reader, read, say
from .records import counted, written
from .sizes import FULL

COVERAGE = "SYNC_COVERAGE"
INTENDED = {"EXPERIENCES": ("template_id",), COVERAGE: ("reason",)}
"""Columns that have other values since 1.0.0 (``CHANGELOG.md``)."""

STAYS = "WORKFLOW_STEPS"
"""A table whose rows 1.0.0 deletes when a workflow is deleted, and later versions keep."""

SHOWN = 5
"""Number of differing rows that are shown."""

DEMO = World(organizations=2, spaces=4, environments=1, entries=20, assets=5, rate_limit=0)
"""Small, because its history is read, too, which takes requests for each entry."""
AWKWARD = {"spaces": 1, "entries": 5, "assets": 5, "awkward": True, "rate_limit": 0}
SPELLING = {"changelog_link_type": "Entry"}
"""The only spelling that 1.0.0 knows in its requests of WORKFLOW_STEPS."""
LARGE = FULL.spread
EVERYTHING = "all, history"
ACCOUNTS = (("demo", DEMO, EVERYTHING), ("awkward", DEMO, EVERYTHING), ("large", LARGE, "all"))
"""Name, size and tables; with its history, the state of the large one would be too large."""


def disagreements(old: Connector, new: Connector, folder: Path) -> list[str]:
    """Sync the accounts with both revisions; return in words how their rows differ."""
    found = []
    for name, world, tables in ACCOUNTS:
        with emulated(world) as account:
            go_to_noon(account.url)
            if name == "awkward":
                account.control("POST", "reset", AWKWARD)
            account.control("POST", "settings", SPELLING)
            readers = {
                "old": old.keeping_rows(tables=tables),
                "new": new.keeping_rows(tables=tables),
            }
            pair = _Pair(name, account, readers, folder / name)
            found += [
                *pair.synced("all rows"),
                *pair.synced("nothing has changed", is_unchanged=True),
            ]
            if name == "demo":
                edits = len(list(edited(account.url)))
                found += pair.synced(f"after {edits} edits")
    return found


class _Pair:
    """Two connectors that read one account, each into a separate folder."""

    def __init__(
        self, name: str, account: Account, readers: dict[str, Reader], folder: Path
    ) -> None:
        self._name = name
        self._account = account
        self._readers = readers
        self._folder = folder

    def synced(self, step: str, *, is_unchanged: bool = False) -> list[str]:
        """Sync with both; return in words the differences, and any writes if *is_unchanged*."""
        counts = {}
        for side, reader in self._readers.items():
            read(reader, self._account, self._folder / side)
            counts[side] = counted(self._folder / side)
        rows, differences = compared(self._folder / "old", self._folder / "new")
        for kind in counts["old"]:
            before, after = (counts[side][kind] for side in ("old", "new"))
            differences += [
                f"{kind} rows of {name}: {before.get(name, 0)} and {after.get(name, 0)}"
                for name in sorted(tables_of(self._folder / "old") - {COVERAGE, STAYS})
                if before.get(name, 0) != after.get(name, 0)
            ]
        if is_unchanged:
            writers = (side for side in self._readers if written(self._folder / side))
            differences += [f"{side} wrote {counts[side]}" for side in writers]
        title = f"Agreement, {self._name} account, {step}"
        verdict = "they differ" if differences else "no difference"
        say(f"{title}: {rows:,} rows in the warehouse: {verdict}")
        return [f"{title}: {one}" for one in differences]


def tables_of(folder: Path) -> set[str]:
    """Return the names of the tables that a revision declares."""
    with closing(sqlite3.connect(folder / "rows.db")) as database:
        return {name for (name,) in database.execute("SELECT name FROM declared")}


def compared(old: Path, new: Path) -> tuple[int, list[str]]:
    """Return the number of rows in the second folder's warehouse, and the differences.

    Tables and columns that only the new revision has are additions and no difference, and so are
    the rows of SYNC_COVERAGE about such tables.
    """
    with closing(sqlite3.connect(old / "rows.db")) as database:
        database.execute("ATTACH ? AS new", (str(new / "rows.db"),))
        differences = [
            *_differences(database, "declared", "name, NULL"),
            *_differences(database, "kept", "name, key"),
        ]
        (count,) = database.execute("SELECT count(*) FROM new.kept").fetchone()
    more = [f"{len(differences) - SHOWN} more"] if len(differences) > SHOWN else []
    return count, [*differences[:SHOWN], *more]


def _differences(database: sqlite3.Connection, table: str, names: str) -> Iterator[str]:
    """Yield in words which rows one side lacks or has with other values."""
    query = f"""
        SELECT name, key, max(old), max(new) FROM (
            SELECT {names} AS key, text AS old, NULL AS new FROM main.{table}
            UNION ALL SELECT {names}, NULL, text FROM new.{table}
        ) WHERE name IN (SELECT name FROM main.declared)
        AND (name <> '{COVERAGE}' OR key IS NULL
             OR key ->> '$[0]' IN (SELECT name FROM main.declared))
        GROUP BY name, key HAVING max(old) IS NOT max(new)
    """  # noqa: S608 - the names are written above
    for name, key, *texts in database.execute(query):
        place = f"{name} {key or ''}".strip()
        before, after = (None if text is None else _columns(json.loads(text)) for text in texts)
        if name == STAYS and before is None:
            continue
        if before is None or after is None:
            yield f"{place} is only in the {'new' if before is None else 'old'} revision"
            continue
        intended = INTENDED.get(name, ())
        changed = [one for one in before if one not in intended and before[one] != after.get(one)]
        shown = (f"{one}: {before[one]!r} and {after.get(one)!r}" for one in changed)
        if changed:
            yield f"{place}: {'; '.join(shown)}"


def _columns(found: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a row, or the types in a declaration with its key, by column."""
    if "primary_key" not in found:
        return found
    return {**found["columns"], "primary_key": found["primary_key"]}
