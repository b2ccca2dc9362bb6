"""Sync an emulated account with the Python that runs this, and check every count.

Runs under each Python of `make test-versions`, so its syntax is that of 3.9.
"""

from __future__ import annotations

import sys
from collections import Counter

from fivetran_connector_sdk import Logging

import connector
from contentful_cma.sync import sync
from tools.command_line import start
from tools.recorder import Recorder
from tools.user.emulated_account import EmulatedAccount, configuration, emulated_account
from tools.user.fivetran import copied_project, debug

SPACES = 12
DEBUG_NEEDS = (3, 10)
"""With an older Python, `fivetran debug` of the newest SDK downloads a program."""


def main() -> None:
    """Sync twice with a recorder, and once by `fivetran debug` where that works offline."""
    # The command line sets the level; the SDK of Python 3.9 cannot log without one.
    Logging.LOG_LEVEL = Logging.Level.WARNING
    with emulated_account(organizations=2, spaces=SPACES, entries=0, assets=0) as url:
        account = EmulatedAccount(url)
        paths = ("organizations", "spaces")
        expected = {path.upper(): len(account.stored(path)) for path in paths}
        given = configuration(url)
        declared = sorted(table["table"] for table in connector.schema(given))
        check("schema() declares", declared, sorted(expected))
        recorder = Recorder()
        sync(given, {}, recorder, Logging)
        check("The first sync writes", recorder.written, Counter(expected))
        recorder.written.clear()
        sync(given, recorder.state, recorder, Logging)
        check("The second sync writes", recorder.written, Counter())
        check("Deleted rows and warnings", [*recorder.deleted, *recorder.warnings], [])
        if sys.version_info >= DEBUG_NEEDS:
            check("`fivetran debug` writes", debugged(given), expected)


def debugged(given: dict[str, str]) -> dict[str, int]:
    """Return the number of rows in each table that `fivetran debug` has written."""
    from tools.user.local_warehouse import live, read  # noqa: PLC0415 - needs DuckDB, which 3.9 lacks

    with copied_project() as project:
        debug(project, given)
        return {table.upper(): len(live(rows)) for table, rows in read(project).items()}


def check(subject: str, found: object, expected: object) -> None:
    """Print a value; AssertionError if it is not the expected one."""
    print(f"{subject} {found}")
    if found != expected:
        raise AssertionError(f"{subject} {found}, and it must be {expected}")


if __name__ == "__main__":
    start(main, __doc__)
