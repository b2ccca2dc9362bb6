"""The ledger: rows known one by one or by a sketch, and the position among parents."""

from __future__ import annotations

import pytest

import contentful_cma.state.ledger
from contentful_cma.state.cursor import Cursor
from contentful_cma.state.ledger import Ledger, Position, fingerprint

ROWS = {"a": "AAAAAAAA", "b c": "BBBBBBBB", "d e f": "DDDDDDDD"}
"""Rows by key; a key of several parts contains spaces."""

MORNING, NOON = "2026-01-01T06:00:00.000Z", "2026-01-01T12:00:00.000Z"
NOW = "2026-01-01T18:00:00.000Z"


@pytest.fixture(params=[False, True], ids=["one by one", "by a sketch"])
def ledger(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """Return a ledger after a listing of ROWS, as the state restores it."""
    if request.param:
        monkeypatch.setattr(contentful_cma.state.ledger, "LARGEST", len(ROWS) - 1)
    made = Ledger()
    made.record(ROWS, (), {})
    made.end(None, is_plain=False)
    assert ("sketch" in made.saved) == request.param
    return Ledger(made.saved)


def test_the_keys_of_all_rows_are_known(ledger: Ledger) -> None:
    """Keys are restored with all their parts, whether rows are known one by one or by a sketch."""
    assert ledger.keys() == set(ROWS)


@pytest.mark.parametrize(("largest", "is_by_a_sketch"), [(2, True), (3, False)])
def test_a_table_of_the_largest_size_is_known_row_by_row(
    monkeypatch: pytest.MonkeyPatch, largest: int, *, is_by_a_sketch: bool
) -> None:
    """Only a table with more rows than the limit is known by a sketch."""
    monkeypatch.setattr(contentful_cma.state.ledger, "LARGEST", largest)
    ledger = Ledger()
    ledger.record(ROWS, (), {})
    ledger.settle(None)
    assert ledger.saved["rows"] == ({} if is_by_a_sketch else ROWS)
    assert (ledger.sketch is not None) == is_by_a_sketch


def test_an_unchanged_listing_has_no_differences(ledger: Ledger) -> None:
    """An unchanged listing has no deleted or changed row, and needs one pass."""
    diff = ledger.diff()
    diff.start_pass()
    assert [diff.add(*row) for row in ROWS.items()] == [True] * len(ROWS)
    assert diff.end_pass(is_whole=True) is False
    assert (diff.removed(), diff.all_keys()) == ([], set(ROWS))


def test_too_many_keys_are_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys are None if a sketch has too many of them to read."""
    monkeypatch.setattr(contentful_cma.state.ledger, "LARGEST", 3)
    monkeypatch.setattr(contentful_cma.state.ledger, "CELLS", 8)
    ledger = Ledger()
    ledger.record({f"key {number}": "AAAAAAAA" for number in range(100)}, (), {})
    ledger.end(None, is_plain=False)
    assert ledger.keys() is None


def test_the_last_listing_decides_whether_it_is_plain() -> None:
    """A listing is plain if its variants showed no record in the last sync that listed it."""
    ledger = Ledger()
    found = []
    for is_plain in (True, False, True):
        ledger.end(None, is_plain=is_plain)
        found.append(Ledger(ledger.saved).is_plain)
    assert found == [True, False, True]


@pytest.mark.parametrize(
    ("row", "context", "expected"),
    [
        ({}, [], "7dhffPmF"),
        ({"id": "a", "name": "\u00e9"}, [], "_3J3MMtC"),
        ({"name": "\u00e9", "id": "a"}, [""], "_3J3MMtC"),
        ({"id": "a"}, ["en-US"], "PN6gmTW1"),
    ],
)
def test_a_fingerprint_is_the_same_in_all_releases(
    row: dict[str, str], context: list[str], expected: str
) -> None:
    """A row has the same fingerprint in all releases, so a new release rewrites no row."""
    assert fingerprint(row, *context) == expected


# A walk through parents


def test_a_walk_resumes_after_the_passed_parents() -> None:
    """Parents created earlier are passed, and so are the requested ones of the last instant."""
    position = Position(NOW).past([(MORNING, "a"), (NOON, "b"), (NOON, "c", "more")])
    assert position == Position(NOW, Cursor(NOON, frozenset("bc")))
    parents = [(MORNING, "new"), (NOON, "b"), (NOON, "c", "more"), (NOON, "d"), (NOW, "b")]
    assert [position.has(one) for one in parents] == [True, True, True, False, False]


@pytest.mark.parametrize("again", [(NOON, "b"), (NOON, "c"), (NOON, None), (NOW, None)])
def test_repeated_parents_do_not_move_a_walk(again: tuple[str, str]) -> None:
    """A parent that is listed again or has no id does not change the position."""
    position = Position(NOW, Cursor(NOON, frozenset("bc")))
    assert position.past([again]) == position
