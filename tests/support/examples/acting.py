"""Create, edit and delete examples in an emulated account, and look at the rows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any

from support.account import Account
from support.warehouse import Run

from . import BY_TABLE
from .example import (
    AFTER_DELETION,
    AFTER_EDIT,
    DELETED,
    EDITED,
    FIRST_SYNC,
    Example,
    Record,
    bumped,
)

ORGANIZATIONS, SPACES, LOCALES = (
    BY_TABLE[name] for name in ("ORGANIZATIONS", "SPACES", "LOCALES")
)
Configuration = dict[str, str]
Rows = list[dict[str, Any]]


def begin(account: Account) -> Account:
    """Create an account with the organization, the space and the locale of the examples."""
    account.reset(organizations=0)
    account.control("POST", "clock", {"now": FIRST_SYNC})
    account.put(ORGANIZATIONS.collection, ORGANIZATIONS.record)
    account.put(SPACES.collection, SPACES.record)
    for locale in account.stored(LOCALES.collection):
        account.control("DELETE", f"store/{LOCALES.collection}/{locale['sys']['id']}")
    account.put(LOCALES.collection, LOCALES.record)
    return account


def arrange(account: Account, example: Example, *others: Example) -> None:
    """Store the example, the records that it needs, and other records of its table."""
    put_all(account, example.around)
    if example.answered:
        answer(account, example, *(one.record for one in (example, *others)))
    else:
        put_all(account, ((one.collection, one.record) for one in (example, *others)))


def put_all(account: Account, records: Iterable[tuple[str, Record]]) -> None:
    """Store records, each with its collection; neighbors of one collection in one request."""
    for collection, several in groupby(records, key=itemgetter(0)):
        account.put(collection, *(record for _, record in several))


def answer(account: Account, example: Example, *records: dict[str, Any]) -> None:
    """Let the emulator return these records for the table of the example."""
    account.control("DELETE", "faults")
    page = {"total": len(records), "limit": 100, "skip": 0, "sys": {"type": "Array"}}
    page["includes"] = {record["sys"]["type"]: [record] for _, record in example.around}
    account.fault(example.requested, status=200, body={**page, "items": list(records)})


def edit(account: Account, example: Example) -> None:
    """Edit the first record of the example, after all syncs so far."""
    account.control("POST", "clock", {"now": AFTER_EDIT})
    if example.answered:
        answer(account, example, example.edited_record, example.neighbor.record)
    else:
        account.put(example.collection, example.edited_record)
        bump_parents(account, example, EDITED)


def delete(account: Account, example: Example) -> None:
    """Delete the second record of the example, after all syncs so far."""
    account.control("POST", "clock", {"now": AFTER_DELETION})
    if example.answered:
        answer(account, example, example.edited_record)
    else:
        account.control("DELETE", f"store/{example.neighbor.end}")
        bump_parents(account, example, DELETED)


def bump_parents(account: Account, example: Example, moment: str) -> None:
    """Increase the version of the parents if changing a child does that too."""
    around = example.around if example.bumps else ()
    put_all(account, ((path, bumped(record, moment)) for path, record in around))


def forbid(account: Account, example: Example) -> None:
    """Answer 403 to the request of the table."""
    account.control("DELETE", "faults")
    account.fault(example.requested, status=403)


def only(configuration: Configuration, example: Example, **more: str) -> Configuration:
    """Return the configuration that selects only the table of the example."""
    return {**configuration, "tables": example.table, **more}


def written(run: Run, table: str) -> Rows:
    """Return the rows that a run wrote to a table, in a fixed order."""
    return in_order(row for name, row in run.written if name == table)


def in_order(rows: Any) -> Rows:
    """Return rows in a fixed order."""
    return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))
