"""A table is emptied only when all of it can be read again, and never for what is known."""

from __future__ import annotations

from typing import Any

import pytest

import contentful_cma.state.ledger
from contentful_cma.errors import DifferenceTooLarge, Unanswered
from support.account import Account
from support.crashing import ManyCheckpoints
from support.oversized import deep
from support.scene import DAY, MASTER, Scene
from support.states import record_of

pytestmark = pytest.mark.usefixtures("tiny_sketches")

NAMES = ("dev", "third")


@pytest.fixture
def scene(account: Account) -> Scene:
    """Give three environments of nine entries each in `s1`, one in `s2`, and all of it synced."""
    made = Scene(account)
    made.fill(8, createdAt="2026-01-01T00:00:00.000Z")
    made.wait(10)
    for name in NAMES:
        made.edit("put environment", environment=name)
    made.edit("put space", "put content type", "put entry", space="s2")
    made.wait()
    made.succeed()
    made.assert_settled()
    assert len(made.rows()["ENTRIES"]) == 28
    made.wait()
    return made


def lose_much(scene: Scene, where: str = MASTER) -> list[str]:
    """Delete so many entries of an environment that its sketch cannot tell which."""
    lost = [f"old-{number:03}" for number in range(7)]
    scene.remove(lost, where)
    return lost


def assert_no_row_lost(scene: Scene, before: dict[str, Any]) -> None:
    """Check that every row that the account still has is still there."""
    kept = scene.expected()["ENTRIES"].keys()
    assert {k: r for k, r in scene.rows()["ENTRIES"].items() if k in kept} == {
        k: r for k, r in before["ENTRIES"].items() if k in kept
    }


def with_many_tags(account: Account) -> Scene:
    """Give twelve tags in each of two spaces, known by sketches, and all of it synced."""
    made = Scene(account, "TAGS")
    made.edit("put space", space="s2")
    made.edit("put many tags")
    made.edit("put many tags", space="s2")
    made.succeed()
    made.assert_settled()
    return made


OUTAGES: list[tuple[dict[str, Any], type[Exception]]] = [
    ({"path": "/spaces/s1/environments/dev/*", "status": 503}, Unanswered),
    ({"path": "/spaces/s1/environments/dev/entries", "status": 503}, Unanswered),
    ({"path": "/spaces/s2/*", "status": 503}, Unanswered),
    ({"path": "/spaces/s2/*", "status": 403}, DifferenceTooLarge),
    ({"path": "/spaces/s2/environments/master/*", "status": 403}, DifferenceTooLarge),
    ({"path": "/spaces/s1/environments/third/entries", "status": 404}, DifferenceTooLarge),
]


@pytest.mark.parametrize(("outage", "error"), OUTAGES)
def test_much_that_is_gone_costs_no_row_while_a_place_cannot_be_read(
    scene: Scene, outage: dict[str, Any], error: type[Exception]
) -> None:
    """The sync fails in one sentence for as long as that lasts, and heals itself afterwards."""
    before = scene.rows()
    lose_much(scene)
    scene.account.fault(**outage)
    for _ in range(2):
        run = scene.sync()
        assert isinstance(run.error, error)
        assert run.truncated == []
        assert_no_row_lost(scene, before)
        scene.wait()
    scene.heal()
    run = scene.succeed()
    assert run.truncated == ["ENTRIES"]
    scene.assert_settled()


def test_a_table_that_waits_for_its_reload_tells_so_in_one_sentence(scene: Scene) -> None:
    """DifferenceTooLarge names the table, the place that lost much and the one not readable."""
    lose_much(scene)
    scene.account.fault("/spaces/s2/environments/master/entries", status=403)
    error = str(scene.sync().error)
    assert error.startswith("ENTRIES: more was deleted in s1/master than the state can tell.")
    assert "s2/master cannot be read" in error
    assert "\n" not in error


