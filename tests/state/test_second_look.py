"""A listing that is compared with a sketch: two looks, each of which may begin again."""

from __future__ import annotations

import pytest

from contentful_cma.state.diff import SketchDiff, element_of
from contentful_cma.state.sketch import Sketch


@pytest.fixture
def diff() -> SketchDiff:
    """Give the comparison with a warehouse of three rows; its first look lacks one of them."""
    known = Sketch(60)
    for key in "abc":
        known.add(element_of(key, "old"))
    made = SketchDiff(known)
    look(made, "ab")
    assert made.look_again(is_whole=True)
    return made


def look(diff: SketchDiff, keys: str, form: str = "old") -> list[str]:
    """Begin a look, note rows of a form, and return the keys that it had not noted before."""
    diff.begin()
    return [key for key in keys if diff.note(key, form)]


def test_a_look_that_begins_again_shows_each_row_again(diff: SketchDiff) -> None:
    """What came back after the first look is no deletion, however often the second begins."""
    assert look(diff, "acc") == ["a", "c"]
    assert look(diff, "abcab") == ["a", "b", "c"]
    assert not diff.look_again(is_whole=True)
    assert diff.gone() == []


def test_a_look_that_begins_again_forgets_what_it_had_found(diff: SketchDiff) -> None:
    """What came back and went again before the second look began again is a deletion."""
    assert look(diff, "abc") == ["a", "b", "c"]
    assert look(diff, "ab") == ["a", "b"]
    assert not diff.look_again(is_whole=True)
    assert diff.gone() == ["c"]


def test_the_first_look_alone_stands_for_the_listing(diff: SketchDiff) -> None:
    """What the second look meets is left for the next sync to compare."""
    look(diff, "abc")
    look(diff, "abcd", "new")
    assert not diff.look_again(is_whole=True)
    settled = diff.settled()
    assert settled is not None
    assert sorted(settled.read() or ()) == [element_of("a", "old"), element_of("b", "old")]


def test_a_first_look_that_begins_again_counts_once() -> None:
    """A row that a first try has shown and the next one has not is gone; all others are known."""
    known = Sketch(60)
    for key in "abc":
        known.add(element_of(key, "old"))
    diff = SketchDiff(known)
    assert look(diff, "abc") == ["a", "b", "c"]
    assert look(diff, "ab") == ["a", "b"]
    assert diff.look_again(is_whole=True)
    look(diff, "ab")
    assert diff.gone() == ["c"]
    assert diff.held() == {"a", "b", "c"}
