"""The queries of docs/queries.md on the demo account, after two syncs with edits between."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from support.demo_account import Demo, day_of, id_of, kind, links, state, today
from support.duckdb_file import synced
from tools.user import twelve_edits
from tools.user.emulated_account import emulated_account, whole

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "queries.md").read_text(encoding="utf-8")
FLAGS = re.DOTALL | re.MULTILINE
QUERIES = {
    int(number): query
    for number, query in re.findall(r"^## (\d+)\. .*?```sql\n(.*?)```", DOCUMENT, FLAGS)
}
MOVE = """
UPDATE {table} SET environment_id = 'release'
WHERE environment_id = 'master' AND space_id = (SELECT min(id) FROM spaces)
"""
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Warehouse:
    """A warehouse and its account."""

    file: Path
    demo: Demo

    def rows(self, query: str) -> Rows:
        """Return the rows of a query."""
        with duckdb.connect(str(self.file), read_only=True) as connection:
            connection.execute("SET TimeZone = 'UTC'; USE tester")
            return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """Give the warehouse after a sync, the twelve edits and a second sync."""
    file = tmp_path_factory.mktemp("demo") / "warehouse.db"
    with (
        emulated_account(demo=today().isoformat(), rate_limit=0) as url,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(twelve_edits, "PAUSE_SECONDS", 0)
        demo = Demo(url)
        first = synced(file, whole(url))
        assert len(list(twelve_edits.edited(url))) == 12
        synced(file, whole(url), first)
        yield Warehouse(file, demo)


def by_state(demo: Demo) -> Rows:
    """Count entries by space, content type and state."""
    found = Counter((space["name"], kind(one), state(one)) for space, one in demo.master)
    return sorted((*key, count) for key, count in found.items())


def editors(demo: Demo) -> Rows:
    """Count the entries of 90 days by their last editor."""
    apps = {
        id_of(app): app["name"]
        for one in demo.organizations
        for app in demo.stored(f"organizations/{id_of(one)}/app_definitions")
    }
    found: Counter[str] = Counter()
    for space, entry in demo.master:
        if day_of(entry["sys"]["updatedAt"]) >= today() - timedelta(days=90):
            actor = id_of(entry["sys"]["updatedBy"])
            person = demo.people.get((id_of(space["sys"]["organization"]), actor))
            name = f"{person['firstName']} {person['lastName']}" if person else None
            found[name or apps.get(actor, "somebody who has left")] += 1
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))


def forgotten(demo: Demo) -> Rows:
    """Count drafts without an edit for half a year."""
    found = defaultdict(list)
    for _, entry in demo.master:
        since = day_of(entry["sys"]["updatedAt"])
        if state(entry) == "draft" and since < today() - timedelta(days=180):
            found[kind(entry)].append(since)
    rows = [(name, len(days), min(days)) for name, days in found.items()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def broken(demo: Demo) -> Rows:
    """Count references to missing entries and assets."""
    known = {
        (id_of(space), id_of(one))
        for name in ("entries", "assets")
        for space, one in demo.of_environments(name, "master")
    }
    found = Counter(
        (kind(entry), field)
        for space, entry in demo.master
        for field, value in entry["fields"].items()
        for target in links(value)
        if (id_of(space), target) not in known
    )
    rows = [(*key, count) for key, count in found.items()]
    return sorted(rows, key=lambda row: (-row[2], row[0], row[1]))


def unused(demo: Demo) -> Rows:
    """Count the assets without a reference, and their bytes."""
    used = {(id_of(space), to) for space, one in demo.master for to in links(one["fields"])}
    found = defaultdict(list)
    for space, asset in demo.of_environments("assets", "master"):
        if (id_of(space), id_of(asset)) not in used:
            size = asset["fields"]["file"]["en-US"]["details"]["size"]
            found[space["name"]].append(size)
    return sorted((name, len(sizes), sum(sizes)) for name, sizes in found.items())


def translated(demo: Demo) -> Rows:
    """Count entries by locale, and those with a title in it."""
    codes = defaultdict(list)
    for space, locale in demo.of_environments("locales", "master"):
        codes[id_of(space)].append(locale["code"])
    titles = {
        (id_of(space), id_of(one)): field["id"]
        for space, one in demo.of_environments("content_types", "master")
        for field in one["fields"]
        if field["id"] == one["displayField"] and field["localized"]
    }
    found: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for space, entry in demo.master:
        title = titles.get((id_of(space), kind(entry)))
        for code in codes[id_of(space)] if title else ():
            found[space["name"], code].append(code in entry["fields"].get(title, {}))
    rows = [(*key, len(each), sum(each)) for key, each in found.items()]
    return sorted(rows, key=lambda row: (row[0], -row[3], row[1]))


def drift(demo: Demo) -> Rows:
    """Count the entries of master and staging by how they differ."""
    versions: dict[str, dict[Any, int]] = {"master": {}, "staging": {}}
    for environment, known in versions.items():
        for space, entry in demo.entries(environment):
            known[space["name"], id_of(entry)] = entry["sys"]["version"]
    master, staging = versions.values()
    cloned = {name for name, _ in staging}
    found: Counter[tuple[str, str]] = Counter()
    for key in master.keys() | staging.keys():
        if key[0] in cloned:
            found[key[0], difference(master.get(key), staging.get(key))] += 1
    return sorted((*key, count) for key, count in found.items())


def difference(master: int | None, staging: int | None) -> str:
    """Return how two versions differ."""
    if staging is None:
        return "only in master"
    if master is None:
        return "only in staging"
    ahead = "ahead in master" if master > staging else "ahead in staging"
    return "the same" if master == staging else ahead


def stuck(demo: Demo) -> Rows:
    """Count open workflows by step, and those without a move for 30 days."""
    definitions = {
        id_of(one): one["name"]
        for _, one in demo.of_environments("workflow_definitions", "master")
    }
    found: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for _, one in demo.of_environments("workflows", "master"):
        if "completedAt" not in one["sys"]:
            name = definitions[id_of(one["sys"]["workflowDefinition"])]
            late = day_of(one["sys"]["updatedAt"]) < today() - timedelta(days=30)
            found[name, one["stepId"]].append(late)
    return sorted((*key, len(each), sum(each)) for key, each in found.items())


def scheduled(demo: Demo) -> Rows:
    """List actions that are scheduled for the next two weeks, or overdue."""
    entries = {id_of(entry): entry for _, entry in demo.master}
    rows = []
    for space in demo.spaces:
        for one in demo.stored(f"spaces/{id_of(space)}/scheduled_actions"):
            at = one["scheduledFor"]["datetime"]
            if one["sys"]["status"] == "scheduled" and day_of(at) < today() + timedelta(days=14):
                title = entries[id_of(one["entity"])]["fields"]["title"]["en-US"]
                overdue = day_of(at) < today()
                rows.append((at, day_of(at), one["action"], title, overdue))
    return [row[1:] for row in sorted(rows)]


def failing(demo: Demo) -> Rows:
    """List the webhooks with more than a tenth of failed calls."""
    rows = []
    for space in demo.spaces:
        for one in demo.stored(f"spaces/{id_of(space)}/webhook_definitions"):
            calls = demo.stored(f"spaces/{id_of(space)}/webhooks/{id_of(one)}/calls")
            good = sum(call["statusCode"] < 300 for call in calls)
            if good < 0.9 * len(calls):
                rows.append((space["name"], one["name"], one["active"], len(calls), good))
    return sorted(rows, key=lambda row: (row[4] / row[3], row[0], row[1]))


def seats(demo: Demo) -> Rows:
    """List the members without activity for half a year, or ever."""
    rows = []
    for organization in demo.organizations:
        place = f"organizations/{id_of(organization)}"
        for one in demo.stored(f"{place}/organization_memberships"):
            at = one["sys"].get("lastActiveAt")
            seen = day_of(at) if at else None
            if seen is None or seen < today() - timedelta(days=180):
                person = demo.people[id_of(organization), id_of(one["sys"]["user"])]
                state = (one["role"], one["sys"]["status"], seen)
                rows.append((organization["name"], person["email"], *state))
    return sorted(rows, key=lambda row: row[:2])


def requests_of(demo: Demo) -> Rows:
    """Add up the requests of four weeks by space, including deleted spaces."""
    days = {(today() - timedelta(days=ago)).isoformat() for ago in range(1, 29)}
    found: Counter[tuple[str, str]] = Counter()
    names = {**demo.all_spaces, **{id_of(one): one for one in demo.spaces}}
    for one in demo.usage:
        key = names[id_of(one["sys"]["space"])]["name"], one["metric"]
        found[key] += sum(usage for day, usage in one["usagePerDay"].items() if day in days)
    return sorted((*key, count) for key, count in found.items())


EXPECTED: dict[int, Callable[[Demo], Rows]] = {
    1: by_state,
    2: editors,
    3: forgotten,
    4: broken,
    5: unused,
    6: translated,
    7: drift,
    8: stuck,
    9: scheduled,
    10: failing,
    11: seats,
    12: requests_of,
}


def test_there_are_twelve_questions() -> None:
    """Each question of the document has one query, and each query an expectation."""
    assert list(QUERIES) == list(EXPECTED) == list(range(1, 13))
    assert DOCUMENT.count("```sql") == len(QUERIES)


@pytest.mark.process
def test_the_questions(warehouse: Warehouse) -> None:
    """Each query has the answer that is counted in the account, and no answer is empty."""
    expected = {number: count(warehouse.demo) for number, count in EXPECTED.items()}
    assert [number for number, rows in expected.items() if not rows] == []
    assert {number: warehouse.rows(query) for number, query in QUERIES.items()} == expected


@pytest.mark.process
def test_a_view_leaves_out_deleted_rows(warehouse: Warehouse) -> None:
    """The view of the document has as many rows as the account has entries, the table has more."""
    (view,) = re.findall(r"^CREATE VIEW live_entries AS (.*);$", DOCUMENT, re.MULTILINE)
    counted = sum(len(list(warehouse.demo.entries(name))) for name in ("master", "staging"))
    assert len(warehouse.rows(view.replace("*", "id"))) == counted
    assert len(warehouse.rows("SELECT id FROM entries")) > counted


@pytest.mark.process
def test_the_questions_follow_an_alias(warehouse: Warehouse, tmp_path: Path) -> None:
    """With the condition for aliases, the target of `master` has the same answers."""
    copy = Path(shutil.copy(warehouse.file, tmp_path))
    with duckdb.connect(str(copy)) as connection:
        connection.execute("USE tester")
        for table in ("entries", "assets", "content_types", "content_type_fields", "locales"):
            connection.execute(MOVE.format(table=table))
        connection.execute(
            "INSERT INTO environment_aliases BY NAME SELECT min(id) AS space_id, 'master' AS id,"
            " 'release' AS environment_id, false AS _fivetran_deleted FROM spaces"
        )
    (condition,) = re.findall(r"^\(environment_id = 'master' OR .*$", DOCUMENT, re.MULTILINE)
    for number in range(1, 8):
        query = re.sub(
            r"\b(\w\.)?environment_id = 'master'",
            lambda found: prefixed(condition, found[1] or ""),
            QUERIES[number],
        )
        assert replace(warehouse, file=copy).rows(query) == warehouse.rows(QUERIES[number])


def prefixed(condition: str, prefix: str) -> str:
    """Return the condition with a prefix before the columns of the query."""
    own = condition.replace("(environment_id", f"({prefix}environment_id")
    return own.replace("(space_id, environment_id)", f"({prefix}space_id, {prefix}environment_id)")


@pytest.mark.process
def test_a_person_of_two_organizations_has_two_rows(warehouse: Warehouse) -> None:
    """USERS has one row per person and organization, so ids alone are not unique."""
    twice = Counter(person for _, person in warehouse.demo.people)
    query = "SELECT count(*) FROM (SELECT id FROM users GROUP BY id HAVING count(*) > 1)"
    assert warehouse.rows(query) == [(sum(count > 1 for count in twice.values()),)]
    assert max(twice.values()) == 2


@pytest.mark.process
def test_the_queries_of_the_readme(warehouse: Warehouse) -> None:
    """Each query that the README shows runs, and has rows."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    queries = re.findall(r"-m tools\.user\.query (?:[\w./]+ \\\s+)?\"([^\"]+)\"", readme)
    queries += re.findall(r"make query SQL='([^']+)'", readme)
    assert len(queries) == readme.count("-m tools.user.query") + readme.count("make query SQL=")
    for query in queries:
        command = [sys.executable, "-m", "tools.user.query", str(warehouse.file), query]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        assert len(done.stdout.splitlines()) > 2, done.stdout