def test_nothing_is_told_of_an_environment_that_is_gone_while_its_rows_wait(scene: Scene) -> None:
    """SYNC_COVERAGE has no row of it, although ENTRIES cannot be read again without it yet."""
    before = scene.rows()
    scene.edit("delete environment", environment="dev")
    scene.account.fault("/spaces/s2/environments/master/entries", status=403)
    run = scene.sync()
    assert isinstance(run.error, DifferenceTooLarge)
    assert (run.truncated, scene.rows()) == ([], before)
    told = [row["place"] for row in scene.warehouse.rows("SYNC_COVERAGE")]
    assert told == ["s1/master", "s1/third", "s2/master"]
    scene.heal()
    scene.succeed()
    scene.assert_settled()


def test_a_reload_that_is_interrupted_by_an_outage_goes_on(scene: Scene) -> None:
    """What could not be read again after a truncation is read by the next sync."""
    lose_much(scene)
    # Its changes and the look before the truncation go well, then the reload is cut.
    scene.account.fault("/spaces/s2/environments/master/entries", status=503, after=2)
    run = scene.sync()
    assert isinstance(run.error, Unanswered)
    scene.heal()
    scene.wait()
    scene.succeed()
    scene.assert_settled()


def test_nothing_is_truncated_that_is_refused_by_then(scene: Scene) -> None:
    """A refusal right before the truncation fails the sync, and the rows stay (5.3)."""
    lose_much(scene)
    before = scene.rows()
    scene.account.fault("/spaces/s2/environments/master/entries", status=403, after=1)
    run = scene.sync()
    assert isinstance(run.error, DifferenceTooLarge)
    assert (run.truncated, scene.rows()) == ([], before)
    scene.heal()
    scene.succeed()
    scene.assert_settled()


def test_a_refusal_right_after_the_truncation_fails_the_sync(scene: Scene) -> None:
    """A table that is empty because of a rebuild is no success; the next sync fills it (5.3)."""
    lose_much(scene)
    scene.account.fault("/spaces/s2/environments/master/entries", status=403, after=2)
    run = scene.sync()
    assert isinstance(run.error, DifferenceTooLarge)
    assert run.truncated == ["ENTRIES"]
    scene.heal()
    scene.succeed()
    scene.assert_settled()


def requests_before_truncation(scene: Scene, path: str) -> int:
    """Return how often a sync requests a path before it truncates, by a copy of the warehouse."""
    copied, before = scene.warehouse.copy(), 0
    truncate = copied.truncate

    def counted(table: str) -> None:
        nonlocal before
        before = sum(one["path"] == path for one in scene.account.requests())
        truncate(table)

    copied.truncate = counted  # type: ignore[method-assign]
    scene.account.forget_requests()
    assert copied.sync(scene.configuration).error is None
    return before


def test_a_place_that_lost_much_and_is_refused_then_fails_the_sync(scene: Scene) -> None:
    """The place of which nobody can tell what is gone has to be read again like any other."""
    lose_much(scene)
    path = f"/{MASTER}/entries"
    scene.account.fault(path, status=403, after=requests_before_truncation(scene, path))
    run = scene.sync()
    assert isinstance(run.error, DifferenceTooLarge)
    assert run.truncated == ["ENTRIES"]
    scene.heal()
    scene.succeed()
    scene.assert_settled()


def test_a_query_that_is_refused_right_before_a_truncation_is_an_answer(scene: Scene) -> None:
    """A 400 says that the endpoint may be read; the rebuild itself leaves parameters out."""
    lose_much(scene)
    path = f"/{MASTER}/entries"
    before = requests_before_truncation(scene, path)
    scene.account.fault(path, status=400, after=before - 1, times=1)
    run = scene.succeed()
    assert run.truncated == ["ENTRIES"]
    scene.assert_settled()


