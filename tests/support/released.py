"""The file of a version in `tests/released/`: all that later versions must keep.

``PYTHONPATH=connector:tests .venv/bin/python -m support.released`` writes the file of the current
version.  Run it once for a release; the file is never changed afterwards.
"""

from __future__ import annotations

import json
import re
from hashlib import blake2b
from pathlib import Path
from typing import Any

from contentful_cma import __version__
from contentful_cma.settings.options import SETTINGS
from contentful_cma.tables import TABLES
from support.account import TOKEN, Account
from support.crashing import Crash, ManyCheckpoints
from support.warehouse import Run, Warehouse

TESTS = Path(__file__).resolve().parents[1]
RELEASED = TESTS / "released"
MARTS = TESTS.parent / "dbt_contentful" / "models" / "marts" / "contentful.yml"
NOW = "2026-11-28T12:00:00.000Z"
TABLES_OF_A_DAY = ("people", "structure", "model", "work", "history", "experience")
CHECKPOINTS = 12
"""Checkpoints of an interrupted first sync, which has some hundred pages of one record."""

Collections = dict[str, list[dict[str, Any]]]


class Stopped(Warehouse):
    """A warehouse whose sync fails after some checkpoints."""

    def checkpoint(self, state: dict[str, Any]) -> None:
        """Commit, and fail after the last checkpoint."""
        super().checkpoint(state)
        if len(self.run.states) == CHECKPOINTS:
            raise Crash


def settings(account: Account, **more: str) -> dict[str, str]:
    """Return the configuration of the syncs whose states are in the file."""
    tables = ", ".join(["core", "content", *(f"{one}@1d" for one in TABLES_OF_A_DAY)])
    fixed = {"access_token": TOKEN, "base_url": account.url, "environment_id": "*"}
    return {**fixed, "tables": tables, **more}


def columns() -> dict[str, Any]:
    """Return key and column types of each table."""
    return {table.name: table.schema() for table in TABLES}


def defaults() -> dict[str, str]:
    """Return the default of each setting as the documents show it, "" without a default value."""
    return {one.key: one.shown_default if one.default else "" for one in SETTINGS}


def marts() -> dict[str, list[str]]:
    """Return the columns of each mart."""
    found: dict[str, list[str]] = {}
    for mart, column in re.findall(
        r"^  - name: (\w+)$|^      - name: (\w+)$", MARTS.read_text(encoding="utf-8"), re.MULTILINE
    ):
        if mart:
            found[mart] = []
        else:
            found[list(found)[-1]].append(column)
    return found


def furnish(account: Account, collections: Collections) -> None:
    """Create an account that has exactly these records."""
    account.reset(organizations=0)
    # A new account starts at the real time.
    account.control("POST", "clock", {"now": NOW})
    for path, records in collections.items():
        account.put(path, *records)
        wanted = {one["sys"]["id"] for one in records}
        for one in account.stored(path):
            # A new space already has a locale.
            if one["sys"]["id"] not in wanted:
                account.control("DELETE", f"store/{path}/{one['sys']['id']}")


def of_host(state: dict[str, Any], host: str) -> dict[str, Any]:
    """Return a state as if it had been read from another host."""
    moved = {name: part for name, part in state.items() if name != "checksum"}
    moved["account"] = {**moved["account"], "host": host}
    written = json.dumps(moved, sort_keys=True).encode("ascii")
    return {**moved, "checksum": blake2b(written, digest_size=16).hexdigest()}


def main() -> None:
    """Write the file of this version."""
    account = Account()
    try:
        kept = {
            "tables": columns(),
            "settings": defaults(),
            "marts": marts(),
            **_states(account),
        }
    finally:
        account.control("POST", "clock", {"now": None})
        account.stop()
    path = RELEASED / f"{__version__}.json"
    # One line per part keeps the diff of a release small.
    parts = (f"{json.dumps(name)}: {json.dumps(part)}" for name, part in kept.items())
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


def _states(account: Account) -> dict[str, Any]:
    """Return an account, the state of a complete sync of it and of an interrupted one."""
    account.reset(spaces=1, entries=12, assets=3, content_types=3, fields=4)
    account.control("POST", "clock", {"now": NOW})
    whole = Warehouse()
    _succeed(whole.sync(settings(account)))
    requested = [one["path"].strip("/") for one in account.requests()]
    (organization,) = account.stored("organizations")
    # Licenses are read with the spaces; computed records (`/health`) are in no collection.
    requested.append(f"organizations/{organization['sys']['id']}/available_licenses")
    paths = dict.fromkeys(one for one in requested if not one.endswith("/health"))
    collections = {path: account.stored(path) for path in paths}
    stopped = Stopped()
    run = stopped.sync(settings(account, max_records_per_page="1"), ManyCheckpoints())
    assert isinstance(run.error, Crash), run.error
    return {
        "collections": {path: records for path, records in collections.items() if records},
        "state": whole.state,
        "interrupted": {"state": stopped.state, "keys": keys_of(stopped)},
    }


def keys_of(warehouse: Warehouse) -> dict[str, list[list[Any]]]:
    """Return the keys of all rows, by table."""
    return {
        name: sorted(list(key) for key in rows) for name, rows in sorted(warehouse.tables.items())
    }


def _succeed(run: Run) -> None:
    if run.error is not None:
        raise run.error


if __name__ == "__main__":
    main()
