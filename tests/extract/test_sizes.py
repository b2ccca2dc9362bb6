"""Content that is larger, more deeply nested or odder than usual."""

from __future__ import annotations

import gc
import json
from itertools import groupby
from typing import Any

import pytest

from contentful_cma.api import client
from contentful_cma.sync import plan
from support.account import Account
from support.examples.example import FIRST_SYNC, content, link
from support.examples.expected import entry_row
from support.oversized import covered, deep
from support.warehouse import Warehouse
from support.web_app import (
    ENTRIES,
    changes,
    later,
    with_a_content_type,
)

Configuration = dict[str, str]
Record = dict[str, Any]


@pytest.fixture
def account(emulator: Account) -> Account:
    """Return an account with one space, one activated content type and a stopped clock."""
    emulator.reset()
    emulator.control("POST", "clock", {"now": FIRST_SYNC})
    with_a_content_type(emulator)
    return emulator


@pytest.fixture
def configuration(configuration: Configuration) -> Configuration:
    """Return the configuration that reads only content."""
    return {**configuration, "tables": "content"}


def bulky(identifier: str, size: int) -> Record:
    """Return an entry of at least *size* bytes."""
    return {
        "metadata": {"tags": [], "concepts": []},
        "sys": content(
            "Entry",
            identifier,
            contentType=link("ContentType", "note"),
            fieldStatus={"*": {"en-US": "draft"}},
            automationTags=[],
            urn="crn:bulky",
        ),
        "fields": {"title": {"en-US": identifier}, "body": {"en-US": "x" * size}},
    }


MEGABYTE = 1_000_000


