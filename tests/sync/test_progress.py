"""Progress lines in the log while a sync runs."""

from __future__ import annotations

import re

import pytest

import contentful_cma.api.client
import contentful_cma.extract.content_scan
from contentful_cma.sync.progress import rounded_duration
from support.account import Account
from support.examples import BY_TABLE
from support.warehouse import FastTime, Warehouse

TAGS = BY_TABLE["TAGS"]

Configuration = dict[str, str]

LINE = re.compile(
    r"Step (?P<step>\d) of 7, (?P<name>[a-z ]+)(?: \(about (?P<left>[\d.]+ \w+) left\))?: "
    r"(?:(?P<read>\d+) of (?P<places>\d+) places, )?(?P<rows>[\d,]+) rows, "
    r"(?:1 request|(?!1 )[\d,]+ requests)\."
)


def progress(messages: list[str]) -> list[dict[str, str | None]]:
    """Return the parts of each progress line."""
    lines = [LINE.fullmatch(message) for message in messages if message.startswith("Step ")]
    assert None not in lines
    return [line.groupdict() for line in lines if line]


def test_a_listing_shows_the_remaining_time(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """For each page of entries, the log shows rows, requests and the remaining time."""
    account.reset(spaces=1, entries=400)
    settings = {"tables": "ENTRIES", "max_records_per_page": "10", "requests_per_second": "0.1"}
    run = warehouse.sync({**configuration, **settings}, FastTime(between_lines=0))
    assert run.error is None
    content = [line for line in progress(run.messages) if line["step"] == "3"]
    rows = [int(str(line["rows"])) for line in content]
    assert (rows[0], rows[-1]) == (0, len(run.written))
    assert rows == sorted(rows)
    # A single place needs no count of places.
    assert {(line["name"], line["places"]) for line in content} == {("content", None)}
    times = [str(line["left"]).split() for line in content]
    minutes = [int(time[0]) for time in times if time[-1] == "minutes"]
    # 40 pages, one request every ten seconds, and a clock that adds up the waits of all threads.
    assert 5 <= minutes[0] <= 10
    assert minutes[-1] == 2


def test_a_listing_by_offset_shows_the_remaining_time(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """For 100 tags, at ten seconds a page, the remaining time falls with each page."""
    account.reset(spaces=1)
    (space,) = (one["sys"]["id"] for one in account.stored("spaces"))
    tags = [TAGS.named(f"tag-{number:02}") for number in range(100)]
    account.put(f"spaces/{space}/environments/master/tags", *(one.record for one in tags))
    settings = {"tables": "TAGS", "max_records_per_page": "10", "requests_per_second": "0.1"}
    run = warehouse.sync({**configuration, **settings}, FastTime(between_lines=0))
    assert run.error is None
    lines = [line for line in progress(run.messages) if line["step"] == "5"]
    seconds = [int(str(line["left"]).split()[0]) for line in lines if line["left"]]
    assert seconds == sorted(seconds, reverse=True)
    assert (seconds[0] in (80, 90), seconds[-1]) == (True, 10)


def test_places_are_counted(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Each step shows how many of its places have been read."""
    account.reset(spaces=9)
    settings = {"tables": "core, LOCALES, TAGS, ROLES", "requests_per_second": "1"}
    run = warehouse.sync({**configuration, **settings}, FastTime(between_lines=0))
    assert run.error is None
    lines = progress(run.messages)
    assert list(dict.fromkeys((line["step"], line["name"]) for line in lines)) == [
        ("1", "the account"),
        ("2", "lists of environments"),
        ("3", "content"),
        ("4", "organizations and spaces"),
        ("5", "environments"),
    ]
    for step, places in (("2", 9), ("4", 9), ("5", 9)):
        found = [line for line in lines if line["step"] == step]
        assert {line["places"] for line in found} == {str(places)}
        read = [int(str(line["read"])) for line in found]
        assert (read, read[-1]) == (sorted(read), places)


def test_a_line_comes_every_ten_seconds(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """A long sync logs at most one line every ten seconds, and a short one logs none."""
    account.reset(spaces=12)
    settings = {**configuration, "tables": "structure"}
    assert progress(warehouse.sync({**settings, "space_ids": "none"}).messages) == []
    time = FastTime()
    run = warehouse.sync({**settings, "requests_per_second": "1"}, time)
    assert run.error is None
    assert time.clock() / 100 <= len(progress(run.messages)) <= time.clock() / 10


@pytest.mark.parametrize(("pace", "pages"), [("0.1", 1), ("0.105", 2)])
def test_each_ten_seconds_have_a_line(
    account: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    monkeypatch: pytest.MonkeyPatch,
    pace: str,
    pages: int,
) -> None:
    """Pages that are ten seconds apart have a line each; faster ones have one for two pages."""
    monkeypatch.setattr(contentful_cma.api.client, "AT_ONCE", 1)
    monkeypatch.setattr(contentful_cma.extract.content_scan, "MOST_PARTS", 1)
    account.reset(spaces=1, entries=200)
    settings = {"tables": "ENTRIES", "max_records_per_page": "10", "requests_per_second": pace}
    run = warehouse.sync({**configuration, **settings})
    assert run.error is None
    rows = [int(str(line["rows"])) for line in progress(run.messages) if line["step"] == "3"]
    # A page repeats one record, and the last one may have fewer.
    assert [later - former for former, later in zip(rows[-4:-2], rows[-3:-1])] == [9 * pages] * 2


@pytest.mark.parametrize(
    ("tables", "parents"),
    [("WEBHOOK_CALLS", 3), ("ENTRY_SNAPSHOTS", 8), ("ORGANIZATION_USAGE", 0)],
)
def test_tables_without_a_total_show_the_remaining_time(
    account: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    tables: str,
    parents: int,
) -> None:
    """Parents and days that are still to be read count as remaining requests."""
    account.reset(spaces=1, entries=parents)
    settings = {"tables": tables, "requests_per_second": "0.1"}
    run = warehouse.sync({**configuration, **settings}, FastTime(between_lines=0))
    assert run.error is None
    lines = progress(run.messages)
    assert [line for line in lines if line["left"] and line["name"] != "lists of environments"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "10 seconds"),
        (10, "10 seconds"),
        (71, "80 seconds"),
        (90, "2 minutes"),
        (1201, "21 minutes"),
        (5400, "1.5 hours"),
        (36000, "10.0 hours"),
    ],
)
def test_times_are_rounded_up(seconds: float, words: str) -> None:
    """Times are rounded up to tens of seconds, whole minutes or tenths of an hour."""
    assert rounded_duration(seconds) == words
