"""With `initial_sync_days` the bound of a table is set by its first sync and never moves."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support.account import Account
from support.scene import MASTER, MONTH, Scene

BOUND = "2026-01-30T00:00:01"
"""Thirty days before the first sync, by the clock of a `Scene`."""

LEFT_OUT = "2025-12-01T00:00:00.000Z"
TAKEN = "2026-02-02T00:00:00.000Z"


@pytest.fixture
def scene(account: Account) -> Scene:
    """Give an account of which a sync leaves out six entries, takes nine, and waits months."""
    made = Scene(account, initial_sync_days="30")
    made.fill(6, "out", createdAt=LEFT_OUT, updatedAt=LEFT_OUT)
    made.fill(8, "in", createdAt=TAKEN, updatedAt=TAKEN)
    made.succeed()
    made.assert_equal(BOUND)
    assert len(made.rows()["ENTRIES"]) == 9
    made.wait(4 * MONTH)
    return made


@pytest.mark.usefixtures("tiny_sketches")
def test_a_reload_keeps_the_bound_of_the_first_sync(scene: Scene) -> None:
    """What is truncated and read again months later has all rows since the first sync's bound."""
    scene.remove([f"in-{number:03}" for number in range(6)])
    run = scene.succeed()
    assert run.truncated == ["ENTRIES"]
    assert len(scene.rows()["ENTRIES"]) == 3
    scene.assert_settled(BOUND)


def test_a_deletion_among_what_was_left_out_is_no_difference(scene: Scene) -> None:
    """A record that was left out can be deleted, or edited and so taken, and all stays equal."""
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
    """Let `page` show its name."""
    scene.edit("put content type", key="b")


def lost_field(scene: Scene) -> None:
    """Take the name out of `page`, and its value out of all entries, whose times stay."""
    (page,) = (one for one in scene.stored(f"{MASTER}/content_types") if one["name"] == "Type 0")
    scene.store(f"{MASTER}/content_types", {**page, "fields": page["fields"][:1]})
    for record in scene.stored(f"{MASTER}/entries"):
        record["fields"].pop("name")
        scene.store(f"{MASTER}/entries", record)


@pytest.mark.parametrize("change", [other_default_locale, other_display_field, lost_field])
def test_what_is_read_anew_for_its_model_keeps_the_bound(
    scene: Scene, change: Callable[[Scene], None]
) -> None:
    """A change of the model months later reaches every row since the first sync's bound."""
    before = scene.rows()
    change(scene)
    scene.succeed()
    same = [key for key, row in scene.rows()["ENTRIES"].items() if before["ENTRIES"][key] == row]
    assert same == []
    scene.assert_settled(BOUND)


def made_again(scene: Scene, environment: str = "dev") -> None:
    """Delete an environment and make it again as a clone of master."""
    scene.edit("delete environment", environment=environment)
    scene.edit("put environment", environment=environment)


@pytest.mark.parametrize("original", ["in-000", "out-000"])
def test_an_environment_that_is_made_again_keeps_the_bound(
    account: Account, original: str
) -> None:
    """An edit that was lost with the old environment is undone: by its clone, or by deletion."""
    scene = Scene(account, initial_sync_days="30")
    scene.fill(6, "out", createdAt=LEFT_OUT, updatedAt=LEFT_OUT)
    scene.fill(8, "in", createdAt=TAKEN, updatedAt=TAKEN)
    scene.edit("put environment", environment="dev")
    scene.edit("put entry", key=original, environment="dev", value=2)
    scene.succeed()
    scene.assert_equal(BOUND)
    scene.wait(4 * MONTH)
    made_again(scene)
    told = "ENTRIES s1/dev: all is read again, because another environment has its id."
    assert told in scene.succeed().messages
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
def test_what_a_large_listed_table_leaves_out_is_no_difference(account: Account) -> None:
    """A table known by a sketch keeps all rows since its bound, sync after sync, for months."""
    scene = Scene(account, "TAGS", initial_sync_days="30")
    scene.edit("put tag", value=3)
    put_tags(scene, 6, "out", LEFT_OUT)
    put_tags(scene, 7, "in", TAKEN)
    scene.succeed()
    assert len(scene.rows()["TAGS"]) == 8
    for _ in range(3):
        scene.wait(2 * MONTH)
        scene.assert_settled(BOUND)
    scene.edit("put tag", key="b", value=1)
    scene.account.control("DELETE", f"store/{MASTER}/tags/in-0")
    scene.succeed()
    scene.assert_settled(BOUND)


def test_the_bound_of_an_interrupted_first_sync_stays(account: Account) -> None:
    """A first sync that ends months after it began has all rows since the bound it began with."""
    scene = Scene(account, initial_sync_days="30", max_records_per_page="1")
    scene.fill(3, "in", createdAt=TAKEN, updatedAt=TAKEN)
    scene.fill(3, "out", createdAt=LEFT_OUT, updatedAt=LEFT_OUT)
    scene.crash_after("in-000")
    scene.wait(4 * MONTH)
    scene.succeed()
    scene.assert_settled(BOUND)


def test_a_space_that_is_left_out_follows_no_default_locale(account: Account) -> None:
    """A space that was updated before the bound stays out although its locales are read."""
    scene = Scene(account, "SPACES, LOCALES", initial_sync_days="30")
    scene.wait(2 * MONTH)
    scene.succeed()
    assert scene.rows()["SPACES"] == {}
    scene.assert_quiet(scene.succeed())


@pytest.mark.usefixtures("tiny_sketches")
def test_what_was_left_out_does_not_keep_an_environment_from_being_emptied(
    account: Account,
) -> None:
    """Of a deselected environment the rows go by their ids, however much was left out of it."""
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