@pytest.mark.parametrize("gone", ["dev", "third"])
def test_an_environment_that_waits_for_a_rebuild_and_is_never_ready_holds_none_up(
    scene: Scene, gone: str
) -> None:
    """What kept it from being read before makes no difference once it was unready for a day."""
    lose_much(scene, f"spaces/s1/environments/{gone}")
    scene.account.fault("/spaces/s2/environments/master/entries", status=503)
    assert scene.sync().error is not None
    scene.heal()
    (made,) = (one for one in scene.stored("spaces/s1/environments") if one["sys"]["id"] == gone)
    status = {"sys": {"type": "Link", "linkType": "Status", "id": "failed"}}
    scene.store("spaces/s1/environments", {**made, "sys": {**made["sys"], "status": status}})
    scene.succeed()
    lose_much(scene)
    scene.wait(DAY)
    scene.succeed()
    assert {key[1] for key in scene.rows()["ENTRIES"]} == {"master", *NAMES} - {gone}
    scene.store("spaces/s1/environments", made)
    scene.succeed()
    scene.assert_settled()


def test_an_environment_that_is_ready_again_keeps_its_bound(scene: Scene) -> None:
    """A rebuild after a day in which it was not ready reads it as it was read before."""
    name = "spaces/s1/environments"
    (made,) = (one for one in scene.stored(name) if one["sys"]["id"] == "dev")
    status = {"sys": {"type": "Link", "linkType": "Status", "id": "queued"}}
    scene.store(name, {**made, "sys": {**made["sys"], "status": status}})
    scene.succeed(initial_sync_days="1")
    lose_much(scene, f"{name}/dev")
    scene.wait(2 * DAY)
    scene.store(name, made)
    run = scene.succeed()
    assert run.truncated == ["ENTRIES"]
    scene.assert_settled()


def test_an_environment_that_refuses_and_is_never_ready_holds_no_rebuild_up(scene: Scene) -> None:
    """A refusal that cannot be asked for again makes no difference."""
    scene.account.fault("/spaces/s1/environments/dev/entries", status=403)
    scene.succeed()
    scene.heal()
    (made,) = (one for one in scene.stored("spaces/s1/environments") if one["sys"]["id"] == "dev")
    status = {"sys": {"type": "Link", "linkType": "Status", "id": "failed"}}
    scene.store("spaces/s1/environments", {**made, "sys": {**made["sys"], "status": status}})
    lose_much(scene)
    assert isinstance(scene.sync().error, DifferenceTooLarge)
    scene.wait(2 * DAY)
    run = scene.succeed()
    assert run.truncated == ["ENTRIES"]
    assert "dev" not in {key[1] for key in scene.rows()["ENTRIES"]}


def test_an_environment_that_stays_unready_holds_no_rebuild_up(scene: Scene) -> None:
    """After a day of that the others are read again, and it comes once it is ready (5.4)."""
    (master,) = scene.stored("spaces/s2/environments")
    status = {"sys": {"type": "Link", "linkType": "Status", "id": "failed"}}
    scene.store("spaces/s2/environments", {**master, "sys": {**master["sys"], "status": status}})
    scene.succeed()
    lose_much(scene)
    assert isinstance(scene.sync().error, DifferenceTooLarge)
    scene.wait(DAY)
    run = scene.succeed()
    assert run.truncated == ["ENTRIES"]
    assert {key[0] for key in scene.rows()["ENTRIES"]} == {"s1"}
    scene.store("spaces/s2/environments", master)
    scene.succeed()
    scene.assert_settled()


def test_without_truncate_a_rebuild_says_which_sdk_it_needs(scene: Scene) -> None:
    """An SDK that cannot truncate fails the sync, and no row that is gone counts as kept (5.6)."""
    lose_much(scene)
    before = scene.rows()
    scene.warehouse.can_truncate = False
    run = scene.sync()
    assert isinstance(run.error, DifferenceTooLarge)
    assert "version 2.8.3 or newer is needed" in str(run.error)
    assert (run.truncated, scene.rows()) == ([], before)
    scene.warehouse.can_truncate = True
    scene.succeed()
    scene.assert_settled()


