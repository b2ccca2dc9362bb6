"""Usage, which is read by day: windows, days that can still change, and the older endpoint."""

from __future__ import annotations

import re
from typing import Any

import pytest

from contentful_cma.errors import Unanswered
from support.account import Account
from support.cases import pairs, thinned
from support.crashing import ManyCheckpoints
from support.examples.example import FIRST_SYNC
from support.states import records_of
from support.warehouse import FastTime, Run, Warehouse

Configuration = dict[str, str]

METRICS = (
    *("api_call_cma", "api_call_cda", "api_call_cpa", "api_call_graphql", "api_call_total"),
    *("functions_invocations", "asset_bandwidth", "ai_action_invocation"),
    *("ai_action_word_count", "ai_consumption_unit", "monthly_active_profiles"),
)
OLD_NAMES = {
    "api_call_cma": "cma",
    "api_call_cda": "cda",
    "api_call_cpa": "cpa",
    "api_call_graphql": "gql",
}
WINDOWS_OF_A_YEAR = 12

pytestmark = pytest.mark.year_of_usage


@pytest.fixture
def account(emulator: Account) -> Account:
    """Return a generated account of one organization and two spaces."""
    emulator.reset(spaces=2)
    emulator.control("POST", "clock", {"now": FIRST_SYNC})
    return emulator


@pytest.fixture
def configuration(configuration: Configuration) -> Configuration:
    """Return the configuration that reads usage."""
    return {**configuration, "tables": "ORGANIZATION_USAGE, SPACE_USAGE"}


def usage_requests(account: Account) -> list[dict[str, Any]]:
    """Return the requests for usage since the previous call."""
    found = [one for one in account.requests() if "usages" in one["path"]]
    account.forget_requests()
    return found


def later(account: Account) -> None:
    """Let an hour pass, on the same day."""
    account.control("POST", "clock", {"advance_seconds": 3600})


def window(request: dict[str, Any]) -> tuple[str, str]:
    """Return the first and the last day of a request."""
    (first,), (last,) = (request["query"][f"date[{name}]"] for name in ("gte", "lte"))
    return first, last


def days(run: Run, table: str) -> set[str]:
    """Return the days whose rows a run wrote."""
    return {row["day"] for name, row in run.written if name == table}


def usage_of_api(account: Account, metric: str, first: str, last: str) -> list[float]:
    """Return the API's values for the organization."""
    organization = account.stored("organizations")[0]["sys"]["id"]
    window = f"date%5Bgte%5D={first}&date%5Blte%5D={last}"
    answer = account.call("GET", f"/organizations/{organization}/usages/{metric}?{window}")
    data: list[float] = answer["items"][0]["data"]
    return data


