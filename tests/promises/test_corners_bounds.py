"""`initial_sync_days`: the first sync of a table sets the bound, and later syncs keep it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support.account import Account
from support.scene import MASTER, MONTH, Scene

BOUND = "2026-01-30T00:00:01"
"""Thirty days before the first sync; the clock of a `Scene` starts at a fixed time."""

OMITTED = "2025-12-01T00:00:00.000Z"
INCLUDED = "2026-02-02T00:00:00.000Z"


@pytest.fixture
def scene(account: Account) -> Scene:
    """Sync nine of 15 entries, because six are older than the bound; then wait four months."""
    made = Scene(account, initial_sync_days="30")
    made.fill(6, "out", createdAt=OMITTED, updatedAt=OMITTED)
    made.fill(8, "in", createdAt=INCLUDED, updatedAt=INCLUDED)
    made.succeed()
    made.assert_equal(BOUND)
    assert len(made.rows()["ENTRIES"]) == 9
    made.wait(4 * MONTH)
    return made


@pytest.mark.usefixtures("tiny_sketches")
def test_a_reload_keeps_the_bound_of_the_first_sync(scene: Scene) -> None:
    """A table that is truncated months later is re-read from the bound of its first sync."""
    scene.remove([f"in-{number:03}" for number in range(6)])
    run = scene.succeed()
    assert run.truncated == ["ENTRIES"]
    assert len(scene.rows()["ENTRIES"]) == 3
    scene.assert_settled(BOUND)


def test_deletions_and_edits_before_the_bound_are_handled(scene: Scene) -> None:
    """Deleting an omitted record changes nothing; editing one brings its row."""
    scene.remove(["out-000", "out-001", "in-000"])
    scene.edit("put entry", key="out-002", value=2)
    scene.succeed()
    scene.assert_settled(BOUND)


def other_default_locale(scene: Scene) -> None:
    """Make German the default locale."""
    locales = scene.stored(f"{MASTER}/locales")
    german = {**locales[0], "code": "de", "sys": {**locales[0]["sys"], "id": "german"}}
    scene.store(f"{MASTER}/locales", {**locales[0], "default": False}, german)


def other_display_field(scene: Scene) -> None:
    """Give `page` another display field: its name."""
    scene.edit("put content type", key="b")


def removed_field(scene: Scene) -> None:
    """Remove `name` from `page`, and its values from all entries, whose `updatedAt` stays."""
    (page,) = (one for one in scene.stored(f"{MASTER}/content_types") if one["name"] == "Type 0")
    scene.store(f"{MASTER}/content_types", {**page, "fields": page["fields"][:1]})
    for record in scene.stored(f"{MASTER}/entries"):
        record["fields"].pop("name")
        scene.store(f"{MASTER}/entries", record)


@pytest.mark.parametrize("change", [other_default_locale, other_display_field, removed_field])
def test_entries_rewritten_for_a_model_change_keep_the_bound(
    scene: Scene, change: Callable[[Scene], None]
) -> None:
    """A model change months later rewrites every row since the bound of the first sync."""
    before = scene.rows()
    change(scene)
    scene.succeed()
    same = [key for key, row in scene.rows()["ENTRIES"].items() if before["ENTRIES"][key] == row]
    assert same == []
    scene.assert_settled(BOUND)


def recreate(scene: Scene, environment: str = "dev") -> None:
    """Delete an environment and create it again as a clone of master."""
    scene.edit("delete environment", environment=environment)
    scene.edit("put environment", environment=environment)


@pytest.mark.parametrize("original", ["in-000", "out-000"])
def test_a_recreated_environment_keeps_the_bound(account: Account, original: str) -> None:
    """The rows of a recreated environment equal the new one, with the bound of its first sync."""
    scene = Scene(account, initial_sync_days="30")
    scene.fill(6, "out", createdAt=OMITTED, updatedAt=OMITTED)
    scene.fill(8, "in", createdAt=INCLUDED, updatedAt=INCLUDED)
    scene.edit("put environment", environment="dev")
    scene.edit("put entry", key=original, environment="dev", value=2)
    scene.succeed()
    scene.assert_equal(BOUND)
    scene.wait(4 * MONTH)
    recreate(scene)
    expected = "ENTRIES s1/dev: all records are re-read, because its environment was recreated."
    assert expected in scene.succeed().messages
    scene.assert_settled(BOUND)


def put_tags(scene: Scene, number: int, name: str, updated: str) -> None:
    """Store tags."""
    like = scene.stored(f"{MASTER}/tags")[0]
    times = {"createdAt": updated, "updatedAt": updated}
    scene.store(
        f"{MASTER}/tags",
        *({**like, "sys": {**like["sys"], **times, "id": f"{name}-{at}"}} for at in range(number)),
    )


@pytest.mark.usefixtures("tiny_sketches")
def test_a_large_listed_table_keeps_its_bound(account: Account) -> None:
    """A table known by a sketch keeps exactly the rows since its bound, for months of syncs."""
    scene = Scene(account, "TAGS", initial_sync_days="30")
    scene.edit("put tag", value=3)
    put_tags(scene, 6, "out", OMITTED)
    put_tags(scene, 7, "in", INCLUDED)
    scene.succeed()
    assert len(scene.rows()["TAGS"]) == 8
    for _ in range(3):
        scene.wait(2 * MONTH)
        scene.assert_settled(BOUND)
    scene.edit("put tag", key="b", value=1)
    scene.account.control("DELETE", f"store/{MASTER}/tags/in-0")
    scene.succeed()
    scene.assert_settled(BOUND)


def test_an_interrupted_first_sync_keeps_its_bound(account: Account) -> None:
    """A first sync that is resumed months later uses the bound that it began with."""
    scene = Scene(account, initial_sync_days="30", max_records_per_page="1")
    scene.fill(3, "in", createdAt=INCLUDED, updatedAt=INCLUDED)
    scene.fill(3, "out", createdAt=OMITTED, updatedAt=OMITTED)
    scene.crash_after("in-000")
    scene.wait(4 * MONTH)
    scene.succeed()
    scene.assert_settled(BOUND)


def test_an_omitted_space_stays_omitted_when_its_locales_are_read(account: Account) -> None:
    """A space last updated before the bound gets no row, even if its locales are read."""
    scene = Scene(account, "SPACES, LOCALES", initial_sync_days="30")
    scene.wait(2 * MONTH)
    scene.succeed()
    assert scene.rows()["SPACES"] == {}
    scene.assert_no_changes(scene.succeed())


@pytest.mark.usefixtures("tiny_sketches")
def test_a_deselected_environment_with_omitted_records_is_emptied(
    account: Account,
) -> None:
    """Rows of a deselected environment are deleted by id, even if records were omitted."""
    scene = Scene(account, initial_sync_days="30")
    for name in ("dev", "third"):
        scene.edit("put environment", environment=name)
    scene.wait(2 * MONTH)
    dev = MASTER.replace("master", "dev")
    now = scene.editor.now().strftime("%Y-%m-%dT%H:%M:%S.000Z")
    new = scene.fill(8, "new", dev, createdAt=now, updatedAt=now)
    old = scene.fill(8, "older", dev)
    scene.wait()
    scene.succeed()
    held = {key[2] for key in scene.rows()["ENTRIES"] if key[:2] == ("s1", "dev")}
    assert held == set(new)
    assert held.isdisjoint(old)
    scene.wait()
    run = scene.succeed(environment_id="master,third")
    assert run.truncated == []
    assert sorted(keys["id"] for name, keys in run.deleted if name == "ENTRIES") == new
