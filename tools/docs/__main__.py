"""Write the parts of the documents that the code decides, or check that they are up to date.

A generated part stands between ``<!-- NAME: made by `make docs` -->`` and ``<!-- end NAME -->``.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

from contentful_cma.settings.options import SETTINGS, Setting
from contentful_cma.tables import GROUPED, TABLES
from contentful_cma.tables.own import SYNC_COVERAGE, SYNCS
from contentful_cma.tables.places import ACCOUNT
from contentful_cma.tables.table import (
    ByDay,
    Full,
    Incremental,
    PerParent,
    Table,
)
from tools.command_line import start
from tools.docs import diagrams, relations, rules, staging
from tools.project import ROOT


def settings() -> str:
    """Return the table of settings."""
    lines = ["| Key | Default | Accepted | Meaning |", "|---|---|---|---|"]
    lines += [f"| `{s.key}` | {s.shown_default} | {s.accepted} | {s.meaning} |" for s in SETTINGS]
    return "\n".join(lines)


def configuration() -> str:
    """Return ``configuration.json``: for every key a placeholder that says what is accepted."""
    return json.dumps({s.key: placeholder(s) for s in SETTINGS}, indent=2)


def placeholder(setting: Setting) -> str:
    """Return what stands for a value that nobody has given; the connector takes it as unset."""
    if setting.key == "access_token":
        return f"<required: {setting.accepted}>"
    return f"<{setting.accepted}; unset: {setting.shown_default.replace('`', '')}>"


def configuration_block() -> str:
    """Return ``configuration.json`` as a Markdown block."""
    return f"```json\n{configuration()}\n```"


def columns(table: Table) -> list[str]:
    """Return the lines of a table's columns."""
    lines = ["| Column | Type | Description |", "|---|---|---|"]
    descriptions = table.descriptions()
    personal = {column.name for column in table.columns if column.personal}
    for name, kind in table.declared():
        words = [
            "Primary key." if name in table.primary_key else "",
            descriptions[name],
            "Personal data." if name in personal else "",
        ]
        lines.append(f"| `{name}` | {kind} | {' '.join(word for word in words if word)} |")
    return lines


def core_tables() -> str:
    """Return the two tables of the group `core` with their columns."""
    return "\n\n".join(
        "\n".join([f"{table.name}: {table.description}", "", *columns(table)])
        for table in GROUPED["core"]
    )


def erasure() -> str:
    """Return the SQL that erases what names a person in deleted rows."""
    lines = ["```sql"]
    for table in TABLES:
        columns = [f"{column.name} = NULL" for column in table.columns if column.personal]
        if columns:
            table_name, changes = table.name.lower(), ", ".join(columns)
            words = ("UPDATE", table_name, "SET", changes, "WHERE _fivetran_deleted;")
            lines.append(" ".join(words))
    return "\n".join([*lines, "```"])


def group_list() -> str:
    """Return every group with its tables."""
    lines = ["| Group | Tables |", "|---|---|"]
    for group, tables in GROUPED.items():
        lines.append(f"| `{group}` | {', '.join(table.name for table in tables)} |")
    return "\n".join(lines)


READ = {
    Full: "In full in each sync; what is unchanged is not written, what is gone is deleted.",
    Incremental: "By what changed since the last sync; deletions show in the number of records.",
}


def reading(table: Table) -> str:
    """Return in words how a table is read."""
    read = table.read
    if isinstance(read, ByDay):
        days = f"the {read.restated} days before the last reading and what came since"
        return f"By day: the last {read.look_back} days first, then {days}; older days stay."
    if table.is_history:
        return "In full in each sync; what the API no longer tells stays."
    if not isinstance(read, PerParent):
        return READ[type(read)]
    when = "that has changed" if read.only_changed else "in each sync"
    return f"Once for each record of {read.parent.name} {when}."


