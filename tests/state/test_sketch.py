"""The sketch: which differences it tells, and that it never tells a wrong one."""

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
def test_differences_are_exact_or_not_told(common: set[str], old: set[str], new: set[str]) -> None:
    """Whatever two sets hold, the answer is their exact difference or None, never another one."""
    before, after = common | old, common | new
    cells = cells_for(CAPACITY)
    found = sketch_of(before, cells).difference(sketch_of(after, cells))
    if found is not None:
        assert (set(found.removed), set(found.added)) == (before - after, after - before)
        assert len(found.removed) + len(found.added) == len(before ^ after)


@pytest.mark.parametrize("size", [0, 1, 5, CAPACITY])
def test_a_difference_within_capacity_is_told(size: int) -> None:
    """A difference within capacity is told in at least 98 of 100 tries."""
    chance, told = random.Random(size), 0  # noqa: S311 - the same numbers in each run
    for _ in range(100):
        common = {f"{chance.getrandbits(128):x}" for _ in range(500)}
        old = {f"{chance.getrandbits(128):x}" for _ in range(size)}
        cells = cells_for(CAPACITY)
        found = sketch_of(common | old, cells).difference(sketch_of(common, cells))
        told += found is not None and set(found.removed) == old
    assert told >= 98


def test_too_large_a_difference_is_not_told() -> None:
    """Far beyond capacity the answer is None."""
    cells = cells_for(CAPACITY)
    many = {f"id{number}" for number in range(10 * CAPACITY)}
    assert sketch_of(many, cells).difference(Sketch(cells)) is None
    assert sketch_of(many, cells).read() is None


def test_a_small_set_is_read_back_whole() -> None:
    """A set within capacity can be read back, odd ids included."""
    ids = {"a", "00123", "x" * 64, "a.b-c_d", "\u00e9\u4e2d"}
    assert sorted(sketch_of(ids, cells_for(CAPACITY)).read() or []) == sorted(ids)


def test_sketches_of_different_sizes_are_not_compared() -> None:
    """Sketches of different sizes have no difference that could be told."""
    assert Sketch(60).difference(Sketch(90)) is None


@given(st.sets(IDS, max_size=300))
@settings(deadline=None, max_examples=50, derandomize=True)
def test_what_is_saved_is_read_again(ids: set[str]) -> None:
    """A sketch survives JSON, and what is added later is still told exactly."""
    cells = cells_for(CAPACITY)
    saved = json.loads(json.dumps(sketch_of(ids, cells).saved()))
    restored = Sketch.from_saved(saved)
    assert (restored.count, restored.cells) == (len(ids), Sketch(cells).cells)
    restored.add("a new one, with spaces")
    found = restored.difference(sketch_of(ids, cells))
    assert found == (["a new one, with spaces"], [])


@pytest.mark.parametrize(("asked", "given"), [(0, 4), (1, 4), (4, 4), (5, 8), (60, 60), (61, 64)])
def test_cells_are_rounded_up_to_a_multiple_of_four(asked: int, given: int) -> None:
    """No sketch takes more cells than were asked for and its four choices need."""
    assert Sketch(asked).cells == given


def test_what_is_taken_out_is_as_if_it_had_never_been_in() -> None:
    """A sketch without a key that was taken out is written as one that never had it."""
    sketch = sketch_of({"a", "b", "c d"}, 60)
    sketch.remove("b")
    assert sorted(sketch.read() or []) == ["a", "c d"]
    assert sketch.saved() == sketch_of({"a", "c d"}, 60).saved()


def test_copies_are_independent() -> None:
    """What is added to a copy is not in the original."""
    original = sketch_of({"a"}, 60)
    copy = original.copy()
    copy.add("b")
    assert (original.read(), sorted(copy.read() or [])) == (["a"], ["a", "b"])