def test_a_first_sync_reads_a_year(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Every metric has a row for each of 365 days, requested in windows of 31 days."""
    assert warehouse.sync(configuration).error is None
    # Profiles are not available by space.
    assert len(usage_requests(account)) == WINDOWS_OF_A_YEAR * (len(METRICS) + len(METRICS) - 1)
    rows = warehouse.rows("ORGANIZATION_USAGE")
    assert len(rows) == 365 * len(METRICS)
    assert {row["metric"] for row in rows} == {OLD_NAMES.get(one, one) for one in METRICS}
    assert (min(row["day"] for row in rows), max(row["day"] for row in rows)) == (
        "2024-03-02",
        "2025-03-01",
    )
    assert len(warehouse.rows("SPACE_USAGE")) == 365 * (len(METRICS) - 1) * 2
    for metric in METRICS:
        used = {row["day"]: row for row in rows if row["metric"] == OLD_NAMES.get(metric, metric)}
        expected = usage_of_api(account, metric, "2025-02-27", "2025-02-28")
        assert [used[day]["usage"] for day in ("2025-02-27", "2025-02-28")] == expected


@pytest.mark.usefixtures("account")
def test_the_log_counts_down_the_remaining_time(
    configuration: Configuration, warehouse: Warehouse
) -> None:
    """At one request every 10 seconds, the log counts down the last windows of the last metric."""
    slow = {"tables": "ORGANIZATION_USAGE", "requests_per_second": "0.1"}
    run = warehouse.sync({**configuration, **slow}, FastTime(between_lines=0))
    assert run.error is None
    left = re.findall(r"usage \(about ([^)]+) left\)", "\n".join(run.messages))
    assert left[-4:] == ["40 seconds", "30 seconds", "20 seconds", "10 seconds"]


def test_later_syncs_read_days_that_can_still_change(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Three days later, each metric takes one request, which writes only the new days."""
    warehouse.sync(configuration)
    before = dict(warehouse.tables["ORGANIZATION_USAGE"])
    account.control("POST", "clock", {"advance_seconds": 3 * 86400})
    usage_requests(account)
    run = warehouse.sync(configuration)
    assert (run.error, run.deleted) == (None, [])
    made = usage_requests(account)
    assert len(made) == 2 * len(METRICS) - 1
    assert {window(one) for one in made} == {("2025-02-22", "2025-03-04")}
    new = {"2025-03-02", "2025-03-03", "2025-03-04"}
    assert days(run, "ORGANIZATION_USAGE") == days(run, "SPACE_USAGE") == new
    after = warehouse.tables["ORGANIZATION_USAGE"]
    assert {key: after[key] for key in before} == before


def test_a_long_pause_leaves_no_gap(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """After 60 days without a sync, all of those days are read, in as many windows as needed."""
    warehouse.sync(configuration)
    account.control("POST", "clock", {"advance_seconds": 60 * 86400})
    usage_requests(account)
    run = warehouse.sync(configuration)
    assert len(days(run, "ORGANIZATION_USAGE")) == 60
    assert len(usage_requests(account)) == 3 * (2 * len(METRICS) - 1)


@pytest.mark.usefixtures("account")
def test_initial_sync_days_limit_the_first_sync(
    configuration: Configuration, warehouse: Warehouse
) -> None:
    """`initial_sync_days` limits the days of usage that a first sync reads."""
    run = warehouse.sync({**configuration, "initial_sync_days": "10"})
    assert min(days(run, "ORGANIZATION_USAGE")) == "2025-02-19"


def test_a_refused_endpoint_falls_back_to_the_older_one(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """The older endpoint's rows have the same keys and are not rewritten; a year follows later."""
    account.fault("*/usages/*", status=403)
    only = {**configuration, "tables": "ORGANIZATION_USAGE@1h"}
    run = warehouse.sync(only)
    assert (run.error, len(run.warnings)) == (None, 1)
    assert "older endpoint" in run.warnings[0]
    assert len(days(run, "ORGANIZATION_USAGE")) == 45
    old = dict(warehouse.tables["ORGANIZATION_USAGE"])
    assert {row["metric"] for row in old.values()} == set(OLD_NAMES.values())
    usage_requests(account)
    later(account)
    again = warehouse.sync(only)
    assert (again.error, again.written, again.warnings) == (None, [], [])
    assert len(usage_requests(account)) == 2
    account.control("DELETE", "faults")
    later(account)
    allowed = warehouse.sync(only)
    assert (allowed.error, allowed.deleted) == (None, [])
    new = warehouse.tables["ORGANIZATION_USAGE"]
    assert {key: new[key]["usage"] for key in old} == {key: old[key]["usage"] for key in old}
    assert len(new) == 365 * len(METRICS)


def test_a_refused_metric_does_not_affect_the_others(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """A metric outside the plan is reported once, and read from its start once it is allowed."""
    account.fault("*/usages/monthly_active_profiles", status=422)
    only = {**configuration, "tables": "ORGANIZATION_USAGE@1h"}
    run = warehouse.sync(only)
    assert (run.error, len(run.warnings)) == (None, 1)
    assert "monthly_active_profiles" in run.warnings[0]
    assert len(warehouse.rows("ORGANIZATION_USAGE")) == 365 * (len(METRICS) - 1)
    account.control("DELETE", "faults")
    later(account)
    assert len(warehouse.sync(only).written) == 365 + 1


@pytest.mark.parametrize("syncs", thinned([3, 1], 2))
@pytest.mark.parametrize(("metric", "status"), pairs([METRICS[1], METRICS[-1]], [403, 422], 2))
def test_a_temporarily_refused_metric_rewrites_no_row(
    account: Account,
    configuration: Configuration,
    warehouse: Warehouse,
    metric: str,
    status: int,
    syncs: int,
) -> None:
    """A metric that was refused for a while is read from where it stopped, without rewrites."""
    only = {**configuration, "tables": "ORGANIZATION_USAGE@1h"}
    warehouse.sync(only)
    account.fault(f"*/usages/{metric}", status=status)
    for _ in range(syncs):
        account.control("POST", "clock", {"advance_seconds": 5 * 86400})
        written = [row for name, row in warehouse.sync(only).written if name != "SYNC_COVERAGE"]
        assert len(written) == 5 * (len(METRICS) - 1)
    account.control("DELETE", "faults")
    later(account)
    written = [row for name, row in warehouse.sync(only).written if name != "SYNC_COVERAGE"]
    assert {row["metric"] for row in written} == {OLD_NAMES.get(metric, metric)}
    assert len(written) == 5 * syncs
    later(account)
    assert warehouse.sync(only).written == []


@pytest.mark.parametrize("metric", thinned([METRICS[0], METRICS[3], METRICS[-1]], 2))
def test_an_unanswered_metric_does_not_affect_the_others(
    account: Account, configuration: Configuration, warehouse: Warehouse, metric: str
) -> None:
    """If a metric is not answered, the sync fails, and the next one reads only that metric."""
    account.fault(f"*/usages/{metric}", status=503)
    only = {**configuration, "tables": "ORGANIZATION_USAGE@1h", "retry_attempts": "0"}
    assert isinstance(warehouse.sync(only).error, Unanswered)
    assert len(warehouse.rows("ORGANIZATION_USAGE")) == 365 * (len(METRICS) - 1)
    account.control("DELETE", "faults")
    later(account)
    written = [row for name, row in warehouse.sync(only).written if name == "ORGANIZATION_USAGE"]
    assert {row["metric"] for row in written} == {OLD_NAMES.get(metric, metric)}
    assert len(written) == 365


@pytest.mark.usefixtures("account")
def test_a_year_of_days_does_not_fill_the_state(
    configuration: Configuration, warehouse: Warehouse
) -> None:
    """The state keeps only the days that can still change."""
    warehouse.sync(configuration)
    (organization,) = records_of(warehouse.state, "ORGANIZATION_USAGE").values()
    assert len(organization["rows"]) == 8 * len(METRICS)


@pytest.mark.usefixtures("account")
def test_checkpoints_of_a_first_read_keep_no_old_days(
    configuration: Configuration, warehouse: Warehouse
) -> None:
    """Checkpoints during a first read keep no day that can no longer change."""
    only = {**configuration, "tables": "ORGANIZATION_USAGE", "initial_sync_days": "60"}
    run = warehouse.sync(only, ManyCheckpoints())
    assert run.error is None
    known = [records_of(one, "ORGANIZATION_USAGE") for one in run.states]
    days = [
        {key.split()[-1] for ledger in ledgers.values() for key in ledger["rows"]}
        for ledgers in known
    ]
    # Each metric has a window of days that are all too old, and one with newer days.
    assert len(days) > 2 * len(METRICS)
    assert set.union(*days) == {f"2025-02-{day}" for day in range(22, 29)} | {"2025-03-01"}


def test_the_top_assets_of_a_day(
    account: Account, configuration: Configuration, warehouse: Warehouse
) -> None:
    """Each day is requested separately, and an asset that drops out of its ranking is deleted."""
    account.control("POST", "clock", {"now": "2026-11-24T12:00:00Z"})
    only = {**configuration, "tables": "ASSET_BANDWIDTH@1h"}
    warehouse.sync(only)
    made = usage_requests(account)
    assert len(made) == 31
    assert all(len(set(window(one))) == 1 for one in made)
    rows = warehouse.rows("ASSET_BANDWIDTH")
    assert {row["day"] for row in rows} == {f"2026-11-{day}" for day in range(20, 25)}
    assert len(rows) == 10
    path = f"organizations/{rows[0]['organization_id']}/usages-detailed/asset_bandwidth"
    for one in account.stored(path):
        if one["sys"]["asset"]["sys"]["id"] == "asset-1":
            account.control("DELETE", f"store/{path}/{one['sys']['id']}")
    later(account)
    run = warehouse.sync(only)
    assert len(usage_requests(account)) == 4
    assert (run.error, len(run.deleted)) == (None, 4)
    assert {
        row["day"] for row in warehouse.rows("ASSET_BANDWIDTH") if row["asset_id"] == "asset-1"
    } == {"2026-11-20"}
