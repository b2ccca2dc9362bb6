"""A listing beside what the warehouse holds, known by a sketch: looks, which may begin again."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from contentful_cma.errors import DifferenceTooLarge
from contentful_cma.state.diff import SketchDiff
from contentful_cma.state.sketch import Sketch

CELLS = 60
HELD = {"a": "AAAAAAAA", "b c": "BBBBBBBB", "d": "DDDDDDDD"}
"""Rows of the warehouse; a key of two parts has a space in it."""


def sketched(rows: dict[str, str]) -> Sketch:
    """Return the sketch that a ledger keeps of rows."""
    sketch = Sketch(CELLS)
    for key, fingerprint in rows.items():
        sketch.add(f"{key} {fingerprint}")
    return sketch


def look(diff: SketchDiff, rows: Iterable[tuple[str, str]]) -> list[str]:
    """Let a look show rows from its start; return the keys that it shows the first time."""
    diff.start_pass()
    return [key for key, fingerprint in rows if diff.add(key, fingerprint)]


def each(keys: str, form: str = "old") -> list[tuple[str, str]]:
    """Return a row of a form for each letter."""
    return [(key, form) for key in keys]


@pytest.fixture
def second_look() -> SketchDiff:
    """Give the comparison with a warehouse of a, b and c after a first look without c."""
    diff = SketchDiff(sketched(dict(each("abc"))))
    look(diff, each("ab"))
    assert diff.end_pass(is_whole=True)
    return diff


def test_a_first_look_that_begins_again_counts_each_row_once() -> None:
    """However far a listing came before it moved, one that is as it was needs no second look."""
    diff = SketchDiff(sketched(HELD))
    look(diff, {"a": "AAAAAAAA", "b c": "other"}.items())
    assert look(diff, HELD.items()) == list(HELD)
    assert diff.end_pass(is_whole=True) is False
    assert (diff.removed(), diff.all_keys()) == ([], set(HELD))


def test_two_looks_tell_what_is_new_changed_and_gone() -> None:
    """The first look tells that something differs, the second which rows do; keys stay whole."""
    diff = SketchDiff(sketched(HELD))
    today = {"a": "AAAAAAAA", "b c": "changed", "e f": "new"}
    look(diff, today.items())
    assert diff.end_pass(is_whole=True) is True
    look(diff, today.items())
    changed = [key for key, fingerprint in today.items() if diff.is_changed(key, fingerprint)]
    assert diff.end_pass(is_whole=True) is False
    assert (changed, diff.removed(), diff.all_keys()) == (["b c", "e f"], ["d"], set(HELD))
    settled = diff.sketch_after()
    assert settled is not None
    assert settled.difference(sketched(today)) == ([], [])


def test_a_partial_listing_changes_only_what_was_written() -> None:
    """What it lacks stays, and the form that a written row had before is forgotten."""
    diff = SketchDiff(sketched(HELD))
    shown = {"a": "AAAAAAAA", "b c": "changed", "e f": "new"}
    look(diff, shown.items())
    assert diff.end_pass(is_whole=False) is True
    look(diff, shown.items())
    for key, fingerprint in shown.items():
        if diff.is_changed(key, fingerprint):
            diff.mark_written(key, fingerprint)
    assert diff.end_pass(is_whole=False) is False
    assert diff.removed() == []
    settled = diff.sketch_after()
    assert settled is not None
    assert sorted(settled.read() or []) == ["a AAAAAAAA", "b c changed", "d DDDDDDDD", "e f new"]


def test_more_changes_than_can_be_told() -> None:
    """A whole listing says so by an error, a partial one has no news and takes nothing away."""
    many = {f"key {number}": "AAAAAAAA" for number in range(500)}
    whole, partial = SketchDiff(sketched(HELD)), SketchDiff(sketched(HELD))
    look(whole, many.items())
    look(partial, many.items())
    with pytest.raises(DifferenceTooLarge):
        whole.end_pass(is_whole=True)
    assert partial.end_pass(is_whole=False) is False
    assert [partial.is_changed(*one) for one in many.items()] == [False] * len(many)
    settled = partial.sketch_after()
    assert (partial.removed(), settled and settled.difference(sketched(HELD))) == ([], ([], []))


def test_what_only_a_first_look_that_began_again_has_shown_is_gone() -> None:
    """A row that a first try has shown and the next one has not is gone; all others are known."""
    diff = SketchDiff(sketched(dict(each("abc"))))
    assert look(diff, each("abc")) == ["a", "b", "c"]
    assert look(diff, each("ab")) == ["a", "b"]
    assert diff.end_pass(is_whole=True)
    look(diff, each("ab"))
    assert diff.removed() == ["c"]
    assert diff.all_keys() == {"a", "b", "c"}


def test_a_look_that_begins_again_shows_each_row_again(second_look: SketchDiff) -> None:
    """What came back after the first look is no deletion, however often the second begins."""
    assert look(second_look, each("acc")) == ["a", "c"]
    assert look(second_look, each("abcab")) == ["a", "b", "c"]
    assert not second_look.end_pass(is_whole=True)
    assert second_look.removed() == []


def test_a_look_that_begins_again_forgets_what_it_had_found(second_look: SketchDiff) -> None:
    """What came back and went again before the second look began again is a deletion."""
    assert look(second_look, each("abc")) == ["a", "b", "c"]
    assert look(second_look, each("ab")) == ["a", "b"]
    assert not second_look.end_pass(is_whole=True)
    assert second_look.removed() == ["c"]


def test_the_first_look_alone_stands_for_the_listing(second_look: SketchDiff) -> None:
    """What the second look meets is left for the next sync to compare."""
    look(second_look, each("abc"))
    look(second_look, each("abcd", "new"))
    assert not second_look.end_pass(is_whole=True)
    settled = second_look.sketch_after()
    assert settled is not None
    assert sorted(settled.read() or ()) == ["a old", "b old"]