def cost(table: Table) -> str:
    """Return in words how many requests the table costs in a sync in which nothing changed."""
    each = "account" if table.scope is ACCOUNT else table.scope.name
    twins = [
        one.name
        for one in TABLES
        if one is not table and (one.scope, one.path) == (table.scope, table.path)
        if not isinstance(one.read, ByDay)
    ]
    shared = f", shared with {', '.join(twins)}" if twins else ""
    read = table.read
    if isinstance(read, Incremental):
        return f"1 for each {each}"
    if isinstance(read, ByDay):
        windows = -(-(read.restated + 1) // read.days_at_once)
        metrics = ", ".join(f"`{metric}`" for metric in read.metrics)
        return f"{windows} for each {each} and each of the metrics {metrics}"
    if isinstance(read, PerParent):
        return cost_per_parent(read, each)
    where = f" with a record of {table.depends_on.name}" if table.depends_on else ""
    also = "; as many again where the other listing has a record" if table.variants else ""
    return f"the pages of {table.largest_page} for each {each}{where}, at least 1{shared}{also}"


def cost_per_parent(read: PerParent, each: str) -> str:
    """Return in words what is asked for the children of all records of a parent."""
    parent = read.parent.name
    is_content = isinstance(read.parent.read, Incremental)
    if read.only_changed and is_content:
        return f"the pages of the ids of {parent} for each {each}"
    if read.only_changed:
        return f"none beside {parent}"
    ids = f", and the pages of their ids for each {each}"
    kinds = 1 + len(read.also)
    return f"{kinds} for each record of {parent}{ids if is_content else ''}"


def described(table: Table) -> str:
    """Return the section of docs/tables.md about a table."""
    facts = [f"- Key: {', '.join(f'`{name}`' for name in table.primary_key)}."]
    if table.path:
        path = table.path if table.path.startswith("/") else f"{table.scope.prefix}/{table.path}"
        query = "&".join(f"{name}={value}" for name, value in table.query)
        read = table.read
        also = read.also if isinstance(read, PerParent) else ()
        facts += [
            f"- Endpoint: `GET {path}{'?' if query else ''}{query}`.",
            *(f"- And: `GET {table.scope.prefix}/{one}`." for one in also),
            *(
                f"- And: the same with `{'&'.join('='.join(one) for one in variant)}`."
                for variant in table.variants
            ),
            *(f"- Header: `{name}: {value}`." for name, value in table.headers),
            f"- Read: {reading(table)}",
            f"- Requests when nothing changed: {cost(table)}.",
            f"- Needs: {table.needs or 'read access'}.",
        ]
    head = [f"### {table.name}", "", table.description, "", *facts, ""]
    return "\n".join([*head, *columns(table)])


def shipped(table: Table) -> str:
    """Return the section about a table for who sees the connector alone."""
    key = ", ".join(f"`{name}`" for name in table.primary_key)
    facts = [f"Key: {key}.", *([f"Needs {table.needs}."] if table.needs else [])]
    return "\n".join([f"### {table.name}", "", table.description, *facts, "", *columns(table)])


def _by_group(section: Callable[[Table], str]) -> str:
    parts = []
    for group, tables in {**GROUPED, "coverage": (SYNC_COVERAGE,), "syncs": (SYNCS,)}.items():
        parts += [f"## {group.capitalize()}", *map(section, tables)]
    return "\n\n".join(parts)


def all_tables() -> str:
    """Return the sections of all tables, by group."""
    return _by_group(described)


def shipped_tables() -> str:
    """Return the sections of all tables for who sees the connector alone."""
    return _by_group(shipped)


def group_diagrams() -> str:
    """Return the diagrams of all groups but `core`, which the overview has."""
    return "\n\n".join(
        f"## {group.capitalize()}\n\n{diagrams.of_group(tables, TABLES)}"
        for group, tables in GROUPED.items()
        if group != "core"
    )


PARTS: dict[str, Callable[[], str]] = {
    "settings": settings,
    "configuration": configuration_block,
    "tables": core_tables,
    "groups": group_list,
    "all tables": all_tables,
    "shipped tables": shipped_tables,
    "overview": lambda: diagrams.overview(TABLES),
    "diagrams": group_diagrams,
    "rooms": diagrams.rooms,
    "relations": lambda: relations.listed(TABLES),
    "personal": erasure,
}


def filled(text: str) -> str:
    """Return *text* with every generated part made again."""
    for name, make in PARTS.items():
        start, end = f"<!-- {name}: made by `make docs` -->", f"<!-- end {name} -->"
        part = f"{start}\n{make()}\n{end}"
        pattern = f"{re.escape(start)}.*?{re.escape(end)}"
        text = re.sub(pattern, part.replace("\\", r"\\"), text, flags=re.DOTALL)
    return text


def wanted() -> dict[Path, str]:
    """Return every document that is generated, wholly or in parts, with its right content."""
    documents = [ROOT / "README.md", ROOT / "connector" / "README.md"]
    documents += [ROOT / "connector" / "TABLES.md"]
    names = ("architecture.md", "erd.md", "tables.md", "operations.md")
    documents += [ROOT / "docs" / name for name in names]
    contents = {path: filled(path.read_text(encoding="utf-8")) for path in documents}
    contents[ROOT / "connector" / "configuration.json"] = configuration() + "\n"
    contents[ROOT / "docs" / "rules.md"] = rules.page()
    return contents | staging.files(TABLES, ROOT / "dbt_contentful")


def main() -> int:
    """Write the documents; with ``--check`` only name those that are out of date."""
    stale = [
        path
        for path, content in wanted().items()
        if not path.exists() or path.read_text(encoding="utf-8") != content
    ]
    leftover = staging.leftover(TABLES, ROOT / "dbt_contentful")
    if "--check" in sys.argv:
        for path in (*stale, *leftover):
            print(f"{path.relative_to(ROOT)} is out of date: run `make docs`.")
        return len(stale) + len(leftover)
    for path in stale:
        path.write_text(wanted()[path], encoding="utf-8")
        print(f"Wrote {path.relative_to(ROOT)}.")
    for path in leftover:
        path.unlink()
        print(f"Removed {path.relative_to(ROOT)}.")
    return 0


if __name__ == "__main__":
    start(main, __doc__)
