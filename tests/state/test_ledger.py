"""The ledger: what is known of rows, singly or by a sketch, and of a walk through parents."""

from __future__ import annotations

import pytest

import contentful_cma.state.ledger
from contentful_cma.state.cursor import Cursor
from contentful_cma.state.ledger import Ledger, Position, fingerprint

ROWS = {"a": "AAAAAAAA", "b c": "BBBBBBBB", "d e f": "DDDDDDDD"}
"""Rows by key; a key of several parts has spaces in it."""

MORNING, NOON = "2026-01-01T06:00:00.000Z", "2026-01-01T12:00:00.000Z"
NOW = "2026-01-01T18:00:00.000Z"


@pytest.fixture(params=[False, True], ids=["singly", "by a sketch"])
def ledger(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """Give a ledger after a listing of ROWS, as the state brings it back."""
    if request.param:
        monkeypatch.setattr(contentful_cma.state.ledger, "LARGEST", len(ROWS) - 1)
    made = Ledger()
    made.record(ROWS, (), {})
    made.end(None, is_plain=False)
    assert ("sketch" in made.saved) == request.param
    return Ledger(made.saved)


def test_the_keys_of_all_rows_are_told(ledger: Ledger) -> None:
    """Keys come back whole, with all their parts, whether rows are known singly or by a sketch."""
    assert ledger.keys() == set(ROWS)


@pytest.mark.parametrize(("largest", "is_by_a_sketch"), [(2, True), (3, False)])
def test_a_table_of_the_largest_size_is_known_row_by_row(
    monkeypatch: pytest.MonkeyPatch, largest: int, *, is_by_a_sketch: bool
) -> None:
    """Only a table of more rows than the limit is known by a sketch."""
    monkeypatch.setattr(contentful_cma.state.ledger, "LARGEST", largest)
    ledger = Ledger()
    ledger.record(ROWS, (), {})
    ledger.settle(None)
    assert ledger.saved["rows"] == ({} if is_by_a_sketch else ROWS)
    assert (ledger.sketch is not None) == is_by_a_sketch


def test_a_listing_that_is_as_it_was_differs_in_nothing(ledger: Ledger) -> None:
    """Compared with the same rows no row is gone or has changed, and one look is enough."""
    diff = ledger.diff()
    diff.start_pass()
    assert [diff.add(*row) for row in ROWS.items()] == [True] * len(ROWS)
    assert diff.end_pass(is_whole=True) is False
    assert (diff.removed(), diff.all_keys()) == ([], set(ROWS))


def test_more_rows_than_can_be_told_are_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    """None says that a sketch has too many keys to read them."""
    monkeypatch.setattr(contentful_cma.state.ledger, "LARGEST", 3)
    monkeypatch.setattr(contentful_cma.state.ledger, "CELLS", 8)
    ledger = Ledger()
    ledger.record({f"key {number}": "AAAAAAAA" for number in range(100)}, (), {})
    ledger.end(None, is_plain=False)
    assert ledger.keys() is None


def test_whether_variants_showed_nothing_is_what_the_last_listing_said() -> None:
    """A listing without records in its variants is plain until one shows a record."""
    ledger = Ledger()
    said = []
    for is_plain in (True, False, True):
        ledger.end(None, is_plain=is_plain)
        said.append(Ledger(ledger.saved).is_plain)
    assert said == [True, False, True]


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
    """A row that has not changed is known again by a release that did not write it."""
    assert fingerprint(row, *context) == expected


# A walk through parents


def test_a_walk_goes_on_after_the_parents_that_it_has_passed() -> None:
    """All that were created earlier are passed, and of the last instant those that were asked."""
    position = Position(NOW).past([(MORNING, "a"), (NOON, "b"), (NOON, "c", "more")])
    assert position == Position(NOW, Cursor(NOON, frozenset("bc")))
    asked = [(MORNING, "new"), (NOON, "b"), (NOON, "c", "more"), (NOON, "d"), (NOW, "b")]
    assert [position.has(one) for one in asked] == [True, True, True, False, False]


@pytest.mark.parametrize("again", [(NOON, "b"), (NOON, "c"), (NOON, None), (NOW, None)])
def test_a_parent_that_comes_again_or_has_no_id_moves_no_walk(again: tuple[str, str]) -> None:
    """The state keeps each id of the last instant once, however often it is listed."""
    position = Position(NOW, Cursor(NOON, frozenset("bc")))
    assert position.past([again]) == position
