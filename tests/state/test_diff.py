"""A listing compared with a sketch of the warehouse, in passes that may start again."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from contentful_cma.errors import DifferenceTooLarge
from contentful_cma.state.diff import SketchDiff
from contentful_cma.state.sketch import Sketch

CELLS = 60
HELD = {"a": "AAAAAAAA", "b c": "BBBBBBBB", "d": "DDDDDDDD"}
"""Rows of the warehouse; a key of two parts contains a space."""


def sketched(rows: dict[str, str]) -> Sketch:
    """Return the sketch that a ledger keeps of rows."""
    sketch = Sketch(CELLS)
    for key, fingerprint in rows.items():
        sketch.add(f"{key} {fingerprint}")
    return sketch


def run_pass(diff: SketchDiff, rows: Iterable[tuple[str, str]]) -> list[str]:
    """Run a pass from its start; return the keys that it shows for the first time."""
    diff.start_pass()
    return [key for key, fingerprint in rows if diff.add(key, fingerprint)]


def each(keys: str, form: str = "old") -> list[tuple[str, str]]:
    """Return a row of the same form for each letter."""
    return [(key, form) for key in keys]


@pytest.fixture
def second_pass() -> SketchDiff:
    """Return the diff of a warehouse with a, b and c after a first pass without c."""
    diff = SketchDiff(sketched(dict(each("abc"))))
    run_pass(diff, each("ab"))
    assert diff.end_pass(is_whole=True)
    return diff


def test_a_restarted_first_pass_counts_each_row_once() -> None:
    """A first pass that starts again counts each row once, so no second pass is needed."""
    diff = SketchDiff(sketched(HELD))
    run_pass(diff, {"a": "AAAAAAAA", "b c": "other"}.items())
    assert run_pass(diff, HELD.items()) == list(HELD)
    assert diff.end_pass(is_whole=True) is False
    assert (diff.removed(), diff.all_keys()) == ([], set(HELD))


def test_two_passes_find_new_changed_and_deleted_rows() -> None:
    """The first pass shows that rows differ, and the second one which; keys stay whole."""
    diff = SketchDiff(sketched(HELD))
    today = {"a": "AAAAAAAA", "b c": "changed", "e f": "new"}
    run_pass(diff, today.items())
    assert diff.end_pass(is_whole=True) is True
    run_pass(diff, today.items())
    changed = [key for key, fingerprint in today.items() if diff.is_changed(key, fingerprint)]
    for key in changed:
        diff.mark_written(key, today[key])
    assert diff.end_pass(is_whole=True) is False
    assert (changed, diff.removed(), diff.all_keys()) == (["b c", "e f"], ["d"], set(HELD))
    settled = diff.sketch_after()
    assert settled is not None
    assert settled.difference(sketched(today)) == ([], [])


def test_a_partial_listing_changes_only_written_rows() -> None:
    """A partial listing deletes nothing, and a written row replaces its earlier form."""
    diff = SketchDiff(sketched(HELD))
    shown = {"a": "AAAAAAAA", "b c": "changed", "e f": "new"}
    run_pass(diff, shown.items())
    assert diff.end_pass(is_whole=False) is True
    run_pass(diff, shown.items())
    for key, fingerprint in shown.items():
        if diff.is_changed(key, fingerprint):
            diff.mark_written(key, fingerprint)
    assert diff.end_pass(is_whole=False) is False
    assert diff.removed() == []
    settled = diff.sketch_after()
    assert settled is not None
    assert sorted(settled.read() or []) == ["a AAAAAAAA", "b c changed", "d DDDDDDDD", "e f new"]


def test_too_many_changes() -> None:
    """Too many changes are an error in a whole listing, and are ignored in a partial one."""
    many = {f"key {number}": "AAAAAAAA" for number in range(500)}
    whole, partial = SketchDiff(sketched(HELD)), SketchDiff(sketched(HELD))
    run_pass(whole, many.items())
    run_pass(partial, many.items())
    with pytest.raises(DifferenceTooLarge):
        whole.end_pass(is_whole=True)
    assert partial.end_pass(is_whole=False) is False
    assert [partial.is_changed(*one) for one in many.items()] == [False] * len(many)
    settled = partial.sketch_after()
    assert (partial.removed(), settled and settled.difference(sketched(HELD))) == ([], ([], []))


def test_a_row_that_a_restarted_first_pass_lacks_is_deleted() -> None:
    """A row that was shown only before the first pass started again is deleted."""
    diff = SketchDiff(sketched(dict(each("abc"))))
    assert run_pass(diff, each("abc")) == ["a", "b", "c"]
    assert run_pass(diff, each("ab")) == ["a", "b"]
    assert diff.end_pass(is_whole=True)
    run_pass(diff, each("ab"))
    assert diff.removed() == ["c"]
    assert diff.all_keys() == {"a", "b", "c"}


def test_a_restarted_second_pass_shows_each_row_again(second_pass: SketchDiff) -> None:
    """A row that returns after the first pass is not deleted, even if the second one restarts."""
    assert run_pass(second_pass, each("acc")) == ["a", "c"]
    assert run_pass(second_pass, each("abcab")) == ["a", "b", "c"]
    assert not second_pass.end_pass(is_whole=True)
    assert second_pass.removed() == []


def test_a_restarted_second_pass_forgets_earlier_rows(second_pass: SketchDiff) -> None:
    """A row that disappears before the second pass starts again is deleted."""
    assert run_pass(second_pass, each("abc")) == ["a", "b", "c"]
    assert run_pass(second_pass, each("ab")) == ["a", "b"]
    assert not second_pass.end_pass(is_whole=True)
    assert second_pass.removed() == ["c"]


def test_rows_of_only_the_second_pass_wait_for_the_next_sync(second_pass: SketchDiff) -> None:
    """Rows that only the second pass shows are left out of the sketch, for the next sync."""
    run_pass(second_pass, each("abc"))
    run_pass(second_pass, each("abcd", "new"))
    assert not second_pass.end_pass(is_whole=True)
    settled = second_pass.sketch_after()
    assert settled is not None
    assert sorted(settled.read() or ()) == ["a old", "b old", "c old"]
