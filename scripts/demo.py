"""Show two syncs of an emulated account: everything, then only what was edited in between.

Works in a temporary folder and leaves nothing behind.
"""

from __future__ import annotations

import re
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import requests
from emulated_account import TOKEN, configuration, emulated_account
from fivetran import copied_project, debug
from local_warehouse import Rows, aligned, deleted, live, read, written

SHOWN = {
    "organizations": ("id", "name", "version", "updated_at"),
    "spaces": ("id", "name", "organization_id", "default_locale", "version", "updated_at"),
}
"""The columns that fit on a screen."""

LOGGED = re.compile(r"^\S+ (\w+) +\S+ connector (.*)$", re.MULTILINE)
"""A line that the connector logs, as Fivetran's command line shows it: level and message."""

CONTENT_TYPE = "application/vnd.contentful.management.v1+json"

NEXT = """
To run it against a real account:

    cp connector/configuration.json my-configuration.json
    # put your personal access token into access_token, then
    make sync CONFIGURATION=my-configuration.json

The rows are then in connector/files/warehouse.db."""


def main() -> int:
    """Run the demonstration."""
    # Without this a termination would skip the cleaning up; Ctrl-C is an exception anyway.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    world = {"organizations": 2, "spaces": 6, "environments": 1, "entries": 20, "assets": 5}
    with emulated_account(**world) as url, copied_project() as project:
        print(f"An emulated Contentful account answers at {url}.\n\nFirst sync:\n")
        first = synced(project, url)
        print(f"\n{pictured(first, first)}\n\nNow the account is edited:\n")
        for sentence in edit(url):
            print(f"  - {sentence}")
        print("\nSecond sync:\n")
        second = synced(project, url)
        print(f"\n{pictured(first, second)}\n\nWhat the second sync did:\n")
        print(compared(first, second))
    print(NEXT)
    return 0


def synced(project: Path, url: str) -> dict[str, Rows]:
    """Sync into the project's DuckDB, print what the connector logs, and return all tables."""
    for level, message in LOGGED.findall(debug(project, configuration(url))):
        print(f"  {level:8} {message}")
    return read(project)


def edit(url: str) -> Iterator[str]:
    """Rename a space, delete one and add one by the real API; say in a sentence what was done."""
    # The API counts the requests of the last second, and the sync has just made some.
    time.sleep(1)
    renamed, removed = asked("GET", f"{url}/spaces")["items"][:2]
    name = f"Renamed {renamed['name']}"
    space, version = f"{url}/spaces/{renamed['sys']['id']}", str(renamed["sys"]["version"])
    asked("PUT", space, {"name": name}, {"X-Contentful-Version": version})
    yield f"space {renamed['sys']['id']} is renamed to {name!r}"
    asked("DELETE", f"{url}/spaces/{removed['sys']['id']}")
    yield f"space {removed['sys']['id']} is deleted"
    owner = {"X-Contentful-Organization": renamed["sys"]["organization"]["sys"]["id"]}
    added = asked("POST", f"{url}/spaces", {"name": "Added"}, owner)
    yield f"space {added['sys']['id']} is added"


def asked(
    method: str, url: str, body: dict | None = None, headers: dict[str, str] | None = None
) -> dict:
    """Return the JSON of an answer, {} where there is none; an error status is an exception."""
    sent = {"Authorization": f"Bearer {TOKEN}", "Content-Type": CONTENT_TYPE, **(headers or {})}
    answer = requests.request(method, url, json=body, headers=sent, timeout=10)
    answer.raise_for_status()
    return answer.json() if answer.content else {}


def pictured(before: dict[str, Rows], after: dict[str, Rows]) -> str:
    """Return both tables as text; beside each row whether it was written or deleted."""
    parts = []
    for table, columns in SHOWN.items():
        new, gone = written(before[table], after[table]), deleted(before[table], after[table])
        lines: list[list[str | None]] = [["", *columns]]
        for key, row in after[table].items():
            mark = "written" if key in new else "deleted" if key in gone else ""
            lines.append([mark, *(row[column] for column in columns)])
        parts.append(f"{table.upper()}\n{aligned(lines)}")
    return "\n\n".join(parts)


def compared(before: dict[str, Rows], after: dict[str, Rows]) -> str:
    """Return per table the number of rows, of those written and of those deleted."""
    lines = [["table", "rows", "written", "deleted"]]
    for table, rows in after.items():
        old = before.get(table, {})
        counts = (live(rows), written(old, rows), deleted(old, rows))
        lines.append([table.upper(), *(str(len(count)) for count in counts)])
    return aligned(lines)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
