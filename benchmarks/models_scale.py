"""Run the dbt package twice on 900,000 generated entries, and measure it.

``PYTHONPATH=connector python -m benchmarks.models_scale [--entries 900000] [--date 2026-12-01]``,
with the environment of ``make models``.  With a date, docs/evidence/benchmarks.md is generated.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

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

LOCALES = ("en-US", "de-DE", "fr-FR", "es-ES", "it-IT")
LOCALIZED = [f"text{n}" for n in range(10)]
"""Fields with a value in each locale, but for every third entry only in half of the locales."""
PLAIN = [f"value{n}" for n in range(8)]
LINKS = {"related": 4, "image": 2}
"""Fields with links, and the number of links of an entry in them."""
TYPES_OF_CONTENT = 30
"""The content types of a real account: article, article1, article2, ..."""
HUB = 1000
"""Every thousandth entry is the target of a thousand times as many links as others."""


def _entries(entries: int, types: int, locales: tuple[str, ...]) -> str:
    """Return the SQL of the entries: 20 fields, 6 links and, in 5 locales, 3 KB each."""
    words = "repeat('word ', 9) || i"

    def text(name: str, locales: tuple[str, ...]) -> str:
        values = ", ".join(f'"{locale}": "\' || {words} || \'"' for locale in locales)
        return f'"{name}": {{{values}}}'

    def fields(locales: tuple[str, ...]) -> str:
        parts = [text(name, locales) for name in LOCALIZED]
        parts += [text(name, LOCALES[:1]) for name in PLAIN]
        parts += [f'"{name}": {{"en-US": [1]}}' for name in LINKS]
        return "'{" + ", ".join(parts) + "}'"

    link = (
        '\'{{"field": "{field}", "locale": "en-US", "position": {position},'
        ' "kind": "field", "type": "{kind}", "target": "\' || {target} || \'"}}\''
    )
    hub = f"'e' || (i % {max(entries // HUB, 1)}) * {HUB}"
    targets = [
        ("related", 0, "Entry", hub),
        ("related", 1, "Entry", f"'e' || (i * 7 + 31) % {entries}"),
        ("related", 2, "Entry", f"'e' || (i * 11 + 62) % {entries + entries // 50}"),
        ("related", 3, "Entry", f"'e' || (i * 13 + 93) % {entries}"),
        ("image", 0, "Asset", f"'a' || i % {max(entries // 10, 1)}"),
        ("image", 1, "Asset", f"'a' || (i * 3) % {max(entries // 10, 1)}"),
    ]
    links = " || ', ' || ".join(
        link.format(field=field, position=position, kind=kind, target=target)
        for field, position, kind, target in targets
    )
    return f"""
        SELECT 's' AS space_id, 'master' AS environment_id, 'e' || i AS id,
            {_type(f"i % {types}")} AS content_type_id,
            ['published', 'changed', 'draft', 'archived'][i % 4 + 1] AS status,
            'Title ' || i AS title, 1 + i % 9 AS version,
            TIMESTAMPTZ '2023-01-01 00:00:00+00' + INTERVAL (i * 90) SECOND AS created_at,
            created_at + INTERVAL (i % 300) DAY AS updated_at,
            CASE WHEN i % 4 < 2 THEN created_at + INTERVAL 5 HOUR END AS first_published_at,
            first_published_at AS published_at,
            'u' || (i % 40) AS created_by_id, 'u' || (i % 7) AS updated_by_id,
            (CASE WHEN i % 3 = 0 THEN {fields(locales[:2])} ELSE {fields(locales)} END)::JSON
                AS fields,
            ('[' || {links} || ']')::JSON AS links,
            false AS _fivetran_deleted, TIMESTAMPTZ '2025-12-01 00:00:00+00' AS _fivetran_synced
        FROM range({entries}) AS made(i)
    """


def _type(number: str) -> str:
    """Return the SQL of the id of a content type."""
    return f"'article' || coalesce(nullif({number}, 0)::VARCHAR, '')"


def _rest(entries: int, types: int, locales: tuple[str, ...]) -> str:
    """Return the SQL of all other tables."""
    return f"""
INSERT INTO tester.spaces BY NAME
    SELECT 's' AS id, 'o' AS organization_id, 'Space' AS name, 'en-US' AS default_locale;
