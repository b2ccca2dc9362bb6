"""The sketch: which differences it finds, and that none of them is wrong."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contentful_cma.state.sketch import Sketch, cells_for

IDS = st.text(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", min_size=1, max_size=64
)
CAPACITY = 40


def sketch_of(ids: set[str], cells: int) -> Sketch:
    """Return a sketch of a set."""
    sketch = Sketch(cells)
    for one in ids:
        sketch.add(one)
    return sketch


@given(common=st.sets(IDS, max_size=60), old=st.sets(IDS), new=st.sets(IDS))
@settings(deadline=None, max_examples=300, derandomize=True)
def test_differences_are_exact_or_none(common: set[str], old: set[str], new: set[str]) -> None:
    """For any two sets, the result is their exact difference or None."""
    before, after = common | old, common | new
    cells = cells_for(CAPACITY)
    found = sketch_of(before, cells).difference(sketch_of(after, cells))
    if found is not None:
        assert (set(found.removed), set(found.added)) == (before - after, after - before)
        assert len(found.removed) + len(found.added) == len(before ^ after)


@pytest.mark.parametrize("size", [0, 1, 5, CAPACITY])
def test_a_difference_within_capacity_is_found(size: int) -> None:
    """A difference within capacity is found in at least 98 of 100 tries."""
    chance, successes = random.Random(size), 0  # noqa: S311 - the same numbers in each run
    for _ in range(100):
        common = {f"{chance.getrandbits(128):x}" for _ in range(500)}
        old = {f"{chance.getrandbits(128):x}" for _ in range(size)}
        cells = cells_for(CAPACITY)
        found = sketch_of(common | old, cells).difference(sketch_of(common, cells))
        successes += found is not None and set(found.removed) == old
    assert successes >= 98


def test_too_large_a_difference_is_none() -> None:
    """The result is None if the difference is far beyond the capacity."""
    cells = cells_for(CAPACITY)
    many = {f"id{number}" for number in range(10 * CAPACITY)}
    assert sketch_of(many, cells).difference(Sketch(cells)) is None
    assert sketch_of(many, cells).read() is None


def test_a_small_set_is_read_back_whole() -> None:
    """A set within capacity can be read back, including unusual ids."""
    ids = {"a", "00123", "x" * 64, "a.b-c_d", "\u00e9\u4e2d"}
    assert sorted(sketch_of(ids, cells_for(CAPACITY)).read() or []) == sorted(ids)


def test_sketches_of_different_sizes_are_not_compared() -> None:
    """The difference of sketches of different sizes is None."""
    assert Sketch(60).difference(Sketch(90)) is None


@given(st.sets(IDS, max_size=300))
@settings(deadline=None, max_examples=50, derandomize=True)
def test_a_saved_sketch_is_restored(ids: set[str]) -> None:
    """A sketch survives JSON, and later additions are still found exactly."""
    cells = cells_for(CAPACITY)
    saved = json.loads(json.dumps(sketch_of(ids, cells).saved()))
    restored = Sketch.from_saved(saved)
    assert (restored.count, restored.cells) == (len(ids), Sketch(cells).cells)
    restored.add("a new one, with spaces")
    found = restored.difference(sketch_of(ids, cells))
    assert found == (["a new one, with spaces"], [])


@pytest.mark.parametrize(
    ("requested", "cells"), [(0, 4), (1, 4), (4, 4), (5, 8), (60, 60), (61, 64)]
)
def test_cells_are_rounded_up_to_a_multiple_of_four(requested: int, cells: int) -> None:
    """A sketch has the requested number of cells, rounded up to a multiple of four."""
    assert Sketch(requested).cells == cells


def test_a_removed_key_leaves_no_trace() -> None:
    """After a key is removed, the sketch equals one that never had the key."""
    sketch = sketch_of({"a", "b", "c d"}, 60)
    sketch.remove("b")
    assert sorted(sketch.read() or []) == ["a", "c d"]
    assert sketch.saved() == sketch_of({"a", "c d"}, 60).saved()


def test_copies_are_independent() -> None:
    """Additions to a copy do not change the original."""
    original = sketch_of({"a"}, 60)
    copy = original.copy()
    copy.add("b")
    assert (original.read(), sorted(copy.read() or [])) == (["a"], ["a", "b"])
