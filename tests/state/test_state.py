"""The state: its size, its limits, and the values that it restores."""

from __future__ import annotations

import json
import random
import string
from dataclasses import replace

import pytest

import contentful_cma.state.ledger
import contentful_cma.state.state
from contentful_cma.errors import StateTooLarge
from contentful_cma.state.bookmark import Bookmark, Scan
from contentful_cma.state.changes import (
    BookmarkMoved,
    ListingBegun,
    ListingRead,
    PlaceSeen,
    Requested,
    RowsChanged,
)
from contentful_cma.state.problem import REFUSED, Known, Problem
from contentful_cma.state.sketch import Sketch
from contentful_cma.state.state import State
from contentful_cma.sync.plan import ALL_CELLS, FEWEST_CELLS
from support.account import Account
from support.crashing import ManyCheckpoints
from support.states import record_of
from support.warehouse import Warehouse
from support.web_app import create, with_a_content_type

NOON, EVENING = "2026-01-01T12:00:00.000Z", "2026-01-01T18:00:00.000Z"
ENVIRONMENTS = 100
ENTRIES_EACH = 10_000
DIFFERENT = 5
ID_CHARACTERS = string.ascii_letters + string.digits
LISTED = {"LOCALES": 10, "TAGS": 20, "CONTENT_TYPES": 40, "EDITOR_INTERFACES": 40}
FIELDS_EACH = 10
CHECKSUM_SIZE = len(f', "checksum": "{32 * "0"}"')
"""Bytes of the state that do not count for its budget."""


def random_id(chance: random.Random) -> str:
    """Return a random id in the form of Contentful's ids."""
    return "".join(chance.choices(ID_CHARACTERS, k=22))


def sketch_of(count: int, cells: int, chance: random.Random) -> Sketch:
    """Return a sketch of *count* random ids."""
    sketch = Sketch(cells)
    for _ in range(count):
        sketch.add(random_id(chance))
    return sketch


