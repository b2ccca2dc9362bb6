"""Show two syncs of an emulated account: everything, then only what twelve edits changed.

Works in a temporary folder and leaves nothing behind, or with ``--keep`` the warehouse.  The exit
status is 1 if the second sync wrote or deleted anything else than what the edits changed.
"""

from __future__ import annotations

import argparse
import re
import shutil
import signal
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

from tools.command_line import replaced, start
from tools.project import ROOT
from tools.user.emulated_account import EmulatedAccount, emulated_account, whole
from tools.user.fivetran import copied_project, debug
from tools.user.local_warehouse import Rows, aligned, deleted, live, read, written
from tools.user.twelve_edits import EditEffect, edited, expected

KEPT = ROOT / "emulated" / "warehouse.db"
"""Where the warehouse stays with ``--keep``."""

SHOWN = {
    "organizations": ("id", "name", "version", "updated_at"),
    "spaces": ("id", "name", "organization_id", "default_locale", "version", "updated_at"),
}
"""The tables of the default group, with the columns that fit on a screen."""

LOGGED = re.compile(
    r"^\S+ (\w+) +\S+ connector (?![A-Z_]+: \d+ written|Step \d)(.*)$", re.MULTILINE
)
"""What the connector logs, as Fivetran's command line shows it: level and message.

The lines with the count of one table are left out, which the table at the end has, and those that
tell how far it is.
"""

NEXT = """
To run it against a real account:

    cp connector/configuration.json my-configuration.json
    # put your personal access token into access_token, then
    make sync CONFIGURATION=my-configuration.json

The rows are then in connector/files/warehouse.db."""

OPEN = """
The warehouse is kept in {0}, a DuckDB file; its tables are in the schema tester:

    {1} -m tools.user.query {0} "SELECT content_type_id, count(*) FROM entries GROUP BY ALL"

docs/queries.md has twelve questions to ask it.  Rows that were deleted since have
_fivetran_deleted."""


def main() -> int:
    """Run the demonstration; the exit status is 1 after a surprise."""
    # Without this a termination would skip the cleaning up; Ctrl-C is an exception anyway.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    asked = arguments()
    if asked.keep:
        # Before two minutes of work, not after them.
        KEPT.parent.mkdir(mode=0o700, exist_ok=True)
    limit, today = asked.rate_limit, datetime.now(timezone.utc).date().isoformat()
    with emulated_account(demo=today, rate_limit=limit) as url, copied_project() as project:
        pace = f"{limit} requests a second" if limit else "as fast as it can"
        print(f"An emulated Contentful account answers at {url} ({pace}).")
        go_to_noon(url)
        first = synced(project, url, "First sync, of all tables (up to two minutes)")
        print(f"\n{pictured(first, first)}\n\nNow the account is edited:\n", flush=True)
        edits = []
        for edit in edited(url):
            edits.append(edit)
            print(f"  {len(edits):2}. {edit.sentence}", flush=True)
        second = synced(project, url, "Second sync (up to a minute)")
        if asked.keep:
            keep(project / "files" / "warehouse.db", KEPT)
    print(
        f"\n{pictured(first, second)}\n\nWhat the second sync did, and what the edits ask for:\n"
    )
    table, surprises = compared(first, second, edits)
    print(f"{table}\n\n{verdict(surprises)}")
    if asked.keep:
        print(OPEN.format(KEPT.relative_to(ROOT), ".venv/bin/python"))
    print(NEXT)
    return 1 if surprises else 0


def arguments() -> argparse.Namespace:
    """Return the rate limit that was asked for, in requests a second, and what is to be kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--rate-limit", type=int, default=10, help="10 is a paid plan's; 0 is none"
    )
    parser.add_argument("--keep", action="store_true", help="leave the warehouse in emulated/")
    return parser.parse_args()


def keep(warehouse: Path, place: Path) -> None:
    """Leave a warehouse in a place where only its owner can read it."""
    with replaced(place) as new:
        shutil.copyfile(warehouse, new)


def go_to_noon(url: str) -> None:
    """Set the account's clock to the next noon: a day that ends would bring rows of usage."""
    now = datetime.now(timezone.utc)
    noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
    ahead = (noon - now) % timedelta(days=1)
    body = {"advance_seconds": ahead.total_seconds()}
    EmulatedAccount(url).control("POST", "clock", body)


def synced(project: Path, url: str, title: str) -> dict[str, Rows]:
    """Sync into the project's DuckDB, print what the connector logs, and return all tables."""
    print(f"\n{title}:\n", flush=True)
    output = debug(project, whole(url))
    for level, message in LOGGED.findall(output):
        print(f"  {level:8} {message}")
    return read(project)


def pictured(before: dict[str, Rows], after: dict[str, Rows]) -> str:
    """Return ORGANIZATIONS and SPACES; beside each row whether it was written or deleted."""
    parts = []
    for table, columns in SHOWN.items():
        new, gone = written(before[table], after[table]), deleted(before[table], after[table])
        lines: list[list[str | None]] = [["", *columns]]
        for key, row in after[table].items():
            mark = "written" if key in new else "deleted" if key in gone else ""
            lines.append([mark, *(row[column] for column in columns)])
        parts.append(f"{table.upper()}\n{aligned(lines)}")
    return "\n\n".join(parts)


def compared(
    before: dict[str, Rows], after: dict[str, Rows], edits: list[EditEffect]
) -> tuple[str, list[str]]:
    """Return a table of what was done and what was expected, and the tables that differ.

    A table that never had a row is left out, unless one was expected.
    """
    lines = [["table", "rows", "written", "expected", "deleted", "expected", ""]]
    surprises = []
    to_write, to_delete = expected(edits)
    for name in sorted({*(table.upper() for table in after), *to_write, *to_delete}):
        old, new = before.get(name.lower(), {}), after.get(name.lower(), {})
        done = len(written(old, new)), len(deleted(old, new))
        wanted = to_write[name], to_delete[name]
        if done != wanted:
            surprises.append(name)
        if new or any(wanted):
            counts = (len(live(new)), done[0], wanted[0], done[1], wanted[1])
            mark = "" if done == wanted else "surprise"
            lines.append([name, *map(str, counts), mark])
    return aligned(lines), surprises


def verdict(surprises: list[str]) -> str:
    """Return in a sentence whether the second sync did what the edits ask for."""
    if surprises:
        return f"SURPRISE: not what the twelve edits ask for: {', '.join(surprises)}."
    return "No surprise: every row that was written or deleted belongs to one of the twelve edits."


if __name__ == "__main__":
    start(main)
