"""Reloads: a table is truncated and read again only if needed and if all places are readable."""

from __future__ import annotations

from typing import Any

import pytest

import contentful_cma.state.ledger
from contentful_cma.errors import DifferenceTooLarge, TokenRefused, Unanswered
from support.account import Account
from support.crashing import ManyCheckpoints
from support.oversized import deep
from support.scene import DAY, MASTER, Fragile, Scene
from support.states import record_of
from support.warehouse import FastTime, Run

pytestmark = pytest.mark.usefixtures("tiny_sketches")

NAMES = ("dev", "third")


@pytest.fixture
def scene(account: Account) -> Scene:
    """Sync three environments of nine entries each in `s1`, and one entry in `s2`."""
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


def delete_many(scene: Scene, where: str = MASTER) -> list[str]:
    """Delete more entries of an environment than its sketch can identify."""
    lost = [f"old-{number:03}" for number in range(7)]
    scene.remove(lost, where)
    return lost


def assert_no_row_lost(scene: Scene, before: dict[str, Any]) -> None:
    """Check that every row of an existing entry is unchanged."""
    kept = scene.expected()["ENTRIES"].keys()
    assert {k: r for k, r in scene.rows()["ENTRIES"].items() if k in kept} == {
        k: r for k, r in before["ENTRIES"].items() if k in kept
    }


def with_many_tags(account: Account) -> Scene:
    """Sync twelve tags in each of two spaces, known by sketches."""
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
def test_many_deletions_cost_no_row_while_a_place_is_unreadable(
    scene: Scene, outage: dict[str, Any], error: type[Exception]
) -> None:
    """While a place is unreadable, a needed reload is postponed: syncs fail and keep all rows."""
    before = scene.rows()
    delete_many(scene)
    scene.account.fault(**outage)
    for _ in range(2):
        run = scene.sync()
        assert isinstance(run.error, error)
        assert run.truncated == []
        assert_no_row_lost(scene, before)
        scene.wait()
    scene.end_faults()
    run = scene.succeed()
    assert run.truncated == ["ENTRIES"]
    scene.assert_settled()


def test_a_postponed_reload_is_explained(scene: Scene) -> None:
    """DifferenceTooLarge names the table, the place with deletions and the unreadable place."""
    delete_many(scene)
    scene.account.fault("/spaces/s2/environments/master/entries", status=403)
    error = str(scene.sync().error)
    assert error.startswith("ENTRIES: more was deleted in s1/master than the state can identify.")
    assert "s2/master cannot be read" in error
    assert "\n" not in error


def test_a_deleted_environment_leaves_sync_coverage_before_its_rows(scene: Scene) -> None:
    """SYNC_COVERAGE drops a deleted environment at once, even if its rows await a reload."""
    before = scene.rows()
    scene.edit("delete environment", environment="dev")
    scene.account.fault("/spaces/s2/environments/master/entries", status=403)
    run = scene.sync()
    assert isinstance(run.error, DifferenceTooLarge)
    assert (run.truncated, scene.rows()) == ([], before)
    places = [row["place"] for row in scene.warehouse.rows("SYNC_COVERAGE")]
    assert places == ["s1/master", "s1/third", "s2/master"]
    scene.end_faults()
    scene.succeed()
    scene.assert_settled()


def test_an_interrupted_reload_resumes(scene: Scene) -> None:
    """The next sync reads the places that an outage during a reload left out."""
    delete_many(scene)
    # Its changes and the check before the truncation succeed, then the reload fails.
    scene.account.fault("/spaces/s2/environments/master/entries", status=503, after=2)
    run = scene.sync()
    assert isinstance(run.error, Unanswered)
    scene.end_faults()
    scene.wait()
    scene.succeed()
    scene.assert_settled()


def test_a_refusal_right_before_the_truncation_prevents_it(scene: Scene) -> None:
    """A place refused right before the truncation fails the sync; no row is deleted."""
    delete_many(scene)
    before = scene.rows()
    scene.account.fault("/spaces/s2/environments/master/entries", status=403, after=1)
    run = scene.sync()
    assert isinstance(run.error, DifferenceTooLarge)
    assert (run.truncated, scene.rows()) == ([], before)
    scene.end_faults()
    scene.succeed()
    scene.assert_settled()


