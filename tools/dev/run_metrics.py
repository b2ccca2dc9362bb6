"""Query the ten metrics of the semantic layer, and compare each with SQL on the marts.

Behind ``make test-examples``.  The account is the emulated one of ``make demo``.
"""

from __future__ import annotations

import csv
import math
import os
import shutil
import subprocess
import tempfile
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

import duckdb

from tools.command_line import start
from tools.project import ROOT, python_of
from tools.user.emulated_account import emulated_account, whole
from tools.user.fivetran import copied_project, debug

BIN = python_of(ROOT / ".venv-models").parent
EXAMPLE = ROOT / "examples" / "semantic_layer"
MARTS = "analytics_contentful"

CALLS = """
create temp view calls as
    select date_trunc('month', day)::date as month, sum(used) as calls
    from contentful__usage_daily
    where space_id is not null and metric in ('cma', 'cda', 'cpa', 'gql')
    group by 1
"""


class Query(NamedTuple):
    """A query of MetricFlow, and the SQL that has the same rows."""

    metric: str
    group_by: str
    sql: str


QUERIES = (
    Query(
        "entries",
        "entry_key__content_type_id",
        "select content_type_id, count(*) from contentful__entries group by 1",
    ),
    Query(
        "live_entries",
        "space__name",
        "select space_name, count(*) filter (is_live) from contentful__entries group by 1",
    ),
    Query(
        "stale_entries",
        "entry_key__is_master",
        """select is_master, count(*) filter (is_live and is_stale)
        from contentful__entries group by 1""",
    ),
    Query(
        "stale_share",
        "entry_key__environment_id",
        """select environment_id,
            count(*) filter (is_live and is_stale) / count(*) filter (is_live)
        from contentful__entries group by 1""",
    ),
    Query(
        "first_publications",
        "metric_time__month",
        """select date_trunc('month', first_published_at)::date,
            count(first_published_at)
        from contentful__entries group by 1""",
    ),
    Query(
        "ever_published",
        "metric_time__day",
        """select days.day::date, count(entries.first_published_at)
        from (select unnest(range(
            (select min(first_published_at)::date from contentful__entries),
            current_date + interval 1 day,
            interval 1 day)) as day) as days
        left join contentful__entries as entries
            on entries.first_published_at < days.day + interval 1 day
        group by 1""",
    ),
    Query(
        "median_hours_to_publication",
        "metric_time__month",
        """select date_trunc('month', first_published_at)::date,
            median(hours_to_first_publication)
        from contentful__entries group by 1""",
    ),
    Query(
        "missing_translations",
        "translation__locale",
        """select locale, sum(missing_fields) filter (is_live and not is_default_locale)
        from contentful__translations group by 1""",
    ),
    Query("api_calls", "metric_time__month", "select month, calls from calls"),
    Query(
        "api_calls_growth",
        "metric_time__month",
        """select calls.month, calls.calls / previous.calls - 1
        from calls join calls as previous on previous.month = calls.month - interval 1 month""",
    ),
)

Rows = list[tuple[str, float]]


def main() -> int:
    """Compare all metrics; 1 if the rows of one differ."""
    today = datetime.now(timezone.utc).date().isoformat()
    with tempfile.TemporaryDirectory(prefix="contentful-") as folder, copied_project() as synced:
        with emulated_account(demo=today, rate_limit=0) as url:
            debug(synced, whole(url))
        warehouse = synced / "files" / "warehouse.db"
        project = Path(folder) / "examples" / "semantic_layer"
        shutil.copytree(EXAMPLE, project)
        (Path(folder) / "dbt_contentful").symlink_to(ROOT / "dbt_contentful")
        run(project, warehouse, "dbt", "--quiet", "deps")
        run(project, warehouse, "dbt", "--quiet", "build")
        differing = [is_differing(query, project, warehouse) for query in QUERIES]
    return int(any(differing))


def run(project: Path, warehouse: Path, program: str, *arguments: str) -> None:
    """Run dbt or MetricFlow in the project; RuntimeError with its output on failure."""
    own = {
        "CONTENTFUL_WAREHOUSE": str(warehouse),
        "DBT_PROFILES_DIR": str(project),
        "DO_NOT_TRACK": "1",
        "HOME": str(project),
    }
    done = subprocess.run(
        [str(BIN / program), *arguments],
        cwd=project,
        env={**os.environ, **own},
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{program} {' '.join(arguments)} failed.\n{done.stdout}{done.stderr}")


def is_differing(query: Query, project: Path, warehouse: Path) -> bool:
    """Print the size of a metric and its first difference, if there is one; return that."""
    file = project / f"{query.metric}.csv"
    asked = ("--metrics", query.metric, "--group-by", query.group_by, "--csv", str(file))
    run(project, warehouse, "mf", "query", *asked)
    metric = _metric(file)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute(f"use {MARTS}")
        connection.execute(CALLS)
        rows = connection.execute(query.sql).fetchall()
    expected = sorted(
        ("" if key is None else str(key), float(value)) for key, value in rows if value is not None
    )
    differing = [pair for pair in zip(metric, expected, strict=False) if not _is_same(*pair)]
    is_same = not differing and len(metric) == len(expected) > 0
    print(f"{query.metric}: {len(metric)} rows, {'equal' if is_same else 'DIFFERENT'}")
    if not is_same:
        print(f"  {len(expected)} rows with SQL; {differing[:1]}")
    return not is_same


def _metric(file: Path) -> Rows:
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))[1:]
    # A row without a value is a month for which MetricFlow has nothing to compare.
    known = ((key.removesuffix(" 00:00:00"), value) for key, value in rows if value)
    return sorted((key, float(value)) for key, value in known)


def _is_same(one: tuple[str, float], other: tuple[str, float]) -> bool:
    return one[0] == other[0] and math.isclose(one[1], other[1], rel_tol=1e-6)


if __name__ == "__main__":
    start(main, __doc__)
