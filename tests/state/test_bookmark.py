"""The bookmark: what it says is in the warehouse, and how a scan moves it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Optional

import pytest

from contentful_cma.state.bookmark import Bookmark, Scan
from contentful_cma.state.sketch import Sketch

READ_UNTIL = "2026-01-01T12:00:00.000Z"
EDGE = "2026-01-01T11:59:00.000Z"
"""One overlap before READ_UNTIL: what was created from here on is known by its id."""

NOW = "2026-01-01T13:00:00.000Z"
LAST = "2026-01-01T12:59:30.000Z"
CELLS = 60
MANY = [f"id-{number}" for number in range(500)]
"""More ids than a sketch of CELLS can tell."""


def sketch_of(*ids: str) -> Sketch:
    """Return a sketch of ids."""
    sketch = Sketch(CELLS)
    for one in ids:
        sketch.add(one)
    return sketch


def is_of(sketch: Optional[Sketch], *ids: str) -> bool:
    """Tell whether a sketch is one of exactly these ids, however many they are."""
    return sketch is not None and sketch.difference(sketch_of(*ids)) == ([], [])


def record(one: str, created: str, updated: str = EDGE) -> dict[str, Any]:
    """Return a record with these times."""
    return {"sys": {"id": one, "createdAt": created, "updatedAt": updated}}


def part(*ids: str, **more: Any) -> Scan:
    """Return a part of a scan that has read ids which are old."""
    return Scan(
        **{"since": None, "started_at": NOW, "ids_from": "", "sketch": sketch_of(*ids), **more}
    )


def bookmark(*ids: str, **more: Any) -> Bookmark:
    """Return a bookmark of a table that was read, with these ids that are old."""
    return Bookmark(READ_UNTIL, sketch=sketch_of(*ids), origin="2020", **more)


# What the warehouse holds


def test_what_is_held_is_what_was_read() -> None:
    """Between scans the warehouse holds the ids of the sketch and the young ones."""
    assert is_of(bookmark(*MANY, young={"young": EDGE}).held(), *MANY, "young")
    nothing = Bookmark().held()
    assert nothing is not None
    assert nothing.read() == []


def test_a_first_scan_holds_what_its_parts_have_read() -> None:
    """While the first scan is under way the warehouse holds what each part has read so far."""
    half = len(MANY) // 2
    scans = (
        part(*MANY[:half], is_anew=True, young={"a": LAST}),
        part(*MANY[half:], is_anew=True, young={"b": LAST}),
    )
    assert is_of(Bookmark(scans=scans, origin="2020").held(), *MANY, "a", "b")


def test_a_scan_of_what_changed_holds_what_was_held_before() -> None:
    """While changes are scanned the warehouse holds the ids from before and the new ones."""
    before = bookmark(*MANY, young={"was young": EDGE, "is young": LAST})
    scan = before.next_scan(NOW).past([record("new", READ_UNTIL), record("newest", LAST)])
    held = replace(before, scans=(scan,)).held()
    assert is_of(held, *MANY, "was young", "is young", "new", "newest")


def test_a_scan_of_everything_holds_the_old_ids_and_the_new_ones() -> None:
    """While all is read again an id counts once, whichever of the two readings has met it."""
    scans = (part("a", "new", is_anew=True), part("c", is_anew=True, young={"newest": LAST}))
    before = bookmark("a", "b", young={"newest": LAST, "young": EDGE}, scans=scans)
    assert is_of(before.held(), "a", "b", "c", "new", "newest", "young")


@pytest.mark.parametrize(("old", "new"), [(MANY, ["a"]), (["a"], MANY)])
def test_too_many_ids_to_be_told_are_not_guessed(old: list[str], new: list[str]) -> None:
    """While all is read again None says that old and new ids are too many to tell them apart."""
    assert bookmark(*old, scans=(part(*new, is_anew=True),)).held() is None


# How a scan moves it


@pytest.mark.parametrize("created", [EDGE, READ_UNTIL])
def test_a_record_of_the_overlap_that_was_not_met_is_counted(created: str) -> None:
    """One that the last scan did not see is added, from the first instant of the overlap on."""
    scan = bookmark("old").next_scan(NOW).past([record("late", created)])
    assert is_of(scan.sketch, "old", "late")


def test_a_record_is_counted_once() -> None:
    """One that an earlier scan has met is not added again, be it old or young by then."""
    before = bookmark("old", young={"young": EDGE})
    scan = before.next_scan(NOW)
    older = record("old", "2026-01-01T11:58:59.999Z")
    assert is_of(scan.past([older, record("young", EDGE)]).sketch, "old", "young")


def test_a_record_without_a_time_is_counted() -> None:
    """A scan of everything counts what the API says no time of creation for."""
    scan = part(is_anew=True).past([{"sys": {"id": "timeless"}}])
    assert is_of(scan.sketch, "timeless")


def test_what_all_parts_have_met_is_known_afterwards() -> None:
    """A bookmark after a scan knows what each of its parts tells, and when the scan began."""
    before = bookmark(
        "gone", recent={"gone": "-"}, untitled=frozenset("t"), oversized=frozenset("o")
    )
    scans = [
        part(
            one,
            young={f"young {one}": LAST},
            recent={f"recent {one}": "AAAAAAAA"},
            untitled=frozenset({f"type {one}"}),
            oversized=frozenset({f"large {one}"}),
        )
        for one in "abc"
    ]
    after = replace(before, scans=tuple(scans)).with_scans_finished(*scans)
    assert is_of(after.sketch, "a", "b", "c")
    assert replace(after, sketch=None) == Bookmark(
        NOW,
        young={"young a": LAST, "young b": LAST, "young c": LAST},
        recent={"recent a": "AAAAAAAA", "recent b": "AAAAAAAA", "recent c": "AAAAAAAA"},
        untitled=frozenset({"t", "type a", "type b", "type c"}),
        oversized=frozenset({"o", "large a", "large b", "large c"}),
        origin="2020",
    )


@pytest.mark.parametrize("moved", range(4))
def test_a_part_that_goes_on_moves_no_other(moved: int) -> None:
    """The parts of a scan stay in their order, and one of them is further on."""
    scans = [part(one) for one in "abcd"]
    further = part("further")
    expected = [*scans]
    expected[moved] = further
    assert Bookmark(scans=tuple(scans)).at(moved, further) == Bookmark(scans=tuple(expected))