def test_a_refusal_right_after_the_truncation_fails_the_sync(scene: Scene) -> None:
    """A place refused right after the truncation fails the sync; the next one fills the table."""
    delete_many(scene)
    scene.account.fault("/spaces/s2/environments/master/entries", status=403, after=2)
    run = scene.sync()
    assert isinstance(run.error, DifferenceTooLarge)
    assert run.truncated == ["ENTRIES"]
    scene.end_faults()
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


def test_a_refusal_of_the_place_with_deletions_fails_the_sync(scene: Scene) -> None:
    """If the place with the deletions is refused after the truncation, the sync fails."""
    delete_many(scene)
    path = f"/{MASTER}/entries"
    scene.account.fault(path, status=403, after=requests_before_truncation(scene, path))
    run = scene.sync()
    assert isinstance(run.error, DifferenceTooLarge)
    assert run.truncated == ["ENTRIES"]
    scene.end_faults()
    scene.succeed()
    scene.assert_settled()


def test_a_400_right_before_a_truncation_does_not_prevent_it(scene: Scene) -> None:
    """A 400 shows that the endpoint may be read, so it does not prevent a reload."""
    delete_many(scene)
    path = f"/{MASTER}/entries"
    before = requests_before_truncation(scene, path)
    scene.account.fault(path, status=400, after=before - 1, times=1)
    run = scene.succeed()
    assert run.truncated == ["ENTRIES"]
    scene.assert_settled()


@pytest.mark.parametrize("gone", ["dev", "third"])
def test_an_environment_unready_for_a_day_does_not_block_a_reload(scene: Scene, gone: str) -> None:
    """An environment that was unready for a day blocks no reload, even if it failed before."""
    delete_many(scene, f"spaces/s1/environments/{gone}")
    scene.account.fault("/spaces/s2/environments/master/entries", status=503)
    assert scene.sync().error is not None
    scene.end_faults()
    (made,) = (one for one in scene.stored("spaces/s1/environments") if one["sys"]["id"] == gone)
    status = {"sys": {"type": "Link", "linkType": "Status", "id": "failed"}}
    scene.store("spaces/s1/environments", {**made, "sys": {**made["sys"], "status": status}})
    scene.succeed()
    delete_many(scene)
    scene.wait(DAY)
    scene.succeed()
    assert {key[1] for key in scene.rows()["ENTRIES"]} == {"master", *NAMES} - {gone}
    scene.store("spaces/s1/environments", made)
    scene.succeed()
    scene.assert_settled()


def test_an_environment_that_is_ready_again_keeps_its_bound(scene: Scene) -> None:
    """An environment that is ready again is reloaded with the bound of its first sync."""
    name = "spaces/s1/environments"
    (made,) = (one for one in scene.stored(name) if one["sys"]["id"] == "dev")
    status = {"sys": {"type": "Link", "linkType": "Status", "id": "queued"}}
    scene.store(name, {**made, "sys": {**made["sys"], "status": status}})
    scene.succeed(initial_sync_days="1")
    delete_many(scene, f"{name}/dev")
    scene.wait(2 * DAY)
    scene.store(name, made)
    run = scene.succeed()
    assert run.truncated == ["ENTRIES"]
    scene.assert_settled()


def test_a_refusing_environment_that_stays_unready_blocks_no_reload(scene: Scene) -> None:
    """An environment that refused and then stays unready for two days blocks no reload."""
    scene.account.fault("/spaces/s1/environments/dev/entries", status=403)
    scene.succeed()
    scene.end_faults()
    (made,) = (one for one in scene.stored("spaces/s1/environments") if one["sys"]["id"] == "dev")
    status = {"sys": {"type": "Link", "linkType": "Status", "id": "failed"}}
    scene.store("spaces/s1/environments", {**made, "sys": {**made["sys"], "status": status}})
    delete_many(scene)
    assert isinstance(scene.sync().error, DifferenceTooLarge)
    scene.wait(2 * DAY)
    run = scene.succeed()
    assert run.truncated == ["ENTRIES"]
    assert "dev" not in {key[1] for key in scene.rows()["ENTRIES"]}