def large_state() -> State:
    """Return the state of an account with 100 environments and a million entries."""
    chance = random.Random(7)  # noqa: S311 - the same numbers in each run
    state = State({})
    cells = max(ALL_CELLS // (2 * ENVIRONMENTS), FEWEST_CELLS)
    counts = {"ENTRIES": ENTRIES_EACH, "ASSETS": ENTRIES_EACH // 10}
    # Sketches of equally many ids have the same size, so a few of them serve all places.
    sketches = {
        table: [sketch_of(count, cells, chance) for _ in range(DIFFERENT)]
        for table, count in counts.items()
    }
    for number in range(ENVIRONMENTS):
        place = f"{random_id(chance)[:12]}/environment-{number}"
        for table, different in sketches.items():
            sketch = different[number % DIFFERENT]
            recent = {random_id(chance): "AAAAAAAA" for _ in range(5)}
            types = range(LISTED["CONTENT_TYPES"] if table == "ENTRIES" else 0)
            parts = {random_id(chance): ["title", "15 AAAAAAAA"] for _ in types}
            made_of = {"columns": "AAAAAAAA", "locale": "en-US", "types": parts}
            bookmark = Bookmark(
                "2026-11-24T01:53:00.000Z",
                sketch=sketch,
                recent=recent,
                made_of={**made_of, "locales": ["de-DE", "en-US"]},
            )
            state.apply(BookmarkMoved(table, place, bookmark))
        for table, count in LISTED.items():
            rows = {random_id(chance): random_id(chance)[:8] for _ in range(count)}
            state.apply(RowsChanged(table, place, rows))
        for _ in range(LISTED["CONTENT_TYPES"]):
            kind = random_id(chance)
            fields = {f"{kind} field{one}": "AAAAAAAA" for one in range(FIELDS_EACH)}
            state.apply(RowsChanged("CONTENT_TYPE_FIELDS", place, fields))
    return state


def test_a_large_account_fits() -> None:
    """The state of 100 environments with a million entries and their model is under 5 MB."""
    state = large_state()
    written = json.dumps(state.save())
    assert len(written) < 5_000_000
    assert json.dumps(State(json.loads(written)).save()) == written


def test_an_unfinished_scan_is_restored() -> None:
    """The state keeps an unfinished scan: its position, its ids and its parts."""
    sketch = Sketch(60)
    sketch.add("one")
    scan = Scan(
        since=None,
        started_at="2026-01-02T00:00:00.000Z",
        ids_from="",
        sketch=sketch,
        is_full=True,
        reached="2025-01-01T00:00:00.000Z",
        ends_before="2025-06-01T00:00:00.000Z",
        ids_there=frozenset({"one"}),
        recent={"one": "AAAAAAAA"},
        untitled=frozenset({"article"}),
        known=frozenset({"young before"}),
        young={"young": "2026-01-01T23:59:30.000Z"},
    )
    state = State({})
    state.apply(BookmarkMoved("ENTRIES", "space/master", Bookmark(scans=(scan,), origin="2020")))
    saved = json.loads(json.dumps(state.save()))
    read = State(saved).bookmark("ENTRIES", "space/master")
    assert read.saved == record_of(saved, "ENTRIES", "space/master")["bookmark"]
    assert read.origin == "2020"
    assert read.scans[0].sketch.read() == ["one"]
    assert replace(read.scans[0], sketch=sketch) == scan


def reread(state: State) -> State:
    """Return the state as the next sync gets it."""
    return State(json.loads(json.dumps(state.save())))


def test_results_of_requests_are_restored() -> None:
    """The state keeps when a table was read, from which columns, and why it was not read."""
    state = State({})
    refused = Problem(REFUSED, "HTTP 403 AccessDenied")
    state.apply(Requested("TEAMS", "acme", NOON, "columns"))
    state.apply(Requested("USERS", "acme", NOON, problem=refused))
    state.apply(Requested("USERS", "acme", EVENING, problem=refused))
    state.apply(Requested("ROLES", "space", NOON, "columns"))
    state.apply(Requested("ROLES", "space", EVENING, "columns", was_requested=False))
    state = reread(state)
    assert state.known("TEAMS", "acme") == Known(NOON, "columns", NOON)
    since = Problem(REFUSED, "HTTP 403 AccessDenied", NOON)
    assert state.known("USERS", "acme") == Known(requested=EVENING, problem=since)
    assert state.known("ROLES", "space") == Known(EVENING, "columns", NOON)
    assert state.known("TAGS", "space") == Known()


def test_a_solved_problem_is_forgotten() -> None:
    """A record that held only a problem is removed when the problem is solved."""
    state = State({})
    empty = state.save()
    state.apply(Requested("TEAMS", "acme", NOON, problem=Problem(REFUSED, "HTTP 403")))
    state.apply(Requested("TEAMS", "acme", EVENING))
    assert reread(state).save() == empty


def test_a_recreated_place_counts_as_unread() -> None:
    """In a recreated place, rows stay known; read times and problems are forgotten."""
    state, place = State({}), "space/master"
    state.apply(PlaceSeen(place, NOON))
    state.apply(RowsChanged("TAGS", place, {"one": "AAAAAAAA"}))
    state.apply(Requested("TAGS", place, NOON, "columns"))
    state.apply(Requested("ROLES", place, NOON, problem=Problem(REFUSED, "HTTP 403")))
    for created_at in (NOON, EVENING):
        state.apply(PlaceSeen(place, created_at))
        state = reread(state)
        assert state.ledger("TAGS", place).keys() == {"one"}
        assert (state.known("TAGS", place).read is None) == (created_at == EVENING)
        assert (state.known("ROLES", place).problem is None) == (created_at == EVENING)


def test_the_bound_of_a_listing_is_restored() -> None:
    """The state keeps the instant before which a listing omits records, and its removal."""
    state = State({})
    for since in ("2025-01-01T00:00:00.000Z", None):
        state.apply(ListingBegun("TAGS", "space/master", since))
        state = reread(state)
        assert state.ledger("TAGS", "space/master").since == since


def state_of(size: int) -> State:
    """Return a state of *size* bytes as JSON, most of them for ENTRY_SNAPSHOTS."""
    state = State({})
    rows = {f"{number:0100000}": "AAAAAAAA" for number in range(size // 110_000)}
    state.apply(RowsChanged("ENTRY_SNAPSHOTS", "space/master", rows))
    state.apply(RowsChanged("TAGS", "space/master", {"one": "AAAAAAAA"}))
    refused = Requested("TEAMS", "organization", NOON, problem=Problem(REFUSED, "a"))
    state.apply(refused)
    reason = "a" * (size - len(json.dumps(state.save())) + 1)
    state.apply(replace(refused, problem=Problem(REFUSED, reason)))
    return state


@pytest.mark.parametrize(
    ("size", "is_warned"),
    [(1_000_000, False), (7_999_999, False), (8_000_000, True), (10_000_000, True)],
)
def test_a_state_within_the_limit_is_saved(size: int, *, is_warned: bool) -> None:
    """Up to 10,000,000 bytes, a state is saved; from 8,000,000 on, a warning shows its size."""
    state = state_of(size)
    assert len(json.dumps(state.save())) == size
    assert (state.warning is not None) == is_warned
    assert state.warning is None or f"{size:,}" in state.warning


def test_a_state_over_the_limit_is_an_error() -> None:
    """A state over the limit is an error that shows size, limit, largest tables and remedies."""
    with pytest.raises(StateTooLarge) as error:
        state_of(10_000_001).save()
    for words in ("10,000,001", "10,000,000", "space_ids", "tables", "empty state"):
        assert words in str(error.value)
    assert str(error.value).index("ENTRY_SNAPSHOTS (") < str(error.value).index("TAGS (")


@pytest.mark.parametrize(
    ("excess", "sketched"),
    [
        (0, set()),
        (1, {"LOCALES"}),
        (25_000, {"LOCALES", "ROLES"}),
        (1_000_000, {"LOCALES", "ROLES", "TAGS"}),
    ],
)
def test_no_more_tables_are_sketched_than_the_budget_requires(
    monkeypatch: pytest.MonkeyPatch, excess: int, sketched: set[str]
) -> None:
    """The largest tables become sketches, one by one, until the state fits its budget."""
    monkeypatch.setattr(contentful_cma.state.ledger, "CELLS", 60)
    state = State({})
    for table, count in {"ROLES": 500, "LOCALES": 600, "TAGS": 400, "TEAMS": 700}.items():
        rows = {f"{number:022}": "AAAAAAAA" for number in range(count)}
        state.apply(RowsChanged(table, "space/master", rows))
        if table != "TEAMS":
            # A table with an unfinished listing keeps its rows one by one.
            state.apply(ListingRead(table, "space/master"))
    size = len(json.dumps(state.save()))
    monkeypatch.setattr(contentful_cma.state.state, "BUDGET", size - CHECKSUM_SIZE - excess)
    saved = state.save()["places"]["space/master"]["tables"]
    assert {table for table, record in saved.items() if "sketch" in record} == sketched


def test_a_sync_that_would_outgrow_the_state_loses_nothing(
    account: Account,
    configuration: dict[str, str],
    warehouse: Warehouse,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rows and state stay as at the last checkpoint; a re-sync of fewer tables succeeds."""
    with_a_content_type(account)
    content = {**configuration, "tables": "core, content, model"}
    assert warehouse.sync(content).error is None
    state, rows = warehouse.state, warehouse.rows("ENTRIES")
    monkeypatch.setattr(contentful_cma.state.state, "LARGEST", len(json.dumps(state)))
    create(account, "more", "Too much")
    for _ in range(2):
        run = warehouse.sync(content)
        assert isinstance(run.error, StateTooLarge)
        assert (warehouse.state, warehouse.rows("ENTRIES")) == (state, rows)
    warehouse.state = {}
    assert warehouse.sync({**configuration, "tables": "core, ENTRIES"}).error is None
    assert [row["id"] for row in warehouse.rows("ENTRIES")] == ["more"]


def test_a_large_state_is_reported_once_per_sync(
    account: Account,
    configuration: dict[str, str],
    warehouse: Warehouse,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A sync with many checkpoints has one warning about the size of the state."""
    with_a_content_type(account)
    monkeypatch.setattr(contentful_cma.state.state, "LARGE", 10)
    run = warehouse.sync(configuration, ManyCheckpoints())
    assert run.error is None
    assert len(run.states) > 1
    assert [warning.split(" has ")[0] for warning in run.warnings] == ["The state"]
