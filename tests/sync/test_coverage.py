"""Tables that cannot be read: they are reported, keep their rows, and stop no other table."""

from __future__ import annotations

import pytest

from support.account import Account
from support.examples import BY_TABLE
from support.examples.acting import Configuration, arrange, begin, only, written
from support.examples.example import bumped
from support.oversized import deep
from support.warehouse import Warehouse
from support.web_app import ENTRIES, NOTE, TYPES, create, later, put, with_a_content_type

ROLES = BY_TABLE["ROLES"]
TAGS = BY_TABLE["TAGS"]


@pytest.fixture
def account(emulator: Account) -> Account:
    """Return an account with the organization, the space and the locale of the examples."""
    return begin(emulator)


@pytest.mark.parametrize("status", [403, 404, 410, 422, 501])
def test_a_refused_place_does_not_affect_the_others(
    account: Account, configuration: Configuration, warehouse: Warehouse, status: int
) -> None:
    """Each refusal is reported with its status, for its place only."""
    account.put_space("depot")
    account.put(TAGS.collection, TAGS.record)
    account.put(TAGS.collection.replace("shop", "depot"), TAGS.record)
    account.fault("/spaces/depot/environments/master/tags", status=status)
    run = warehouse.sync(only(configuration, TAGS))
    assert (run.error, written(run, "TAGS"), len(run.warnings)) == (None, list(TAGS.rows), 1)
    shown = {
        row["space_id"]: (row["status"], row["reason"] and row["reason"].split()[:2])
        for row in written(run, "SYNC_COVERAGE")
    }
    assert shown == {"shop": ("read", None), "depot": ("skipped", ["HTTP", str(status)])}


def test_a_403_on_a_later_page_deletes_nothing(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """If a later page is refused, the rows of all pages are kept."""
    many = [TAGS.named(f"tag-{number:02}") for number in range(12)]
    arrange(account, *many)
    small = only(configuration, TAGS, max_records_per_page="5")
    warehouse.sync(small)
    before = warehouse.rows("TAGS")
    account.fault(TAGS.requested, status=403, after=1)
    run = warehouse.sync(small)
    assert (run.error, run.deleted, len(run.warnings)) == (None, [], 1)
    assert warehouse.rows("TAGS") == before


def test_a_failed_table_does_not_delay_the_others(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """If one table fails, so does the sync, but the other is current; the next sync catches up."""
    both = {**configuration, "tables": "TAGS, ROLES", "retry_attempts": "0"}
    arrange(account, TAGS)
    arrange(account, ROLES)
    account.fault(TAGS.requested, status=500, times=1)
    failed = warehouse.sync(both)
    assert failed.error is not None
    assert (warehouse.rows("TAGS"), warehouse.rows("ROLES")) == ([], list(ROLES.rows))
    run = warehouse.sync(both)
    assert run.error is None
    assert (written(run, "TAGS"), written(run, "ROLES")) == (list(TAGS.rows), [])


def test_a_deselected_table_catches_up_later(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """A deselected table keeps its rows; selected again, it matches the account."""
    second = TAGS.named("tag-winter")
    arrange(account, TAGS, second)
    arrange(account, ROLES)
    warehouse.sync(only(configuration, TAGS))
    account.control("DELETE", f"store/{second.end}")
    account.put(TAGS.collection, bumped(TAGS.record))
    run = warehouse.sync(only(configuration, ROLES))
    assert (run.error, written(run, "TAGS")) == (None, [])
    run = warehouse.sync(only(configuration, TAGS))
    assert (run.error, len(written(run, "TAGS"))) == (None, 1)
    assert ("TAGS", TAGS.keys(second.rows[0])) in run.deleted
    assert [row["version"] for row in warehouse.rows("TAGS")] == [4]


def test_the_coverage_of_a_deleted_place_is_deleted(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """SYNC_COVERAGE has no row for a deleted space, whether or not it could be read."""
    account.put_space("depot")
    account.fault("/spaces/depot/environments/master/tags", status=403)
    warehouse.sync(only(configuration, TAGS))
    assert [row["place"] for row in warehouse.rows("SYNC_COVERAGE")] == [
        "depot/master",
        "shop/master",
    ]
    account.call("DELETE", "/spaces/depot")
    assert warehouse.sync(only(configuration, TAGS)).error is None
    assert [row["place"] for row in warehouse.rows("SYNC_COVERAGE")] == ["shop/master"]


def test_tables_in_an_unlisted_place_are_reported(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """If a list of environments is refused, SYNC_COVERAGE says so, and nothing is deleted."""
    account.put(TAGS.collection, TAGS.record)
    warehouse.sync(only(configuration, TAGS))
    (before,) = warehouse.rows("SYNC_COVERAGE")
    account.fault("/spaces/shop/environments", status=403)
    run = warehouse.sync(only(configuration, TAGS))
    reason = "Its place could not be listed, or is not ready to be read."
    expected = [("SYNC_COVERAGE", {**before, "status": "skipped", "reason": reason})]
    assert (run.error, run.written, run.deleted, len(run.warnings)) == (None, expected, [], 1)
    account.put(TAGS.collection, TAGS.edited_record)
    repeated = warehouse.sync(only(configuration, TAGS))
    assert (repeated.error, repeated.written, repeated.deleted, repeated.warnings) == (
        None,
        [],
        [],
        [],
    )
    account.control("DELETE", "faults")
    healed = warehouse.sync(only(configuration, TAGS))
    both = written(healed, "SYNC_COVERAGE"), written(healed, "TAGS")
    assert (healed.error, healed.deleted, both) == (None, [], ([before], [TAGS.edited_row]))
    account.fault("/spaces/shop/environments", status=403)
    again = warehouse.sync(only(configuration, TAGS))
    assert (again.error, again.written, len(again.warnings)) == (None, expected, 1)


def test_a_skipped_record_that_is_read_twice_is_reported_once(
    emulator: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """If content is read again with its new content type, SYNC_COVERAGE names a record once."""
    emulator.reset()
    with_a_content_type(emulator)
    settings = {**configuration, "tables": "ENTRIES"}
    assert warehouse.sync(settings).error is None
    later(emulator)
    put(emulator, f"{TYPES}/page", NOTE)
    monster = create(emulator, "monster", "Too deep")
    emulator.put(ENTRIES, {**monster, "monster": deep()})
    emulator.call("PUT", f"/{ENTRIES}/new", {"fields": {}}, X_Contentful_Content_Type="page")
    run = warehouse.sync(settings)
    sentence = "skipped, because too large for an answer or too deeply nested: monster."
    assert (run.error, run.warnings) == (None, [f"ENTRIES shop/master: {sentence}"])
    coverage = [(row["status"], row["reason"]) for row in warehouse.rows("SYNC_COVERAGE")]
    assert coverage == [("incomplete", run.warnings[0])]


def test_core_alone_needs_no_coverage(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Without a table outside `core`, there is no SYNC_COVERAGE, and a 403 is a warning."""
    account.fault("/organizations", status=403)
    run = warehouse.sync(configuration)
    assert (run.error, len(run.warnings)) == (None, 1)
    assert run.warnings[0].startswith("ORGANIZATIONS was skipped. Its rows are kept. ")
    assert set(warehouse.tables) == {"SPACES"}
