"""Run the dbt package on a million generated entries, and measure it.

``PYTHONPATH=connector python -m benchmarks.models_scale [--entries 1000000] [--date 2026-11-25]``,
with the environment of ``make models``.  With a date, docs/evidence/benchmarks.md is generated.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import tempfile
import time
from pathlib import Path

import duckdb

from benchmarks.__main__ import DOCUMENT, document
from benchmarks.report import machine
from benchmarks.results import Result
from contentful_cma.tables import TABLES
from tools.command_line import start
from tools.project import ROOT, python_of

PROJECT = ROOT / "dbt_contentful" / "integration_tests"
DBT = python_of(ROOT / ".venv-models").with_name("dbt")
TYPES = {"STRING": "VARCHAR", "LONG": "BIGINT", "UTC_DATETIME": "TIMESTAMPTZ"}

ENTRIES = """
INSERT INTO tester.entries BY NAME
SELECT 's' AS space_id, 'master' AS environment_id, 'e' || i AS id, 'article' AS content_type_id,
    ['published', 'changed', 'draft', 'archived'][i % 4 + 1] AS status,
    'Title ' || i AS title, 1 + i % 9 AS version,
    TIMESTAMPTZ '2023-01-01 00:00:00+00' + INTERVAL (i * 90) SECOND AS created_at,
    created_at + INTERVAL (i % 300) DAY AS updated_at,
    CASE WHEN i % 4 < 2 THEN created_at + INTERVAL 5 HOUR END AS first_published_at,
    first_published_at AS published_at,
    'u' || (i % 40) AS created_by_id, 'u' || (i % 7) AS updated_by_id,
    {{'title': {{'en-US': title, 'de-DE': CASE WHEN i % 3 = 0 THEN title END}},
      'slug': {{'en-US': 'slug-' || i}}, 'body': {{'en-US': repeat('word ', 100)}},
      'rating': {{'en-US': i}}, 'published': {{'en-US': '2023-01-01'}}, 'tags': {{'en-US': []}}
    }}::JSON AS fields,
    list_transform(range(5), n -> {{'field': 'related', 'locale': 'en-US', 'position': n,
      'kind': 'field', 'type': CASE WHEN n = 4 THEN 'Asset' ELSE 'Entry' END,
      'target': CASE WHEN n = 4 THEN 'a' ELSE 'e' END || (i * 7 + n * 31) % {most}
    }})::JSON AS links,
    false AS _fivetran_deleted
FROM range({entries}) AS made(i)
"""

REST = """
INSERT INTO tester.spaces BY NAME
    SELECT 's' AS id, 'o' AS organization_id, 'en-US' AS default_locale,
        false AS _fivetran_deleted;
INSERT INTO tester.assets BY NAME
    SELECT 's' AS space_id, 'master' AS environment_id, 'a' || i AS id, 'published' AS status,
        i AS size, 'image/png' AS content_type, '2024-01-01'::TIMESTAMPTZ AS created_at,
        created_at AS updated_at, {{'title': {{'en-US': 'Asset'}}}}::JSON AS fields,
        false AS _fivetran_deleted
    FROM range({assets}) AS made(i);
INSERT INTO tester.locales BY NAME
    SELECT 's' AS space_id, 'master' AS environment_id, code AS id, code,
        code = 'en-US' AS is_default, false AS _fivetran_deleted
    FROM (VALUES ('en-US'), ('de-DE')) AS codes(code);
INSERT INTO tester.content_types BY NAME
    SELECT 's' AS space_id, 'master' AS environment_id, 'article' AS id, 'Article' AS name,
        false AS _fivetran_deleted;
INSERT INTO tester.content_type_fields BY NAME
    SELECT 's' AS space_id, 'master' AS environment_id, 'article' AS content_type_id, id,
        'Text' AS type, id = 'title' AS localized, false AS _fivetran_deleted
    FROM (VALUES ('title'), ('slug'), ('body'), ('rating'), ('published'), ('tags')) AS ids(id);
INSERT INTO tester.sync_coverage BY NAME
    SELECT upper(name) AS table_name, 's/master' AS place, 's' AS space_id,
        'master' AS environment_id, 'read' AS status, false AS _fivetran_deleted
    FROM (VALUES ('entries'), ('assets'), ('locales'), ('content_types'),
        ('content_type_fields')) AS names(name)
"""


SECTION = """\
## The dbt package

All models of `dbt_contentful` for one environment in DuckDB, in one run on {date}.
`python -m benchmarks.models_scale` generates the entries and {assets:,} assets, and runs dbt.

| entries | references | warehouse before | seconds | CPU seconds | peak memory |
| --- | --- | --- | --- | --- | --- |
| {entries:,} | {links:,} | {before:.1f} GB | {seconds:.0f} | {cpu:.0f} | {peak:.1f} GB |

No model is incremental.
The state of a reference depends on its target, and a deletion changes no timestamp of a record.
"""


def main() -> None:
    """Create the warehouse, run dbt once, and print the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--date", help="keep the result, with this date")
    options = parser.parse_args()
    counts = {
        "entries": options.entries,
        "links": options.entries * 5,
        "assets": options.entries // 10,
    }
    text = SECTION.format(date=options.date, **counts, **measured(options.entries))
    print(text)
    if options.date:
        Result("models", options.date, machine(), section=text).keep()
        DOCUMENT.write_text(document(), encoding="utf-8")


def measured(entries: int) -> dict[str, float]:
    """Run all models on *entries* entries; return seconds and gigabytes."""
    with tempfile.TemporaryDirectory(prefix="contentful-") as folder:
        warehouse = Path(folder) / "warehouse.db"
        before = fill(warehouse, entries)
        environment = {**os.environ, "CONTENTFUL_WAREHOUSE": str(warehouse), "DO_NOT_TRACK": "1"}
        for command in ("deps", "parse"):
            run(environment, command)
        start, spent = time.monotonic(), _spent()
        run(environment, "run", "--vars", json.dumps({"contentful__now": "2026-01-01 00:00:00"}))
        took = {"seconds": time.monotonic() - start, "cpu": _spent() - spent}
    # Linux counts in kilobytes.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024**2
    return {"before": before, "peak": peak, **took}


def _spent() -> float:
    """Return the processor time of all child processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def fill(warehouse: Path, entries: int) -> float:
    """Create all tables, and rows in the large ones; return gigabytes."""
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("CREATE SCHEMA tester")
        for table in TABLES:
            columns = [f'"{name}" {TYPES.get(kind, kind)}' for name, kind in table.declared()]
            columns += ["_fivetran_deleted BOOLEAN", "_fivetran_synced TIMESTAMPTZ"]
            connection.execute(f"CREATE TABLE tester.{table.name.lower()} ({', '.join(columns)})")
        connection.execute(ENTRIES.format(entries=entries, most=entries + entries // 50))
        connection.execute(REST.format(assets=entries // 10))
    return warehouse.stat().st_size / 1024**3


def run(environment: dict[str, str], *command: str) -> None:
    """Run dbt without output."""
    full = [str(DBT), "--quiet", *command]
    subprocess.run(full, cwd=PROJECT, env=environment, check=True)


if __name__ == "__main__":
    start(main)
