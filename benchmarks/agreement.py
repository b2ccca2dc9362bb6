"""Whether two revisions of the connector fill a warehouse with the same rows.

Both read the same accounts, one after the other: in full, then again without changes, and
the small one a third time after the demo's edits.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from tools.user.demo import go_to_noon
from tools.user.twelve_edits import edited

from .accounts import Account, World, emulated
from .connectors import Connector
from .reading import Reader, read, say
from .records import counted, written
from .sizes import FULL

SHOWN = 5
"""Number of differing rows that are shown."""

DEMO = World(organizations=2, spaces=4, environments=1, entries=20, assets=5, rate_limit=0)
"""Small, because its history is read, too, which takes requests for each entry."""
AWKWARD = {"spaces": 1, "entries": 5, "assets": 5, "awkward": True, "rate_limit": 0}
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
        if counts["old"] != counts["new"]:
            differences.append(f"old: {counts['old']}, new: {counts['new']}")
        if is_unchanged:
            writers = (side for side in self._readers if written(self._folder / side))
            differences += [f"{side} wrote {counts[side]}" for side in writers]
        title = f"Agreement, {self._name} account, {step}"
        verdict = "they differ" if differences else "no difference"
        say(f"{title}: {rows:,} rows in the warehouse: {verdict}")
        return [f"{title}: {one}" for one in differences]


def compared(old: Path, new: Path) -> tuple[int, list[str]]:
    """Return the number of rows in the second folder's warehouse, and the differences."""
    with closing(sqlite3.connect(old / "rows.db")) as database:
        database.execute("ATTACH ? AS new", (str(new / "rows.db"),))
        differences = [
            *_differences(database, "declared", "name, NULL"),
            *_differences(database, "kept", "name, key"),
        ]
        (count,) = database.execute("SELECT count(*) FROM new.kept").fetchone()
    return count, differences


def _differences(database: sqlite3.Connection, table: str, names: str) -> list[str]:
    """Return in words which rows one side lacks or has with other values."""
    query = f"""
        SELECT name, key, max(old), max(new) FROM (
            SELECT {names} AS key, text AS old, NULL AS new FROM main.{table}
            UNION ALL SELECT {names}, NULL, text FROM new.{table}
        ) GROUP BY name, key HAVING max(old) IS NOT max(new)
    """  # noqa: S608 - the names are written above
    found = database.execute(query).fetchall()
    more = [f"{len(found) - SHOWN} more rows"] if len(found) > SHOWN else []
    return [*(_difference(*row) for row in found[:SHOWN]), *more]


def _difference(name: str, key: str | None, old: str | None, new: str | None) -> str:
    place = f"{name} {key or ''}".strip()
    if old is None or new is None:
        return f"{place} is only in the {'new' if old is None else 'old'} revision"
    before, after = json.loads(old), json.loads(new)
    columns = sorted(
        one for one in before.keys() | after.keys() if before.get(one) != after.get(one)
    )
    shown = (f"{one}: {before.get(one)!r} and {after.get(one)!r}" for one in columns)
    return f"{place}: {'; '.join(shown)}"
