"""Sync an emulated account twice into DuckDB, with twelve edits between the syncs.

The second sync has to write and delete the rows that the edits changed, and no others; otherwise
the exit status is 1.  The warehouse stays in ``emulated/warehouse.db``.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path

from tools.command_line import named, replaced, start
from tools.project import typed
from tools.user.emulated_account import TOKEN, EmulatedAccount, emulated_account, whole
from tools.user.fivetran import copied_project
from tools.user.live_line import LiveLine
from tools.user.local_warehouse import (
    DEMO,
    SYNCED,
    Rows,
    aligned,
    counted,
    deleted,
    live,
    read,
    written,
)
from tools.user.sync import run
from tools.user.sync_ending import Effect, summary
from tools.user.sync_output import Output, RunLog
from tools.user.twelve_edits import EditEffect, edited, expected

LOG = DEMO.with_name("last-sync.log")
COLUMNS = ("id", "name", "default_locale", "version")
"""The columns of SPACES that fit into 80 characters."""

QUERY = "SELECT content_type_id, count(*) FROM entries GROUP BY 1"
NEXT = """
The warehouse is {warehouse}, a DuckDB file.
Deleted rows stay in it, with _fivetran_deleted.  Next:

    {query}
    {models}
    {report}

With your own account:

    cp connector/configuration.json my-configuration.json
    # put your personal access token into access_token, then
    {plan}
    {sync}"""


class Failed(Exception):
    """A sync of the demonstration has failed, and why."""


def main() -> int:
    """Run the demonstration; 1 if a sync fails or its rows are not those of the edits."""
    # By default a termination would skip the clean-up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    given = arguments()
    # A folder that cannot be written ends it now, and not after two minutes.
    DEMO.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        differing = shown(given.rate_limit)
    except Failed as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    if not given.brief:
        print(next_commands())
    return 1 if differing else 0


def arguments() -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--rate-limit", type=int, default=10, help="requests per second; 0 for no limit"
    )
    parser.add_argument("--brief", action="store_true", help="show no next commands")
    # 1.0.0 kept the warehouse only with this option.
    parser.add_argument("--keep", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def shown(limit: int) -> list[str]:
    """Sync, edit, sync again and compare; return the tables that differ from the edits."""
    today = datetime.now(timezone.utc).date().isoformat()
    with emulated_account(demo=today, rate_limit=limit) as url, copied_project() as project:
        pace = counted(limit, "request") + " per second" if limit else "no rate limit"
        print(f"Emulated Contentful account: {url} ({pace})")
        go_to_noon(url)
        first = synced(project, url, "First sync: every group of tables except `history`")
        print("\nTwelve edits of the account:\n", flush=True)
        edits = []
        for edit in edited(url):
            edits.append(edit)
            print(f"  {len(edits):2}. {edit.sentence}", flush=True)
        second = synced(project, url, "Second sync: changes only")
        keep(project / "files" / "warehouse.db", DEMO)
    table, differing = compared(first, second, edits)
    print(f"\nSPACES after the edits:\n\n{pictured(first, second)}")
    print(f"\nRows of the second sync, and those expected from the edits:\n\n{table}")
    print(f"\n{verdict(first, second, differing)}")
    return differing


def next_commands() -> str:
    """Return the commands to run next; they name the warehouse if it is not the default."""
    variables = {"WAREHOUSE": named(DEMO)} if SYNCED.exists() else {}
    own = {"CONFIGURATION": "my-configuration.json"}
    return NEXT.format(
        warehouse=named(DEMO),
        query=typed("query", SQL=QUERY, **variables),
        models=typed("models", **variables),
        report=typed("report", **variables),
        plan=typed("plan", **own),
        sync=typed("sync", **own),
    )


def keep(warehouse: Path, place: Path) -> None:
    """Copy a warehouse to a place where only its owner can read it."""
    with replaced(place) as new:
        shutil.copyfile(warehouse, new)


def go_to_noon(url: str) -> None:
    """Set the account's clock to the next noon: at midnight a new day would add rows of usage."""
    now = datetime.now(timezone.utc)
    noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
    ahead = (noon - now) % timedelta(days=1)
    body = {"advance_seconds": ahead.total_seconds()}
    EmulatedAccount(url).control("POST", "clock", body)


def synced(project: Path, url: str, title: str) -> dict[str, Rows]:
    """Sync into the project's DuckDB, show the progress, and return all tables."""
    print(f"\n{title}", flush=True)
    configuration = project.parent / "configuration.json"
    configuration.write_text(json.dumps(whole(url)), encoding="utf-8")
    effect = Effect(project / "files", datetime.now(timezone.utc))
    line = LiveLine("The sync starts.")
    with closing(RunLog(LOG)) as log:
        output = Output(line, log, TOKEN)
        if run(project, configuration, output, line):
            raise Failed(f"The sync failed: {output.failure().message}\n{log.where}.")
    print(f"Synced in {summary(effect, output)}.", flush=True)
    return read(project)


def pictured(before: dict[str, Rows], after: dict[str, Rows]) -> str:
    """Return SPACES; next to each row whether it was written or deleted."""
    old, new = before["spaces"], after["spaces"]
    changed, missing = written(old, new), deleted(old, new)
    lines: list[list[str | None]] = [["", *COLUMNS]]
    for key, row in new.items():
        mark = "written" if key in changed else "deleted" if key in missing else ""
        lines.append([mark, *(row[column] for column in COLUMNS)])
    return aligned(lines, numbers=(len(COLUMNS),))


def compared(
    before: dict[str, Rows], after: dict[str, Rows], edits: Sequence[EditEffect]
) -> tuple[str, list[str]]:
    """Return a table of the rows that were changed and expected, and the tables that differ.

    One line counts the tables that have rows and neither changed nor should have.
    """
    lines = [["table", "rows", "written", "expected", "deleted", "expected", ""]]
    differing, others = [], 0
    to_write, to_delete = expected(edits)
    for name in sorted({*(table.upper() for table in after), *to_write, *to_delete}):
        old, new = before.get(name.lower(), {}), after.get(name.lower(), {})
        done = len(written(old, new)), len(deleted(old, new))
        wanted = to_write[name], to_delete[name]
        if done != wanted:
            differing.append(name)
        if any((*done, *wanted)):
            counts = (len(live(new)), done[0], wanted[0], done[1], wanted[1])
            mark = "" if done == wanted else "differs"
            lines.append([name, *(f"{count:,}" for count in counts), mark])
        else:
            others += bool(new)
    table = aligned(lines, numbers=range(1, 6))
    return f"{table}\n{counted(others, 'other table')} without changes, as expected.", differing


def verdict(
    before: Mapping[str, Rows], after: Mapping[str, Rows], differing: Sequence[str]
) -> str:
    """Return in one sentence whether the second sync matches the edits."""
    if differing:
        return f"FAILED: these tables do not match the twelve edits: {', '.join(differing)}."
    writes = sum(len(written(before.get(name, {}), rows)) for name, rows in after.items())
    deletes = sum(len(deleted(before.get(name, {}), rows)) for name, rows in after.items())
    return f"Passed: all {writes} written and {deletes} deleted rows match the twelve edits."


if __name__ == "__main__":
    start(main)
