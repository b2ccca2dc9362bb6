"""The bookmark: the ids that the warehouse holds, and how a scan advances it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Optional

import pytest

from contentful_cma.state.bookmark import Bookmark, Scan
from contentful_cma.state.from_version_2 import migrated
from contentful_cma.state.sketch import Sketch

READ_UNTIL = "2026-01-01T12:00:00.000Z"
EDGE = "2026-01-01T11:59:00.000Z"
"""One overlap before READ_UNTIL: records created since then are known by their ids."""

NOW = "2026-01-01T13:00:00.000Z"
LAST = "2026-01-01T12:59:30.000Z"
CELLS = 60
MANY = [f"id-{number}" for number in range(500)]
"""More ids than a sketch of CELLS can name."""


def sketch_of(*ids: str) -> Sketch:
    """Return a sketch of ids."""
    sketch = Sketch(CELLS)
    for one in ids:
        sketch.add(one)
    return sketch


def is_of(sketch: Optional[Sketch], *ids: str) -> bool:
    """Return whether a sketch holds exactly these ids, even if they are many."""
    return sketch is not None and sketch.difference(sketch_of(*ids)) == ([], [])


def record(one: str, created: str, updated: str = EDGE) -> dict[str, Any]:
    """Return a record with these times."""
    return {"sys": {"id": one, "createdAt": created, "updatedAt": updated}}


def part(*ids: str, **more: Any) -> Scan:
    """Return a part of a scan that has read these old ids."""
    return Scan(
        **{"since": None, "started_at": NOW, "ids_from": "", "sketch": sketch_of(*ids), **more}
    )


def bookmark(*ids: str, **more: Any) -> Bookmark:
    """Return the bookmark of a table that was read, with these old ids."""
    return Bookmark(READ_UNTIL, sketch=sketch_of(*ids), origin="2020", **more)


# Ids in the warehouse


def test_the_warehouse_holds_sketched_and_young_ids() -> None:
    """Between scans, the warehouse holds the ids of the sketch and the young ids."""
    assert is_of(bookmark(*MANY, young={"young": EDGE}).held(), *MANY, "young")
    nothing = Bookmark().held()
    assert nothing is not None
    assert nothing.read() == []


def test_a_first_scan_holds_the_ids_of_its_parts() -> None:
    """During a first scan, the warehouse holds the ids that its parts have read so far."""
    half = len(MANY) // 2
    scans = (
        part(*MANY[:half], is_full=True, young={"a": LAST}),
        part(*MANY[half:], is_full=True, young={"b": LAST}),
    )
    assert is_of(Bookmark(scans=scans, origin="2020").held(), *MANY, "a", "b")


def test_a_scan_of_changes_holds_earlier_and_new_ids() -> None:
    """During a scan of changes, the warehouse holds the earlier ids and the new ones."""
    before = bookmark(*MANY, young={"was young": EDGE, "is young": LAST})
    scan = before.next_scan(NOW).past([record("new", READ_UNTIL), record("newest", LAST)])
    held = replace(before, scans=(scan,)).held()
    assert is_of(held, *MANY, "was young", "is young", "new", "newest")


def test_a_full_scan_holds_old_and_new_ids() -> None:
    """During a full scan, an id counts once, even if both the old and the new scan read it."""
    scans = (part("a", "new", is_full=True), part("c", is_full=True, young={"newest": LAST}))
    before = bookmark("a", "b", young={"newest": LAST, "young": EDGE}, scans=scans)
    assert is_of(before.held(), "a", "b", "c", "new", "newest", "young")


@pytest.mark.parametrize(("old", "new"), [(MANY, ["a"]), (["a"], MANY)])
def test_too_many_ids_are_unknown(old: list[str], new: list[str]) -> None:
    """During a full scan, the result is None if the ids are too many to compare."""
    assert bookmark(*old, scans=(part(*new, is_full=True),)).held() is None


# How a scan advances the bookmark


@pytest.mark.parametrize("created", [EDGE, READ_UNTIL])
def test_a_missed_record_of_the_overlap_is_counted(created: str) -> None:
    """A record that the last scan missed is added if it was created within the overlap."""
    scan = bookmark("old").next_scan(NOW).past([record("late", created)])
    assert is_of(scan.sketch, "old", "late")


def test_a_record_is_counted_once() -> None:
    """A record that an earlier scan has read is not added again, whether it is old or young."""
    before = bookmark("old", young={"young": EDGE})
    scan = before.next_scan(NOW)
    older = record("old", "2026-01-01T11:58:59.999Z")
    assert is_of(scan.past([older, record("young", EDGE)]).sketch, "old", "young")


def test_a_record_without_a_time_is_counted() -> None:
    """A full scan counts records that have no creation time."""
    scan = part(is_full=True).past([{"sys": {"id": "timeless"}}])
    assert is_of(scan.sketch, "timeless")


def test_a_finished_scan_combines_its_parts() -> None:
    """After a scan, the bookmark has the ids of all its parts and the start of the scan."""
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
def test_advancing_one_part_keeps_the_others(moved: int) -> None:
    """The parts of a scan keep their order when one of them advances."""
    scans = [part(one) for one in "abcd"]
    further = part("further")
    expected = [*scans]
    expected[moved] = further
    assert Bookmark(scans=tuple(scans)).at(moved, further) == Bookmark(scans=tuple(expected))


def test_a_scan_that_1_0_0_interrupted_is_resumed_as_full_or_not() -> None:
    """A scan of 1.0.0 stays a full one, or one of changes, after the upgrade."""
    scan: dict[str, Any] = {
        "since": None,
        "started_at": NOW,
        "ids_from": "",
        "sketch": sketch_of("a").saved(),
        "reached": "",
        "ends_before": LAST,
        "ids_there": [],
        "known": [],
        "young": {},
        "recent": {},
        "untitled": [],
        "oversized": [],
        "is_done": False,
    }
    kept: dict[str, Any] = {
        "read_until": READ_UNTIL,
        "bound": None,
        "sketch": None,
        "young": {},
        "recent": {},
        "scans": [{**scan, "is_anew": True}, {**scan, "is_anew": False}],
        "made_of": {},
        "untitled": [],
        "oversized": [],
        "origin": "2020",
    }
    state = {"version": 2, "bookmarks": {"ENTRIES": {"s/master": kept}}}
    record_of_entries = migrated(state)["places"]["s/master"]["tables"]["ENTRIES"]
    scans = Bookmark.from_saved(record_of_entries["bookmark"]).scans
    assert [one.is_full for one in scans] == [True, False]
    assert is_of(scans[0].sketch, "a")