@pytest.mark.parametrize("crashes", [False, True])
def test_a_first_listing_of_many_rows_becomes_a_sketch_on_the_way(
    account: Account, monkeypatch: pytest.MonkeyPatch, *, crashes: bool
) -> None:
    """No state knows more rows one by one than the limit and a page, interrupted or not."""
    monkeypatch.setattr(contentful_cma.state.ledger, "LARGEST", 5)
    scene = Scene(account, "TAGS", max_records_per_page="2")
    scene.edit("put many tags")
    if crashes:
        scene.account.fault(f"/{MASTER}/tags", status=503, after=5)
    run = scene.warehouse.sync({**scene.configuration, "retry_attempts": "0"}, ManyCheckpoints())
    assert (run.error is None) == (not crashes)
    known = [record_of(one, "TAGS", "s1/master").get("rows", {}) for one in run.states]
    assert 0 < max(len(rows) for rows in known) <= 5 + 2
    scene.heal()
    scene.succeed()
    scene.assert_settled()


def test_a_listing_that_outgrows_its_ledger_while_rows_change_is_read_once(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Earlier forms of rows are not in the sketch that replaces the ledger on the way."""
    monkeypatch.setattr(contentful_cma.state.ledger, "LARGEST", 20)
    scene = Scene(account, "TAGS", max_records_per_page="5")
    scene.edit("put many tags")
    scene.succeed()
    for number in range(12):
        scene.edit("put tag", key=f"ma{number}", value=number)
    scene.edit("put many tags", key="b")
    scene.edit("delete tag", key="ma11")
    scene.succeed()
    scene.assert_settled()


def test_a_large_listed_table_keeps_its_rows_while_another_place_cannot_be_read(
    account: Account,
) -> None:
    """A listed table known by a sketch is truncated only where every place can be listed."""
    scene = Scene(account, "TAGS")
    scene.edit("put space", space="s2")
    put = scene.stored(f"{MASTER}/entries")[0]["sys"]
    for space in ("s1", "s2"):
        tags = [_tag(f"tag-{number}", put) for number in range(9)]
        scene.store(f"spaces/{space}/environments/master/tags", *tags)
    scene.succeed()
    scene.assert_settled()
    before = scene.rows()
    for number in range(7):
        account.control("DELETE", f"store/{MASTER}/tags/tag-{number}")
    scene.account.fault("/spaces/s2/environments/master/tags", status=403)
    run = scene.sync()
    assert isinstance(run.error, DifferenceTooLarge)
    assert (run.deleted, run.truncated) == ([], [])
    assert scene.rows() == before
    scene.heal()
    scene.succeed()
    scene.assert_settled()


def test_a_listing_that_fills_two_tables_is_read_again_for_both(account: Account) -> None:
    """Where more fields have gone than can be told, the rows of fields and of types are right."""
    scene = Scene(account, "CONTENT_TYPES,CONTENT_TYPE_FIELDS")
    page, note = scene.stored(f"{MASTER}/content_types")
    like = page["fields"][0]
    many = [{**like, "id": f"field{number}"} for number in range(9)]
    scene.store(f"{MASTER}/content_types", {**page, "fields": [*page["fields"], *many]})
    scene.succeed()
    scene.assert_settled()
    scene.store(f"{MASTER}/content_types", {**page, "name": "With few fields"})
    account.control("DELETE", f"store/{MASTER}/content_types/{note['sys']['id']}")
    scene.succeed()
    scene.assert_settled()


def test_content_is_read_although_its_model_has_to_be_read_anew(account: Account) -> None:
    """An edit arrives in the sync that reads the content types of its environment anew."""
    scene = Scene(account, "CONTENT_TYPES,CONTENT_TYPE_FIELDS,ENTRIES")
    page, note = scene.stored(f"{MASTER}/content_types")
    like = page["fields"][0]
    many = [{**like, "id": f"field{number}"} for number in range(9)]
    scene.store(f"{MASTER}/content_types", {**page, "fields": [*page["fields"], *many]})
    scene.succeed()
    scene.assert_settled()
    scene.store(f"{MASTER}/content_types", {**page, "name": "With few fields"}, note)
    scene.wait()
    scene.edit("put entry", value=3)
    run = scene.succeed()
    assert "CONTENT_TYPE_FIELDS" in run.truncated
    assert written_to(run) == {"s1/master"}
    scene.assert_settled()


def _tag(name: str, like: dict[str, Any]) -> dict[str, Any]:
    times = {key: like[key] for key in ("createdAt", "createdBy", "updatedAt", "updatedBy")}
    sys = {"type": "Tag", "id": name, "version": 1, "visibility": "private", **times}
    return {"name": name, "sys": sys}


def written_to(run: Any) -> set[str]:
    """Return the environments that rows were written to."""
    return {
        f"{row['space_id']}/{row['environment_id']}"
        for name, row in run.written
        if name == "ENTRIES"
    }


def deleted_from(run: Any) -> set[str]:
    """Return the environments that rows were deleted from."""
    return {
        f"{keys['space_id']}/{keys['environment_id']}"
        for name, keys in run.deleted
        if name == "ENTRIES"
    }


def set_default_locale(scene: Scene, code: str, where: str) -> None:
    """Make a locale the default one of an environment."""
    (like,) = (one for one in scene.stored(f"{where}/locales") if one["code"] == "en-US")
    records = [
        {**like, "code": one, "default": one == code, "sys": {**like["sys"], "id": one}}
        for one in ("en-US", "de")
    ]
    account = scene.account
    for record in scene.stored(f"{where}/locales"):
        account.control("DELETE", f"store/{where}/locales/{record['sys']['id']}")
    scene.store(f"{where}/locales", *records)


def test_a_locale_that_changes_while_all_is_read_anew_costs_the_others_nothing(
    scene: Scene,
) -> None:
    """A default locale that changes, and back after a crash, makes its environment alone new."""
    where = "spaces/s1/environments/third"
    set_default_locale(scene, "de", where)
    scene.wait(DAY)
    scene.settings["max_records_per_page"] = "1"
    scene.crash_after("old-001")
    set_default_locale(scene, "en-US", where)
    run = scene.succeed()
    assert (run.truncated, written_to(run)) == ([], {"s1/third"})
    scene.assert_settled()


def test_a_table_that_is_not_due_is_read_anew_in_all_places(account: Account) -> None:
    """A table that is not due is emptied only to be read again in all of its places."""
    scene = Scene(account, "ENTRIES@1d")
    scene.fill(8, createdAt="2026-01-01T00:00:00.000Z")
    scene.edit("put space", "put content type", "put entry", space="s2")
    scene.edit("put environment", environment="dev")
    scene.wait()
    scene.succeed()
    scene.edit("delete environment", environment="dev")
    scene.wait()
    run = scene.succeed()
    assert run.truncated == ["ENTRIES"]
    scene.assert_settled()


# Environments that still exist


def test_an_alias_that_is_pointed_elsewhere_rewrites_no_other_environment(scene: Scene) -> None:
    """The environment that it left is emptied by its ids, and only the new one is written."""
    scene.edit("point alias", environment="dev")
    scene.succeed(environment_id="live,third,master")
    scene.assert_settled()
    scene.wait()
    scene.succeed(environment_id="live,third")
    scene.edit("point alias")
    run = scene.succeed()
    assert (run.truncated, written_to(run), deleted_from(run)) == (
        [],
        {"s1/master"},
        {"s1/dev"},
    )
    scene.assert_settled()


def test_an_environment_that_is_no_longer_named_is_emptied_by_its_ids(scene: Scene) -> None:
    """Rows that were deleted since the last sync go with it, and nothing is written."""
    scene.remove(["old-000"], "spaces/s1/environments/dev")
    run = scene.succeed(environment_id="master,third")
    assert (run.truncated, written_to(run), deleted_from(run)) == ([], set(), {"s1/dev"})
    scene.assert_settled()


def test_emptying_an_environment_leaves_room_for_checkpoints(scene: Scene) -> None:
    """While the ids of what is to be emptied are listed, each page may be followed by one."""
    scene.fill(51, "more", "spaces/s1/environments/dev")
    scene.wait()
    scene.succeed()
    scene.wait()
    paged = {"environment_id": "master,third", "max_records_per_page": "1"}
    run = scene.warehouse.sync({**scene.configuration, **paged}, ManyCheckpoints())
    assert (run.error, written_to(run), deleted_from(run)) == (None, set(), {"s1/dev"})
    assert len(run.states) >= 60


def test_records_without_an_id_do_not_keep_an_environment_from_being_emptied(scene: Scene) -> None:
    """Of what is listed to find the rows, what has no id has no row either."""
    dev = "spaces/s1/environments/dev"
    records = scene.stored(f"{dev}/entries")
    listed = [*records[:4], {"sys": {}}, {}, *records[4:]]
    body = {"sys": {"type": "Array"}, "total": len(listed), "items": listed}
    scene.account.fault(f"/{dev}/entries", status=200, body=body)
    run = scene.succeed(environment_id="master,third")
    assert (run.truncated, written_to(run), deleted_from(run)) == ([], set(), {"s1/dev"})
    scene.assert_settled()


def test_a_space_that_is_no_longer_named_is_emptied_by_its_ids(scene: Scene) -> None:
    """Its environments are listed although nothing else of it is read."""
    run = scene.succeed(space_ids="s2")
    assert (run.truncated, written_to(run)) == ([], set())
    assert deleted_from(run) == {"s1/master", "s1/dev", "s1/third"}
    scene.assert_settled()


def test_a_listed_table_of_a_space_that_is_no_longer_named_is_emptied_by_its_keys(
    account: Account,
) -> None:
    """Where a sketch stands for its rows they are listed, and no other space is read anew."""
    scene = with_many_tags(account)
    scene.edit("delete tag", key="ma3")
    scene.edit("put tag", key="ma4", value=2)
    scene.edit("put tag", key="new")
    run = scene.succeed(space_ids="s2")
    assert (run.truncated, run.written) == ([], [])
    tags = [keys for table, keys in run.deleted if table == "TAGS"]
    assert sorted(keys["id"] for keys in tags) == sorted(f"ma{number}" for number in range(12))
    assert {keys["space_id"] for keys in tags} == {"s1"}
    scene.assert_settled()


def test_a_listed_table_whose_rows_cannot_all_be_listed_is_read_anew(account: Account) -> None:
    """Where a record of the space cannot be listed its row goes all the same: all is read anew."""
    scene = with_many_tags(account)
    tags = f"{MASTER}/tags"
    monster = next(one for one in scene.stored(tags) if one["sys"]["id"] == "ma3")
    scene.store(tags, {**monster, "monster": deep()})
    run = scene.succeed(space_ids="s2")
    assert run.truncated == ["TAGS"]
    assert {row["space_id"] for name, row in run.written if name == "TAGS"} == {"s2"}
    scene.assert_settled()


def test_an_environment_that_cannot_be_emptied_keeps_its_rows(scene: Scene) -> None:
    """While its ids cannot be listed the sync fails, and no row of it or of others is touched."""
    before = scene.rows()
    scene.account.fault("/spaces/s1/environments/dev/entries", status=503)
    run = scene.sync(environment_id="master,third")
    assert isinstance(run.error, Unanswered)
    assert (run.truncated, run.deleted, scene.rows()) == ([], [], before)
    scene.heal()
    run = scene.succeed()
    assert (run.truncated, written_to(run)) == ([], set())
    scene.assert_settled()
