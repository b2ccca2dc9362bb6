"""Valid JSON that differs from the API reference leads to NULLs, never to a crash."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from contentful_cma.errors import ContentfulError
from support.account import Account
from support.cases import pairs
from support.examples import BY_TABLE, EXAMPLES, Example
from support.examples.acting import answer, arrange, begin, bump_parents, in_order, only
from support.examples.example import AFTER_EDIT, EDITED
from support.warehouse import Warehouse

COMMENTS = BY_TABLE["COMMENTS"]

Configuration = dict[str, str]
Record = dict[str, Any]
Path = tuple[Any, ...]

DROPPED = object()
ODD: tuple[Any, ...] = (
    *(DROPPED, None, True, 0, -1.5, 10**30, "", "text", "12", [], [None], ["a"], [{}], {}),
    *({"sys": None}, {"sys": {"id": None}}, {"sys": {"id": {}}}, [[]], [["a", 7]], {"a": {}}),
)
LONG = list(range(1_000))
UNKNOWN_FIELD = "anUnknownField"


@pytest.fixture
def account(emulator: Account) -> Account:
    """Give an account with the organization, the space and the locale of the examples."""
    return begin(emulator)


def paths(value: Any) -> Iterator[Path]:
    """Yield the path of every part of a JSON value."""
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, item in items:
        yield (key,)
        for rest in paths(item):
            yield (key, *rest)


def damage(record: Record, path: Path, value: Any) -> None:
    """Replace or drop the part of a record at a path."""
    place: Any = record
    for key in path[:-1]:
        place = place[key]
    if value is DROPPED:
        del place[path[-1]]
    else:
        place[path[-1]] = value


def with_unknown_fields(value: Any) -> Any:
    """Return a record with an unknown field in each object that has a `sys`."""
    if isinstance(value, list):
        return [with_unknown_fields(item) for item in value]
    if not isinstance(value, dict):
        return value
    news = {UNKNOWN_FIELD: {"sys": {"id": 7}}} if "sys" in value else {}
    return {**{key: with_unknown_fields(item) for key, item in value.items()}, **news}


def without_unknown_fields(value: Any) -> Any:
    """Return a row without the fields that `with_unknown_fields` added."""
    if isinstance(value, list):
        return [without_unknown_fields(item) for item in value]
    if not isinstance(value, dict):
        return value
    items = value.items()
    return {key: without_unknown_fields(one) for key, one in items if key != UNKNOWN_FIELD}


def damages(example: Example, step: int, first: int = 0) -> Iterator[Record]:
    """Yield records that differ from the example's at one path, each under its own id.

    Each path has every n-th of the odd values, and each value is at paths of every kind.  With all
    values of *first* below *step*, each path has each value.
    """
    # As text, because thousands of copies of a whole example would take seconds.
    text, odd = json.dumps(example.record), (*ODD, LONG)
    for number, path in enumerate(paths(example.record)):
        for other, value in list(enumerate(odd))[(number + first) % step :: step]:
            record = json.loads(text.replace(example.identifier, f"damaged-{number}-{other}"))
            damage(record, path, value)
            yield record


def cases(examples: Iterable[Example]) -> list[Any]:
    """Return examples as parameters."""
    return [pytest.param(one, id=one.table) for one in examples]


MADE_OF_OTHERS = ("SPACE_MEMBERS", "WEBHOOK_HEALTH")
"""Tables whose listings the emulator computes from other records."""

ONE_A_DAY = "ASSET_BANDWIDTH"
"""A table that is requested day by day: one planned answer would count for each day."""

LISTED = [one for one in EXAMPLES if one.table not in (*MADE_OF_OTHERS, ONE_A_DAY)]


THIRDS = [pytest.param(3, first, marks=pytest.mark.deep) for first in range(3)]
"""A page has at most 1,000 records, and some examples have more damages."""


@pytest.mark.parametrize(("step", "first"), [(13, 0), *THIRDS])
@pytest.mark.parametrize("example", cases(LISTED))
def test_any_part_of_a_record_may_be_malformed(
    account: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    example: Example,
    step: int,
    first: int,
) -> None:
    """If any part of a record is malformed, the sync succeeds and other rows are complete."""
    records = list(damages(example, step, first))
    assert 40 / step < len(records) < 1000
    arrange(account, example, example.neighbor)
    answer(account, example, *records, example.neighbor.record)
    run = warehouse.sync(only(configuration, example))
    assert run.error is None
    for row in example.neighbor.rows:
        assert row in warehouse.rows(example.table)

    account.control("DELETE", "faults")
    recovered = recover(account, configuration, warehouse, example)
    if not example.stays:
        assert recovered == in_order((*example.rows, *example.neighbor.rows))


def recover(
    account: Account, configuration: Configuration, warehouse: Warehouse, example: Example
) -> Any:
    """Sync an account whose answers are right again; return the rows of the table."""
    arrange(account, example, example.neighbor)
    account.control("POST", "clock", {"now": AFTER_EDIT})
    bump_parents(account, example, EDITED)
    assert warehouse.sync(only(configuration, example)).error is None
    again = warehouse.sync(only(configuration, example))
    assert (again.error, again.written, again.deleted) == (None, [], [])
    return in_order(warehouse.rows(example.table))


@pytest.mark.parametrize("example", LISTED, ids=lambda example: example.table)
def test_unknown_fields_change_no_column(
    account: Account, configuration: Configuration, warehouse: Warehouse, example: Example
) -> None:
    """Unknown fields of a record change no column except those that hold whole objects."""
    arrange(account, example, example.neighbor)
    records = [with_unknown_fields(one.record) for one in (example, example.neighbor)]
    answer(account, example, *records)
    assert warehouse.sync(only(configuration, example)).error is None
    found = in_order(map(without_unknown_fields, warehouse.rows(example.table)))
    assert found == in_order((*example.rows, *example.neighbor.rows))


NAMELESS: tuple[Record, ...] = (
    {},
    {"sys": {}},
    {"sys": None},
    {"sys": {"id": None}},
    {"sys": {"id": []}},
)

OF_CONTENT = ("ENTRIES", "ASSETS", "ENTRY_SNAPSHOTS", "COMMENTS")


@pytest.mark.parametrize(
    "example",
    cases(
        [
            one
            for one in LISTED
            if one.table in ("SPACES", "USERS", "ROLES", "LOCALES", "CONTENT_TYPES", *OF_CONTENT)
        ],
    ),
)
def test_records_without_an_id_are_counted(
    account: Account, configuration: Configuration, warehouse: Warehouse, example: Example
) -> None:
    """Records without an id get no row, and a warning says how many there are."""
    arrange(account, example, example.neighbor)
    answer(account, example, example.record, *NAMELESS, example.neighbor.record)
    run = warehouse.sync(only(configuration, example))
    assert run.error is None
    expected = in_order((*example.rows, *example.neighbor.rows))
    assert in_order(warehouse.rows(example.table)) == expected
    assert [line for line in run.warnings if f"{len(NAMELESS)} records without a key" in line]


LISTINGS = ("SPACES", "USERS", "LOCALES", "CONTENT_TYPES", "COMMENTS")
ENVELOPES: list[Any] = [
    *({"items": None}, {"items": True}, {"items": 7}, {"items": "text"}, {"items": {}}),
    *({"items": {"a": 1}}, {"items": [None]}, {"items": [7]}, {"items": [[]]}),
    *({}, {"sys": None}, {"sys": "Array", "items": 0}),
    {"items": [], "total": 5, "limit": 100, "skip": 0},
    {"items": [], "total": "5", "limit": "100", "skip": "0"},
    {"items": None, "total": 0, "limit": 100, "skip": 0},
    {"items": 0, "pages": {}},
]


@pytest.mark.parametrize(("table", "body"), pairs(LISTINGS, ENVELOPES, 5))
def test_an_answer_without_records_deletes_nothing(
    account: Account, configuration: Configuration, warehouse: Warehouse, table: str, body: Any
) -> None:
    """An answer that is not a list of records fails the sync, and rows are kept."""
    assert_kept(account, configuration, warehouse, table, body)


@pytest.mark.parametrize(("table", "body"), pairs(("ENTRIES", "ASSETS"), ENVELOPES, 2))
def test_an_answer_without_content_deletes_nothing(
    account: Account, configuration: Configuration, warehouse: Warehouse, table: str, body: Any
) -> None:
    """An answer without a list of entries or assets fails the sync, and rows are kept."""
    assert_kept(account, configuration, warehouse, table, body)


def assert_kept(
    account: Account, configuration: Configuration, warehouse: Warehouse, table: str, body: Any
) -> None:
    """Check that such an answer costs no row, and that the next sync succeeds."""
    example = next(one for one in EXAMPLES if one.table == table)
    arrange(account, example, example.neighbor)
    settings = only(configuration, example)
    warehouse.sync(settings)
    before = warehouse.rows(table)
    assert len(before) >= 2
    account.fault(example.requested, status=200, body=body)
    run = warehouse.sync(settings)
    assert isinstance(run.error, ContentfulError)
    assert run.deleted == []
    assert warehouse.rows(table) == before
    account.control("DELETE", "faults")
    again = warehouse.sync(settings)
    assert (again.error, again.written, again.deleted) == (None, [], [])


@pytest.mark.parametrize("name", ["a/b?c#d", "{x}", "../..", "%2e"])
def test_an_id_is_one_step_of_a_path(
    account: Account, configuration: Configuration, warehouse: Warehouse, name: str
) -> None:
    """The id of a parent is encoded in the path of its children, so it leads nowhere else."""
    account.put(COMMENTS.around[0][0], {**COMMENTS.around[0][1], "sys": {"id": name}})
    run = warehouse.sync(only(configuration, COMMENTS))
    assert (run.error, warehouse.rows("COMMENTS")) == (None, [])
    paths = {request["path"] for request in account.requests() if "/entries/" in request["path"]}
    parent = f"/{COMMENTS.around[0][0]}/{name}"
    assert {f"{parent}/comments"} <= paths <= {f"{parent}/comments", parent}