def test_a_place_that_is_not_due_blocks_no_reload(scene: Scene) -> None:
    """A reload reads all places, including those that are not due."""
    environments = "spaces/s1/environments"
    (dev,) = (one for one in scene.stored(environments) if one["sys"]["id"] == "dev")
    status = {"sys": {"type": "Link", "linkType": "Status", "id": "queued"}}
    scene.store(environments, {**dev, "sys": {**dev["sys"], "status": status}})
    delete_many(scene)
    assert isinstance(scene.sync().error, DifferenceTooLarge)
    scene.store(environments, dev)
    run = scene.succeed(tables="ENTRIES@1d")
    assert run.truncated == ["ENTRIES"]
    scene.assert_settled()


def test_an_environment_that_stays_unready_blocks_no_reload(scene: Scene) -> None:
    """Environments unready for a day do not block a reload; they follow once ready (5.4)."""
    (master,) = scene.stored("spaces/s2/environments")
    status = {"sys": {"type": "Link", "linkType": "Status", "id": "failed"}}
    scene.store("spaces/s2/environments", {**master, "sys": {**master["sys"], "status": status}})
    scene.succeed()
    delete_many(scene)
    assert isinstance(scene.sync().error, DifferenceTooLarge)
    scene.wait(DAY)
    run = scene.succeed()
    assert run.truncated == ["ENTRIES"]
    assert {key[0] for key in scene.rows()["ENTRIES"]} == {"s1"}
    scene.store("spaces/s2/environments", master)
    scene.succeed()
    scene.assert_settled()


def test_a_reload_without_truncate_names_the_sdk_it_needs(scene: Scene) -> None:
    """If the SDK cannot truncate, a reload fails the sync and names the version it needs."""
    delete_many(scene)
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
def test_a_ledger_becomes_a_sketch_during_a_first_listing(
    account: Account, monkeypatch: pytest.MonkeyPatch, *, crashes: bool
) -> None:
    """No state lists more rows than the limit plus one page, interrupted or not."""
    monkeypatch.setattr(contentful_cma.state.ledger, "LARGEST", 5)
    scene = Scene(account, "TAGS", max_records_per_page="2")
    scene.edit("put many tags")
    if crashes:
        scene.account.fault(f"/{MASTER}/tags", status=503, after=5)
    run = scene.warehouse.sync({**scene.configuration, "retry_attempts": "0"}, ManyCheckpoints())
    assert (run.error is None) == (not crashes)
    known = [record_of(one, "TAGS", "s1/master").get("rows", {}) for one in run.states]
    assert 0 < max(len(rows) for rows in known) <= 5 + 2
    scene.end_faults()
    scene.succeed()
    scene.assert_settled()