INSERT INTO tester.assets BY NAME
    SELECT 's' AS space_id, 'master' AS environment_id, 'a' || i AS id, 'published' AS status,
        i AS size, 'image/png' AS content_type, '2024-01-01'::TIMESTAMPTZ AS created_at,
        created_at AS updated_at, {{'title': {{'en-US': 'Asset'}}}}::JSON AS fields
    FROM range({entries // 10}) AS made(i);
INSERT INTO tester.locales BY NAME
    SELECT 's' AS space_id, 'master' AS environment_id, code AS id, code,
        code = 'en-US' AS is_default
    FROM (SELECT unnest({list(locales)}) AS code);
INSERT INTO tester.content_types BY NAME
    SELECT 's' AS space_id, 'master' AS environment_id, {_type("i")} AS id, 'Article ' || i AS name
    FROM range({types}) AS made(i);
INSERT INTO tester.content_type_fields BY NAME
    SELECT 's' AS space_id, 'master' AS environment_id, {_type("i")} AS content_type_id, id,
        'Text' AS type, starts_with(id, 'text') AS localized
    FROM range({types}) AS made(i),
        (SELECT unnest({[*LOCALIZED, *PLAIN, *LINKS]}) AS id);
INSERT INTO tester.sync_coverage BY NAME
    SELECT upper(name) AS table_name, 's/master' AS place, 's' AS space_id,
        'master' AS environment_id, 'read' AS status
    FROM (VALUES ('entries'), ('assets'), ('locales'), ('content_types'),
        ('content_type_fields')) AS names(name)
"""


EDITS = """
UPDATE tester.entries SET
    updated_at = '2025-12-01', version = version + 2, title = 'Edited',
    status = CASE WHEN version % 4 = 0 THEN 'draft' ELSE status END,
    fields = json_merge_patch(fields, '{"text0": {"de-DE": "edited"}, "value0": null}'),
    _fivetran_synced = '2025-12-02 00:00:00+00'
WHERE substr(id, 2)::BIGINT % 101 = 0;
UPDATE tester.entries SET _fivetran_deleted = true, _fivetran_synced = '2025-12-02 00:00:00+00'
WHERE substr(id, 2)::BIGINT % 10007 = 5
"""
"""Edits of one percent of the entries, some with a thousand references; and some deletions."""


SECTION = """\
## The dbt package

All models of `dbt_contentful` in DuckDB on {date}, with two threads.
DuckDB's `memory_limit` is 2.5 GB.
`python -m benchmarks.models_scale` generates {entries:,} entries of 3 KB and {assets:,} assets.
An entry has 20 fields, 5 locales and 6 references; its content type is one of 30.
Before the second run, one percent of the entries is edited, of all content types.
Some of them are targets of a thousand references.

| run | seconds | CPU seconds | peak memory |
| --- | --- | --- | --- |
| first | {first[seconds]:.0f} | {first[cpu]:.0f} | {first[peak]:.1f} GB |
| second | {second[seconds]:.0f} | {second[cpu]:.0f} ({share:.0%}) | {second[peak]:.1f} GB |

dbt itself takes about 8 of the CPU seconds of each run.
The warehouse has {before:.1f} GB before the first run.
"""


def main() -> None:
    """Create the warehouse, run dbt twice, and print the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=900_000)
    parser.add_argument("--date", help="keep the result, with this date")
    options = parser.parse_args()
    counts = {"entries": options.entries, "assets": options.entries // 10}
    text = SECTION.format(date=options.date, **counts, **measured(options.entries))
    print(text)
    if options.date:
        Result("models", options.date, machine(), section=text).keep()
        DOCUMENT.write_text(document(), encoding="utf-8")


def measured(entries: int) -> dict[str, Any]:
    """Run all models twice; return seconds, and gigabytes of memory and of the warehouse."""
    with tempfile.TemporaryDirectory(prefix="contentful-") as folder:
        warehouse = Path(folder) / "warehouse.db"
        before = fill(warehouse, entries, TYPES_OF_CONTENT, LOCALES)
        environment = {
            **os.environ,
            "CONTENTFUL_WAREHOUSE": str(warehouse),
            "CONTENTFUL_MODELS": "no-models",
            "DBT_TARGET_PATH": str(Path(folder) / "target"),
            "DO_NOT_TRACK": "1",
        }
        for command in ("deps", "parse"):
            run(environment, command)
        first = _run_models(environment)
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute(EDITS)
        second = _run_models(environment)
    share = second["cpu"] / first["cpu"]
    return {"before": before, "first": first, "second": second, "share": share}


def _run_models(environment: dict[str, str]) -> dict[str, float]:
    """Run all models; return seconds, processor seconds, and the peak of memory in gigabytes."""
    variables = json.dumps({"contentful__now": "2026-01-01 00:00:00"})
    start = time.monotonic()
    process = subprocess.Popen(
        [str(DBT), "--quiet", "run", "--vars", variables], cwd=PROJECT, env=environment
    )
    # wait4 returns the resources of this process alone; Linux counts memory in kilobytes.
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, "dbt run")
    return {
        "seconds": time.monotonic() - start,
        "cpu": used.ru_utime + used.ru_stime,
        "peak": used.ru_maxrss / 1024**2,
    }


def fill(
    warehouse: Path, entries: int, types: int = 1, locales: tuple[str, ...] = LOCALES[:2]
) -> float:
    """Create all tables, and rows in the large ones; return gigabytes."""
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("CREATE SCHEMA tester")
        for table in TABLES:
            columns = [f'"{name}" {TYPES.get(kind, kind)}' for name, kind in table.declared()]
            columns += ["_fivetran_deleted BOOLEAN", "_fivetran_synced TIMESTAMPTZ"]
            connection.execute(f"CREATE TABLE tester.{table.name.lower()} ({', '.join(columns)})")
        connection.execute(
            f"INSERT INTO tester.entries BY NAME {_entries(entries, types, locales)}"
        )
        connection.execute(_rest(entries, types, locales))
    return warehouse.stat().st_size / 1024**3


def run(environment: dict[str, str], *command: str) -> None:
    """Run dbt without output."""
    full = [str(DBT), "--quiet", *command]
    subprocess.run(full, cwd=PROJECT, env=environment, check=True)


if __name__ == "__main__":
    start(main)
