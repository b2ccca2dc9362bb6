"""The requests and the needs of every table: docs/cost.md, and facts for connector/TABLES.md."""

from __future__ import annotations

from contentful_cma.tables import GROUPED, TABLES
from contentful_cma.tables.core import SPACES
from contentful_cma.tables.places import ACCOUNT
from contentful_cma.tables.table import ByDay, Full, Incremental, PerParent, Table

READ = {
    Full: "in full in each sync; unchanged rows are skipped, missing rows are deleted",
    Incremental: "by changes since the last sync; deletions are detected by the number of records",
}

HEAD = """\
| Group | Table | Page | First sync | Sync with no changes | Also needed |
|---|---|---|---|---|---|"""


def costs() -> str:
    """Return a table with a row for each table of the warehouse that is requested."""
    lines = [HEAD]
    for group, tables in GROUPED.items():
        for table in tables:
            page = f"{table.largest_page:,}" if is_listed(table) else ""
            cells = (f"`{group}`", table.name, page, first(table), unchanged(table), table.needs)
            lines.append(f"| {' | '.join(cells)} |".replace("|  |", "| |"))
    return "\n".join(lines)


def is_listed(table: Table) -> bool:
    """Return whether the number of records decides the number of requests."""
    read = table.read
    return not isinstance(read, (ByDay, PerParent)) or is_parent_content(read)


def is_parent_content(read: ByDay | PerParent | Full | Incremental) -> bool:
    """Return whether a table is read once per entry."""
    return isinstance(read, PerParent) and isinstance(read.parent.read, Incremental)


def first(table: Table) -> str:
    """Return in words the requests of a first sync, where each listing fits on one page."""
    read = table.read
    if isinstance(read, ByDay):
        return by_day(table, read, read.look_back)
    if isinstance(read, PerParent):
        return per_parent(read, table)
    if table.variants or table.depends_on:
        return f"{1 + len(table.variants)} per {place(table)}"
    if table is SPACES:
        return f"{unchanged(table)}, and 1 per space for its locales, unless LOCALES is selected"
    return unchanged(table)


def unchanged(table: Table) -> str:
    """Return in words the requests of a sync in which nothing changed."""
    read = table.read
    if isinstance(read, ByDay):
        return by_day(table, read, read.restated + 1)
    if isinstance(read, PerParent) and read.only_changed:
        if is_parent_content(read):
            return f"1 per {place(table)} for the ids of {read.parent.name}"
        return f"none in addition to {read.parent.name}"
    if isinstance(read, PerParent):
        return per_parent(read, table)
    return listing(table)


def listing(table: Table) -> str:
    """Return in words the requests of a table that is listed."""
    where = f" with {table.depends_on.name}" if table.depends_on else ""
    twins = [
        one.name
        for one in TABLES
        if one is not table and (one.scope, one.path) == (table.scope, table.path)
        if not isinstance(one.read, ByDay)
    ]
    shared = f", shared with {', '.join(twins)}" if twins else ""
    both = f", 2 with {table.name} of both kinds" if table.variants else ""
    return f"1 per {place(table)}{where}{shared}{both}"


def by_day(table: Table, read: ByDay, days: int) -> str:
    """Return in words the requests for some days."""
    windows, metrics = -(-days // read.days_at_once), len(read.metrics)
    words = f"{windows * metrics} per {place(table)}"
    return words if metrics == 1 else f"{words} ({metrics} metrics)"


def per_parent(read: PerParent, table: Table) -> str:
    """Return in words the requests for the children of all records of a parent."""
    each = f"{1 + len(read.also)} per record of {read.parent.name}"
    return f"{each}, and 1 per {place(table)} for their ids" if is_parent_content(read) else each


def place(table: Table) -> str:
    """Return the name of a place that the table is read in."""
    return "account" if table.scope is ACCOUNT else table.scope.name


def facts(table: Table) -> list[str]:
    """Return the endpoints of a table, how it is read and the rights that it needs."""
    if not table.path:
        return []
    prefix, read = table.scope.prefix, table.read
    path = table.path if table.path.startswith("/") else f"{prefix}/{table.path}"
    query = [f"{name}={value}" for name, value in table.query]
    endpoints = ["?".join(filter(None, (path, "&".join(query))))]
    endpoints += [f"{prefix}/{one}" for one in (read.also if isinstance(read, PerParent) else ())]
    for variant in table.variants:
        more = [*query, *(f"{name}={value}" for name, value in variant)]
        endpoints.append(f"{path}?{'&'.join(more)}")
    headers = [f"with `{name}: {value}`" for name, value in table.headers]
    requested = " ".join([", ".join(f"`GET {one}`" for one in endpoints), *headers])
    needs = [f"- Needs: {table.needs}."] if table.needs else []
    return [f"- Endpoint: {requested}.", f"- Read: {reading(table)}.", *metrics(read), *needs]


def metrics(read: object) -> list[str]:
    """Return the metrics that a table requests one by one."""
    if not isinstance(read, ByDay) or len(read.metrics) == 1:
        return []
    return [f"- Metrics: {', '.join(f'`{metric}`' for metric in read.metrics)}."]


def reading(table: Table) -> str:
    """Return in words how a table is read."""
    read = table.read
    if isinstance(read, ByDay):
        later = f"later syncs the {read.restated} days before the previous read and all days since"
        return f"the last {read.look_back} days first, {later}; rows of older days are kept"
    kept = "; rows that the API no longer lists are kept"
    if isinstance(read, PerParent):
        when = "again when it changes" if read.only_changed else "in each sync"
        return f"once per record of {read.parent.name}, {when}{kept if read.keeps_missing else ''}"
    return f"in full in each sync{kept}" if table.is_history else READ[type(read)]