def test_a_ledger_that_becomes_a_sketch_drops_old_versions(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sketch that replaces a ledger during a listing contains no old version of a row."""
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


def test_a_large_listed_table_is_truncated_only_if_all_places_are_readable(
    account: Account,
) -> None:
    """A listed table known by a sketch is truncated only if every place can be listed."""
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
    scene.end_faults()
    scene.succeed()
    scene.assert_settled()


def test_a_reload_of_fields_covers_content_types(account: Account) -> None:
    """If many fields are deleted, CONTENT_TYPE_FIELDS and CONTENT_TYPES are both right."""
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


def test_entries_are_synced_while_their_model_is_reloaded(account: Account) -> None:
    """An edited entry is synced in the same sync that reloads its content types."""
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
    """Give an environment another default locale."""
    (like,) = (one for one in scene.stored(f"{where}/locales") if one["code"] == "en-US")
    records = [
        {**like, "code": one, "default": one == code, "sys": {**like["sys"], "id": one}}
        for one in ("en-US", "de")
    ]
    account = scene.account
    for record in scene.stored(f"{where}/locales"):
        account.control("DELETE", f"store/{where}/locales/{record['sys']['id']}")
    scene.store(f"{where}/locales", *records)


def test_a_locale_that_changes_twice_rewrites_one_environment(
    scene: Scene,
) -> None:
    """A default locale that changes back after a crash rewrites its environment alone."""
    where = "spaces/s1/environments/third"
    set_default_locale(scene, "de", where)
    scene.wait(DAY)
    scene.settings["max_records_per_page"] = "1"
    scene.crash_after("old-001")
    set_default_locale(scene, "en-US", where)
    run = scene.succeed()
    assert (run.truncated, written_to(run)) == ([], {"s1/third"})
    scene.assert_settled()


def test_a_table_that_is_not_due_is_reloaded_in_all_places(account: Account) -> None:
    """If a table that is not due is reloaded, all of its places are read."""
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


# Deselected environments, which still exist


def test_a_moved_alias_rewrites_one_environment(scene: Scene) -> None:
    """If an alias moves, the old environment is emptied by id and only the new one is written."""
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


def test_a_deselected_environment_is_emptied_by_id(scene: Scene) -> None:
    """A deselected environment is emptied by id, with rows deleted since; nothing is written."""
    scene.remove(["old-000"], "spaces/s1/environments/dev")
    run = scene.succeed(environment_id="master,third")
    assert (run.truncated, written_to(run), deleted_from(run)) == ([], set(), {"s1/dev"})
    scene.assert_settled()


def test_checkpoints_are_made_while_an_environment_is_emptied(scene: Scene) -> None:
    """While an environment is emptied, a checkpoint is possible after each page of ids."""
    scene.fill(51, "more", "spaces/s1/environments/dev")
    scene.wait()
    scene.succeed()
    scene.wait()
    paged = {"environment_id": "master,third", "max_records_per_page": "1"}
    run = scene.warehouse.sync({**scene.configuration, **paged}, ManyCheckpoints())
    assert (run.error, written_to(run), deleted_from(run)) == (None, set(), {"s1/dev"})
    assert len(run.states) >= 60


def test_records_without_an_id_do_not_block_emptying(scene: Scene) -> None:
    """Records without an id have no row, so they do not block emptying an environment."""
    dev = "spaces/s1/environments/dev"
    records = scene.stored(f"{dev}/entries")
    listed = [*records[:4], {"sys": {}}, {}, *records[4:]]
    body = {"sys": {"type": "Array"}, "total": len(listed), "items": listed}
    scene.account.fault(f"/{dev}/entries", status=200, body=body)
    run = scene.succeed(environment_id="master,third")
    assert (run.truncated, written_to(run), deleted_from(run)) == ([], set(), {"s1/dev"})
    scene.assert_settled()


def test_a_deselected_space_is_emptied_by_id(scene: Scene) -> None:
    """A deselected space is emptied by id, in all of its environments."""
    run = scene.succeed(space_ids="s2")
    assert (run.truncated, written_to(run)) == ([], set())
    assert deleted_from(run) == {"s1/master", "s1/dev", "s1/third"}
    scene.assert_settled()


def test_a_listed_table_of_a_deselected_space_is_emptied_by_key(
    account: Account,
) -> None:
    """Rows known by a sketch are deleted by key if their space is deselected; none is written."""
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


def test_an_unreadable_record_of_a_deselected_space_causes_a_reload(account: Account) -> None:
    """If a record of a deselected space is unreadable, the table is reloaded to delete its row."""
    scene = with_many_tags(account)
    tags = f"{MASTER}/tags"
    unreadable = next(one for one in scene.stored(tags) if one["sys"]["id"] == "ma3")
    scene.store(tags, {**unreadable, "unreadable": deep()})
    run = scene.succeed(space_ids="s2")
    assert run.truncated == ["TAGS"]
    assert {row["space_id"] for name, row in run.written if name == "TAGS"} == {"s2"}
    scene.assert_settled()


def test_a_confirmed_empty_listing_is_kept_for_a_postponed_reload(account: Account) -> None:
    """A reload blocked by another place runs as soon as that place can be read."""
    scene = with_many_tags(account)
    tags = f"{MASTER}/tags"
    for one in scene.stored(tags):
        account.control("DELETE", f"store/{tags}/{one['sys']['id']}")
    scene.wait()
    assert len(scene.succeed().warnings) == 1
    scene.wait()
    account.fault("/spaces/s2/environments/master/tags", status=403)
    assert isinstance(scene.sync().error, DifferenceTooLarge)
    scene.end_faults()
    scene.wait(1)
    run = scene.succeed()
    assert run.truncated == ["TAGS"]
    scene.assert_settled()


class Deferring(Fragile):
    """A warehouse that deletes old rows at the end of a sync, as newer SDKs do."""

    def __init__(self) -> None:
        """Begin with nothing to delete."""
        super().__init__()
        self.called: list[str] = []
        self._old: dict[str, set[Any]] = {}

    def truncate_at_the_end(self, table: str) -> None:
        """Note the rows to delete if the sync succeeds and does not write them."""
        self.called.append(table)
        self._old[table] = set(self.tables[table])

    def sync(self, configuration: dict[str, str], time: FastTime | None = None) -> Run:
        """Sync, and delete the noted rows that were not written."""
        self._old = {}
        run = super().sync(configuration, time)
        for table, keys in self._old.items() if run.error is None else ():
            written = {self._key(table, row) for name, row in run.written if name == table}
            for key in keys - written:
                del self.tables[table][key]
        return run


@pytest.mark.parametrize("fails", [False, True])
def test_a_reload_deletes_old_rows_at_the_end_if_the_sdk_can(scene: Scene, *, fails: bool) -> None:
    """With a newer SDK a reload deletes old rows last; the next sync completes a failed one."""
    warehouse = Deferring()
    warehouse.tables, warehouse.state = scene.warehouse.tables, scene.warehouse.state
    scene.warehouse = warehouse
    before = scene.rows()["ENTRIES"].keys()
    lost = delete_many(scene)
    if fails:
        scene.account.fault("/spaces/s2/environments/master/entries", status=503, after=2)
        assert isinstance(scene.sync().error, Unanswered)
        assert before <= scene.rows()["ENTRIES"].keys()
        scene.end_faults()
        scene.wait()
    run = scene.succeed()
    assert (warehouse.called, run.truncated) == (["ENTRIES"] * (1 + fails), [])
    left = {key[2] for key in scene.rows()["ENTRIES"] if key[:2] == ("s1", "master")}
    assert left.isdisjoint(lost)
    scene.assert_settled()


def test_a_failed_reload_of_a_deselected_table_is_completed_later(scene: Scene) -> None:
    """Old rows that a failed reload left are deleted once the table is selected again."""
    warehouse = Deferring()
    warehouse.tables, warehouse.state = scene.warehouse.tables, scene.warehouse.state
    scene.warehouse = warehouse
    lost = delete_many(scene)
    scene.account.fault("/spaces/s2/environments/master/entries", status=503, after=2)
    assert isinstance(scene.sync().error, Unanswered)
    scene.end_faults()
    scene.wait()
    scene.succeed(tables="TAGS")
    scene.wait()
    scene.succeed(tables="ENTRIES")
    left = {key[2] for key in scene.rows()["ENTRIES"] if key[:2] == ("s1", "master")}
    assert left.isdisjoint(lost)
    scene.assert_settled()


def test_a_token_revoked_right_before_a_truncation_prevents_it(scene: Scene) -> None:
    """A token revoked right before a truncation fails the sync, and no row is deleted."""
    before = scene.rows()
    delete_many(scene)
    path = "/spaces/s2/environments/master/entries"
    before_it = requests_before_truncation(scene, path)
    scene.account.fault("/spaces", status=401, after=1)
    scene.account.fault(path, status=401, after=before_it - 1)
    run = scene.sync()
    assert isinstance(run.error, TokenRefused)
    assert run.truncated == []
    assert_no_row_lost(scene, before)
    scene.end_faults()
    scene.succeed()
    scene.assert_settled()


def test_an_environment_that_cannot_be_emptied_keeps_its_rows(scene: Scene) -> None:
    """If ids of a deselected environment cannot be listed, the sync fails and keeps all rows."""
    before = scene.rows()
    scene.account.fault("/spaces/s1/environments/dev/entries", status=503)
    run = scene.sync(environment_id="master,third")
    assert isinstance(run.error, Unanswered)
    assert (run.truncated, run.deleted, scene.rows()) == ([], [], before)
    scene.end_faults()
    run = scene.succeed()
    assert (run.truncated, written_to(run)) == ([], set())
    scene.assert_settled()
