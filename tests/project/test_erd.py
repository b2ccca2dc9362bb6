"""How the tables belong together: the document and its diagrams."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from contentful_cma.tables import GROUPED, TABLES
from support.account import TOKEN, Account
from support.warehouse import Warehouse
from tools.docs import relations

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "erd.md").read_text(encoding="utf-8")
FLAGS = re.MULTILINE | re.DOTALL
LINE = re.compile(r"^\| (\w+)\.`(\w+)` \| (\w+) \| (.+?) to (.+?) \| (.+) \|$", re.MULTILINE)
Row = dict[str, Any]
Tables = dict[str, list[Row]]


@dataclass(frozen=True)
class Stated:
    """A relation in the document: two tables, the cardinality and the join."""

    table: str
    column: str
    target: str
    many: str
    few: str
    joined: str

    def __str__(self) -> str:
        """Return the name of the relation in a report of pytest."""
        return f"{self.table}.{self.column} {self.target}"

    def keys_of(self, row: Row, spaces: dict[str, Row]) -> Iterator[tuple[Any, ...]]:
        """Yield the key of each row of the target that a row leads to."""
        shared = re.findall(r"`(\w+)`( of SPACES)?, ", self.joined)
        equal = [
            (name, (spaces[row["space_id"]] if through else row)[name]) for name, through in shared
        ]
        for found in self.ids_of(row):
            yield (*equal, ("id", found))

    def ids_of(self, row: Row) -> list[Any]:
        """Return the ids in a row."""
        _, _, held = self.joined.partition("`id` ")
        if held.startswith("= "):
            return [row[self.column]]
        found = []
        for path in re.findall(r"`([^`]+)`", held):
            name, *steps = path.replace("[]", "").split(".")
            for item in row[name] or ():
                value = item
                for step in steps:
                    value = value.get(step) if isinstance(value, dict) else None
                found.append(value)
        return list(dict.fromkeys(found))


RELATIONS = [Stated(*found) for found in LINE.findall(DOCUMENT)]
UNSEEN = {
    "SPACE_MEMBERS.membership_ids TEAM_SPACE_MEMBERSHIPS",
    "ENTRIES.automation_tags TAGS",
    "SCHEDULED_ACTIONS.entity_id ASSETS",
    "SCHEDULED_ACTIONS.entity_id RELEASES",
    "ASSET_BANDWIDTH.asset_id ASSETS",
    "TASKS.assigned_to_id TEAMS",
    "RELEASE_ENTITIES.tags TAGS",
    "RELEASE_ENTITIES.concepts TAXONOMY_CONCEPTS",
}
"""Relations without a row in both accounts."""


def test_the_document_has_all_relations() -> None:
    """Each column with ids leads to a table, or the document has the reason why not."""
    for table in TABLES:
        for name, _ in table.declared():
            is_named = name.endswith(("_id", "_ids")) or name in relations.LISTS
            leads = bool(relations.targets(table, name)) or (table.name, name) in relations.OWN
            assert leads or not is_named or name in relations.NO_TABLE, (table.name, name)
    assert len(RELATIONS) > 60


SMALL = {"organizations": 2, "spaces": 3, "entries": 30, "assets": 20}


@pytest.fixture(scope="module")
def accounts(emulator: Account, demo_account: Account) -> list[Tables]:
    """Give the rows of a small account, and those of the demo account."""
    emulator.reset(**SMALL)
    return [
        rows_of(emulator, "all, history"),
        rows_of(demo_account, "core, people, structure, model, content, work"),
    ]


def rows_of(account: Account, tables: str) -> Tables:
    """Return the rows of tables of all environments of an account."""
    given = {"access_token": TOKEN, "base_url": account.url, "environment_id": "*"}
    warehouse = Warehouse()
    assert warehouse.sync({**given, "tables": tables}).error is None
    rows = {name: list(held.values()) for name, held in warehouse.tables.items()}
    return defaultdict(list, rows)


@pytest.mark.parametrize("stated", RELATIONS, ids=str)
def test_a_relation_is_as_stated(stated: Stated, accounts: list[Tables]) -> None:
    """Rows that are joined as stated have the stated number of targets and sources."""
    seen = 0
    for rows in accounts:
        found = Counter(_found(stated, rows))
        assert stated.many == "many" or max(found.values(), default=0) <= 1
        seen += len(found)
    assert bool(seen) != (str(stated) in UNSEEN)


def _found(stated: Stated, rows: Tables) -> Iterator[tuple[Any, ...]]:
    """Yield the targets of each row; too many targets, or a missing one, are refused."""
    spaces = {row["id"]: row for row in rows["SPACES"]}
    keys = [list(stated.keys_of(row, spaces)) for row in rows[stated.table]]
    names = {tuple(name for name, _ in key) for each in keys for key in each}
    targets = Counter(
        tuple((name, row[name]) for name in columns)
        for columns in names
        for row in rows[stated.target]
    )
    for each in keys:
        matches = [key for key in each for _ in range(targets[key])]
        assert stated.few == "many" or len(matches) <= 1
        assert stated.few != "one" or len(matches) == 1
        yield from matches


ROWS = {"many": "}o", "at most one": "|o"}
TARGETS = {"many": "o{", "at most one": "o|", "one": "||"}
"""The ends of a line in Mermaid, by cardinality."""


@pytest.mark.parametrize("group", sorted(GROUPED.keys() - {"core"}))
def test_a_diagram_shows_the_tables_of_its_group(group: str) -> None:
    """Each group has a diagram with its tables, their keys, and a line per relation."""
    _, _, section = DOCUMENT.partition(f"\n## {group.capitalize()}\n")
    diagram, _, _ = section.partition("\n```\n")
    entities = dict(re.findall(r"^    (\w+) \{\n(.*?)^    \}$", diagram, FLAGS))
    assert list(entities) == [table.name for table in GROUPED[group]]
    for table in GROUPED[group]:
        keys = re.findall(r"^        \w+ (\w+) PK", entities[table.name], re.MULTILINE)
        assert sorted(keys) == sorted(table.primary_key)
    lines = {
        f"{one.table} {ROWS[one.many]}--{TARGETS[one.few]} {one.target} : {one.column}"
        for one in RELATIONS
    }
    drawn = re.findall(r"^    (\w+ \S+--\S+ \w+ : \w+)$", diagram, re.MULTILINE)
    assert [one for one in drawn if one not in lines] == []