def test_pages_that_are_too_big_are_halved(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Ten entries of 1 MB exceed an answer of 7 MB, and all of them still arrive."""
    records = [bulky(f"bulky-{number}", MEGABYTE) for number in range(10)]
    account.put(ENTRIES, *records)
    run = warehouse.sync(configuration)
    assert (run.error, run.warnings) == (None, [])
    expected = [entry_row(record, "draft", record["sys"]["id"]) for record in records]
    assert warehouse.rows("ENTRIES") == expected
    assert changes(warehouse.sync(configuration)) == (None, [], [])


def test_an_entry_that_is_too_big_for_an_answer_is_reported(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """An entry of 8 MB is skipped and named in SYNC_COVERAGE, and the others arrive."""
    small = [bulky("a-small", 10), bulky("c-small", 10)]
    account.put(ENTRIES, *small, bulky("b-huge", 8 * MEGABYTE))
    run = warehouse.sync(configuration)
    assert run.error is None
    assert warehouse.rows("ENTRIES") == [
        entry_row(record, "draft", record["sys"]["id"]) for record in small
    ]
    reported = [row for row in warehouse.rows("SYNC_COVERAGE") if row["table_name"] == "ENTRIES"]
    assert [row["status"] for row in reported] == ["incomplete"]
    assert "b-huge" in reported[0]["reason"]
    assert len(run.warnings) == 1
    again = warehouse.sync(configuration)
    assert (again.error, again.written, again.deleted, again.warnings) == (None, [], [], [])


def test_late_entries_arrive_except_those_that_fit_into_no_answer(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Missed entries are requested by id, in halves, until each one that is too deep is alone."""
    warehouse.sync(configuration)
    later(account)
    records = [bulky(f"late-{letter}", 10) for letter in "abcdefg"]
    for at in (2, 6):
        records[at]["fields"]["body"] = {"en-US": deep()}
    account.put(ENTRIES, *records)
    # This fault ends a sync that would halve forever.
    account.fault(f"/{ENTRIES}", status=400, after=30)
    run = warehouse.sync(configuration)
    arrived = [one for one in records if one not in (records[2], records[6])]
    expected = [("ENTRIES", entry_row(one, "draft", one["sys"]["id"])) for one in arrived]
    error, written, deleted = changes(run)
    assert (error, sorted(written, key=str), deleted) == (None, expected, [])
    ((status, reason),) = covered(warehouse, "ENTRIES")
    assert status == "incomplete"
    assert str(reason).endswith(" too deeply nested: late-c, late-g.")
    again = warehouse.sync(configuration)
    assert (changes(again), again.warnings) == ((None, [], []), [])


def test_more_deletions_than_the_state_can_name_reload_the_table(
    emulator: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """If more entries vanish with an environment than a sketch can name, ENTRIES is reloaded."""
    monkeypatch.setattr(plan, "MOST_CELLS", plan.FEWEST_CELLS)
    emulator.reset(spaces=1, environments=2, entries=1000)
    every = {**configuration, "environment_id": "*", "tables": "ENTRIES"}
    assert warehouse.sync(every).error is None
    assert len(warehouse.rows("ENTRIES")) == 2000
    space = emulator.stored("spaces")[0]["sys"]["id"]
    emulator.call("DELETE", f"/spaces/{space}/environments/staging")
    run = warehouse.sync(every)
    assert (run.error, run.truncated, len(run.warnings)) == (None, ["ENTRIES"], 1)
    assert "ENTRIES" in run.warnings[0]
    assert len(warehouse.rows("ENTRIES")) == 1000
    assert {row["environment_id"] for row in warehouse.rows("ENTRIES")} == {"master"}
    again = warehouse.sync(every)
    assert (again.error, again.written, again.deleted, again.truncated) == (None, [], [], [])


def test_a_large_walk_ends_before_the_next_environment_begins(
    emulator: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All parts of a walk are read before the next environment, because open parts take memory."""
    monkeypatch.setattr(client, "AT_ONCE", 1)
    emulator.reset(spaces=1, environments=3, entries=1000)
    emulator.forget_requests()
    small = {"environment_id": "*", "tables": "ENTRIES", "max_records_per_page": "60"}
    assert warehouse.sync({**configuration, **small}).error is None
    assert len(warehouse.rows("ENTRIES")) == 3000
    paths = [one["path"] for one in emulator.requests() if one["path"].endswith("/entries")]
    assert len(paths) > 3 * 1000 / 60
    assert len([path for path, _ in groupby(paths)]) == 3


def in_order(row: Record) -> str:
    """Return a row as text, its keys sorted."""
    return json.dumps(row, sort_keys=True)


@pytest.mark.parametrize("levels", [190, 390])
def test_rich_text_of_hundreds_of_levels_arrives(
    account: Account, configuration: Configuration, warehouse: Warehouse, levels: int
) -> None:
    """Rich text of fewer than 400 levels, each with an object and a list, is in the row."""
    node: Record = {"nodeType": "text", "value": "the innermost"}
    for _ in range(levels):
        node = {"nodeType": "unordered-list", "content": [node]}
    record = bulky("deep", 10)
    record["fields"]["rich"] = {"en-US": node}
    account.put(ENTRIES, record)
    run = warehouse.sync(configuration)
    assert (run.error, run.warnings) == (None, [])
    (row,) = warehouse.rows("ENTRIES")
    # As text, because Python cannot compare values of this depth.
    assert in_order(row) == in_order(entry_row(record, "draft", "deep"))
    assert changes(warehouse.sync(configuration)) == (None, [], [])


def test_awkward_content_arrives(
    emulator: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """All tables read a space full of rare cases; a record that cannot be parsed is named once."""
    emulator.reset(spaces=1, entries=5, assets=5, awkward=True)
    every = {**configuration, "environment_id": "*", "tables": "all, history"}
    first = warehouse.sync(every)
    assert first.error is None
    for table in ("ENTRIES", "ASSETS"):
        found = {
            (row["space_id"], row["environment_id"], row["id"]) for row in warehouse.rows(table)
        }
        left_out = stored_keys(emulator, table.lower()) - found
        assert found <= stored_keys(emulator, table.lower())
        named = [key for key in left_out if any(key[2] in text for text in first.warnings)]
        assert sorted(named) == sorted(left_out)
        assert len(left_out) == (1 if table == "ENTRIES" else 0)
    again = warehouse.sync(every)
    assert (again.error, again.written, again.deleted, again.warnings) == (None, [], [], [])


def stored_keys(account: Account, collection: str) -> set[tuple[str, str, str]]:
    """Return space, environment and id of every record that the account has in a collection.

    Only `sys` is requested, because Python cannot parse 1,000 levels of rich text.
    """
    keys = set()
    for space in account.stored("spaces"):
        place = f"spaces/{space['sys']['id']}/environments"
        for environment in account.stored(place):
            path = f"/{place}/{environment['sys']['id']}/{collection}?select=sys&limit=1000"
            answer = account.call("GET", path)
            assert answer["total"] == len(answer["items"])
            keys |= {
                (space["sys"]["id"], environment["sys"]["id"], record["sys"]["id"])
                for record in answer["items"]
            }
    return keys


class Counting(Warehouse):
    """A log that counts the records in memory after each answer of one kind."""

    def __init__(self, ending: str) -> None:
        """Count after requests whose path has this ending."""
        super().__init__()
        self.answers = 0
        self.most_records = 0
        self._ending = ending
        # Records of other tests do not count.
        gc.collect()
        self._others = _entries()

    def info(self, message: str) -> None:
        """Count entries as the API sends them; a row has no `sys`."""
        if message.split(" {", maxsplit=1)[0].endswith(self._ending):
            self.answers += 1
            self.most_records = max(self.most_records, _entries() - self._others)


def _entries() -> int:
    return sum(_is_entry(one) for one in gc.get_objects())


def _is_entry(one: Any) -> bool:
    sys = one.get("sys") if type(one) is dict else None
    return type(sys) is dict and sys.get("type") == "Entry"


def test_one_page_at_a_time_is_in_memory(emulator: Account, configuration: Configuration) -> None:
    """Only one page of records is in memory at a time, even with several environments."""
    emulator.reset(spaces=1, environments=3, entries=400)
    counting = Counting("/entries")
    small = {"environment_id": "*", "max_records_per_page": "50", "enable_debug_logging": "true"}
    assert counting.sync({**configuration, **small, "tables": "ENTRIES"}).error is None
    assert len(counting.rows("ENTRIES")) == 1200
    assert (counting.answers >= 24, counting.most_records) == (True, 50)


def test_no_parent_record_outlives_its_listing(
    emulator: Account, configuration: Configuration
) -> None:
    """While the children of entries are requested, only ids and times of entries are in memory."""
    emulator.reset(spaces=1, entries=20)
    counting = Counting("/comments")
    settings = {"tables": "COMMENTS", "enable_debug_logging": "true"}
    assert counting.sync({**configuration, **settings}).error is None
    assert (counting.answers, counting.most_records) == (20, 0)
