"""Diagrams in Mermaid, which GitHub and GitLab draw: of the tables, and of the packages."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Sequence
from configparser import ConfigParser
from itertools import pairwise

from contentful_cma.tables.table import Table
from tools.docs.relations import Relation, relations
from tools.project import ROOT

CONNECTOR = ROOT / "connector" / "contentful_cma"

OVERVIEW = (
    *("ORGANIZATIONS", "SPACES", "ENVIRONMENTS"),
    *("USERS", "ORGANIZATION_MEMBERSHIPS", "TEAMS", "TEAM_MEMBERSHIPS"),
    *("CONTENT_TYPES", "TAGS", "TAXONOMY_CONCEPTS", "LOCALES", "ENTRIES", "ASSETS"),
)
"""The tables of the overview."""

FIRST_EDITOR = ("ENTRIES", "created_by_id")
"""The only column about people in the overview."""

TWICE = frozenset(("alias_ids", "concept_ids", "last_action_id", "top_concept_ids"))
"""Columns that repeat a column of their target in the other direction."""


def overview(tables: Iterable[Table]) -> str:
    """Return the diagram of the tables that most questions need."""
    shown = [table for table in tables if table.name in OVERVIEW]
    return _drawn(shown, [one for one in relations(shown) if _is_in_overview(one)])


def of_group(own: Collection[Table], tables: Iterable[Table]) -> str:
    """Return the diagram of a group: its tables, and the names of their targets."""
    return _drawn(own, [one for one in relations(tables) if one.table in own and _is_drawn(one)])


def rooms() -> str:
    """Return the flowchart of the connector's packages; each imports only those below it."""
    contracts = ConfigParser()
    contracts.read(ROOT / ".importlinter", encoding="utf-8")
    layers = contracts["importlinter:contract:connector"]["layers"].split("\n")[1:]
    # Modules outside of a package share one box.
    floors = [line.split(" | ") if ":" not in line else ["ground"] for line in layers]
    lines = [f'    {room}["{room}: {_sentence(room)}"]' for floor in floors for room in floor]
    for upper, lower in pairwise(floors):
        lines += [f"    {room} --> {below}" for room in upper for below in lower]
    return _block("flowchart TD", lines)


def _sentence(room: str) -> str:
    package = CONNECTOR / room / "__init__.py"
    if not package.exists():
        return "Errors and values that all packages use."
    about = ast.get_docstring(ast.parse(package.read_text(encoding="utf-8"))) or ""
    return about.partition("\n")[0]


def _is_drawn(link: Relation) -> bool:
    return not (link.is_scope or link.column in TWICE or link.column.endswith("_by_id"))


def _is_in_overview(link: Relation) -> bool:
    # An environment leads to its space, and the space to the organization.
    is_next = link.is_scope and link.column == link.table.scope.keys[-1]
    return is_next or _is_drawn(link) or (link.table.name, link.column) == FIRST_EDITOR


def _drawn(own: Iterable[Table], links: Sequence[Relation]) -> str:
    entities = [line for table in own for line in _entity(table, links)]
    return _block("erDiagram", [*entities, *map(_line, links)])


def _entity(table: Table, links: Sequence[Relation]) -> Iterator[str]:
    """Yield a table with the columns of its key and those that lead to other tables."""
    leading = {link.column for link in links if link.table is table}
    yield f"    {table.name} {{"
    for name, kind in table.declared():
        is_mark = {"PK": name in table.primary_key, "FK": name in leading}
        marks = ", ".join(mark for mark, is_set in is_mark.items() if is_set)
        if marks:
            yield f"        {kind} {name} {marks}"
    yield "    }"


def _line(link: Relation) -> str:
    rows = "|o" if link.is_once else "}o"
    targets = "o{" if link.is_list else "||" if link.is_certain else "o|"
    return f"    {link.table.name} {rows}--{targets} {link.target.name} : {link.column}"


def _block(kind: str, lines: Iterable[str]) -> str:
    return "\n".join(["```mermaid", kind, *lines, "```"])
