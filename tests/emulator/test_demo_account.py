"""The demo account: its records, and the shape that it shares with other accounts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from cma_emulator import Settings, running
from cma_emulator.endpoints.catalog import CATALOG
from cma_emulator.records import link_id
from cma_emulator.samples.demo.origins import ORIGINS
from support.demo_account import links, state
from support.served import TOKEN, Served

TODAY = "2026-03-18"
OPEN_KEYS = frozenset(("fields", "fieldStatus", "usagePerDay", "snapshot", "parameters"))
"""Parts with keys that a user chooses."""


SOMETIMES = ("sys.resolvedAt", "sys.resolvedBy", "error")
"""Keys of resolved tasks and failed scheduled actions, which other accounts do not have."""


@pytest.fixture(scope="module")
def demo() -> Iterator[Served]:
    """Give the demo account of a day to all tests that only read."""
    with running(Settings(demo=TODAY, rate_limit=0, token=TOKEN)) as url:
        one = Served(url)
        yield one
        one.session.close()


def stored(served: Served, path: str) -> list[Any]:
    """Return all records of a collection."""
    found: list[Any] = served.control("GET", f"store/{path}")["items"]
    return found


def space(served: Served, name: str) -> str:
    """Return the address of a space."""
    (one,) = (one for one in stored(served, "spaces") if one["name"] == name)
    return f"spaces/{one['sys']['id']}"


def keys(value: Any, path: str = "") -> Iterator[str]:
    """Yield the dotted paths of all keys, except keys inside `OPEN_KEYS`."""
    if isinstance(value, list):
        for one in value:
            yield from keys(one, path)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield f"{path}{key}"
            if key not in OPEN_KEYS:
                yield from keys(inner, f"{path}{key}.")


def scopes(served: Served) -> Iterator[dict[str, str]]:
    """Yield the scopes of each team, and of up to 60 entries of each master environment."""
    for one in stored(served, "organizations"):
        name = one["sys"]["id"]
        for team in stored(served, f"organizations/{name}/teams"):
            yield {"organization": name, "team": team["sys"]["id"]}
    for one in stored(served, "spaces"):
        inside = {"space": one["sys"]["id"], "environment": "master"}
        webhook = stored(served, f"spaces/{inside['space']}/webhook_definitions")[0]["sys"]["id"]
        for entry in stored(served, "spaces/{space}/environments/master/entries".format(**inside))[
            :60
        ]:
            kind = entry["sys"]["contentType"]["sys"]["id"]
            yield {**inside, "webhook": webhook, "entry": entry["sys"]["id"], "content_type": kind}


def shapes(served: Served) -> dict[str, set[str]]:
    """Return the keys of the records of each collection in `ORIGINS`."""
    found: dict[str, set[str]] = {}
    seen = set()
    for scope in scopes(served):
        for path in ORIGINS:
            names = set(CATALOG.resources[path].scope_names)
            address = path.format(**scope) if names <= scope.keys() else None
            if address and address not in seen:
                seen.add(address)
                for record in stored(served, address):
                    found.setdefault(path, set()).update(keys(record))
    return found


def test_every_collection_of_the_demo_account_is_served() -> None:
    """The emulator serves every collection with records in the demo account."""
    assert ORIGINS.keys() - CATALOG.resources.keys() == set()


def test_the_demo_account_has_the_keys_of_other_accounts(served: Served, demo: Served) -> None:
    """Records of the demo account have no keys that other generated accounts lack."""
    served.reset(spaces=1, entries=40)
    usual = shapes(served)
    found = shapes(demo)
    assert found.keys() == usual.keys()
    for path, parts in found.items():
        assert {one for one in parts - usual[path] if not one.startswith(SOMETIMES)} == set(), path


def test_the_same_day_gives_the_same_account(served: Served, demo: Served) -> None:
    """Two demo accounts with the same day and seed are equal; another seed changes the ids."""
    first = stored(demo, f"{space(demo, 'Campaigns')}/environments/master/entries")
    served.reset(demo=TODAY)
    assert stored(served, f"{space(served, 'Campaigns')}/environments/master/entries") == first
    served.reset(demo=TODAY, seed=8)
    other = stored(served, f"{space(served, 'Campaigns')}/environments/master/entries")
    assert len(other) == len(first)
    assert other[0]["sys"]["id"] not in {one["sys"]["id"] for one in first}


def test_the_demo_account_ends_before_its_day(served: Served) -> None:
    """The three years of content end before today, or before the day that a reset names."""
    today = served.control("POST", "clock", {})["now"][:10]
    for given, day in ((True, today), (TODAY, TODAY)):
        served.reset(demo=given)
        records = stored(served, f"{space(served, 'Website')}/environments/master/entries")
        first = min(one["sys"]["createdAt"] for one in records)
        last = max(one["sys"]["updatedAt"] for one in records)
        until = date.fromisoformat(day)
        assert until - timedelta(days=1095) <= date.fromisoformat(first[:10])
        assert date.fromisoformat(first[:10]) < until - timedelta(days=1000)
        assert until - timedelta(days=4) < date.fromisoformat(last[:10]) < until


def test_an_invalid_day_is_refused(served: Served) -> None:
    """A reset with an invalid day is a 422 that quotes the value."""
    answer = served.session.post(
        f"{served.url}/_emulator/reset", json={"demo": "yesterday"}, timeout=10
    )
    assert (answer.status_code, "yesterday" in answer.json()["problem"]) == (422, True)


def test_content_has_every_state_and_former_authors(demo: Served) -> None:
    """Content has every state, edits by apps, few weekend records, and authors who have left."""
    records = stored(demo, f"{space(demo, 'Website')}/environments/master/entries")
    assert len(records) == 1971
    states = Counter(state(one) for one in records)
    assert min(states[name] for name in ("draft", "changed", "published", "archived")) > 100
    assert {one["sys"]["updatedBy"]["sys"]["linkType"] for one in records} == {
        "User",
        "AppDefinition",
    }
    days = Counter(date.fromisoformat(one["sys"]["createdAt"][:10]).weekday() for one in records)
    assert max(days[5], days[6]) * 5 < min(days[day] for day in range(5))
    organization = link_id(stored(demo, "spaces")[0]["sys"]["organization"])
    known = {one["sys"]["id"] for one in stored(demo, f"organizations/{organization}/users")}
    assert {link_id(one["sys"]["createdBy"]) for one in records} - known


def test_some_references_are_broken_and_some_assets_are_not_used(demo: Served) -> None:
    """Some references lead to deleted records, and no reference leads to some assets."""
    place = f"{space(demo, 'Website')}/environments/master"
    entries, assets = stored(demo, f"{place}/entries"), stored(demo, f"{place}/assets")
    targets = {target for entry in entries for target in links(entry["fields"])}
    known = {one["sys"]["id"] for one in (*entries, *assets)}
    broken, unused = targets - known, {one["sys"]["id"] for one in assets} - targets
    assert 20 < len(broken) < len(targets) / 10
    assert 50 < len(unused) < len(assets) / 3


def test_staging_differs_from_master(demo: Served) -> None:
    """Staging lacks new entries, has some that master lacks, and differs in versions both ways."""
    place = f"{space(demo, 'Website')}/environments"
    master, staging = (
        {
            one["sys"]["id"]: one["sys"]["version"]
            for one in stored(demo, f"{place}/{name}/entries")
        }
        for name in ("master", "staging")
    )
    both = master.keys() & staging.keys()
    assert len(master.keys() - staging.keys()) > 100
    assert len(staging.keys() - master.keys()) > 10
    assert sum(master[one] > staging[one] for one in both) > 100
    assert sum(master[one] < staging[one] for one in both) > 10


def test_work_is_in_every_step_and_status(demo: Served) -> None:
    """Workflows are in every step, and scheduled actions in every status, some of them overdue."""
    place = space(demo, "Website")
    environment = f"{place}/environments/master"
    steps = {
        step["id"]
        for one in stored(demo, f"{environment}/workflow_definitions")
        for step in one["steps"]
    }
    assert {one["stepId"] for one in stored(demo, f"{environment}/workflows")} == steps
    actions = stored(demo, f"{place}/scheduled_actions")
    due = Counter(
        (one["sys"]["status"], one["scheduledFor"]["datetime"] > TODAY) for one in actions
    )
    assert due == {
        ("scheduled", True): 7,
        ("scheduled", False): 2,
        ("succeeded", False): 3,
        ("failed", False): 1,
        ("canceled", False): 1,
        ("canceled", True): 1,
    }


def test_some_members_are_not_active(demo: Served) -> None:
    """Some members were never active, some not for half a year, and five are in both."""
    seen: list[Any] = []
    people = []
    for one in stored(demo, "organizations"):
        place = f"organizations/{one['sys']['id']}"
        people.append({person["sys"]["id"] for person in stored(demo, f"{place}/users")})
        memberships = stored(demo, f"{place}/organization_memberships")
        seen += [
            (member["sys"]["status"], member["sys"].get("lastActiveAt")) for member in memberships
        ]
    assert [len(one) for one in people] == [42, 11]
    assert len(people[0] & people[1]) == 5
    half_a_year = (date.fromisoformat(TODAY) - timedelta(days=182)).isoformat()
    groups = Counter((status, None if at is None else at > half_a_year) for status, at in seen)
    assert groups == {
        ("pending", None): 4,
        ("active", None): 2,
        ("active", False): 3,
        ("active", True): 44,
    }


def test_webhooks_are_healthy_and_failing(demo: Served) -> None:
    """One webhook fails mostly, one always, and one was never called."""
    place = space(demo, "Website")
    health = {
        one["name"]: demo.get(f"/{place}/webhooks/{one['sys']['id']}/health")["calls"]
        for one in stored(demo, f"{place}/webhook_definitions")
    }
    assert {name: calls["total"] for name, calls in health.items()} == {
        "Rebuild the shop": 90,
        "Search index": 90,
        "Translation jobs": 90,
        "Old shop": 90,
        "Chat messages": 0,
    }
    assert health["Rebuild the shop"]["healthy"] > 80
    assert 20 < health["Translation jobs"]["healthy"] < 50
    assert health["Old shop"]["healthy"] == 0


def test_usage_follows_the_week_and_adds_up(demo: Served) -> None:
    """Editors mostly work on weekdays, and usage of an organization is the sum of its spaces."""
    demo.control("POST", "clock", {"now": f"{TODAY}T12:00:00Z"})
    owner = stored(demo, "organizations")[0]["sys"]["id"]
    path = f"/organizations/{owner}"
    (whole,) = demo.get(f"{path}/organization_periodic_usages", **{"metric[in]": "cma"})["items"]
    parts = demo.get(f"{path}/space_periodic_usages", **{"metric[in]": "cma"})["items"]
    assert len(whole["usagePerDay"]) == 45
    for day, usage in whole["usagePerDay"].items():
        assert usage == sum(part["usagePerDay"][day] for part in parts)
    weekends = [
        usage
        for day, usage in whole["usagePerDay"].items()
        if date.fromisoformat(day).weekday() > 4
    ]
    assert max(weekends) * 2 < max(whole["usagePerDay"].values())
