"""Spark in dbt's process, which reads Parquet files exported from a DuckDB file."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import duckdb
from engines import DBT

JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Options for a short-lived Java: thorough compilation would not pay off."""


def is_there() -> bool:
    """Return whether Java and Spark's Python package are installed."""
    if shutil.which("java") is None:
        return False
    python = DBT.with_name("python")
    return subprocess.run([str(python), "-c", "import pyspark"], check=False).returncode == 0


def export(warehouse: Path, folder: Path) -> dict[str, str]:
    """Write each table into a Parquet file and return the files by table."""
    folder.mkdir()
    files = {}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        query = """
            SELECT schema_name, table_name FROM duckdb_tables()
            WHERE starts_with(schema_name, 'tester')
        """
        for schema, table in connection.execute(query).fetchall():
            name = f"{schema}.{table}"
            files[name] = str(folder / f"{name}.parquet")
            # JSON is stored as text in Spark's warehouses.
            json_columns = connection.execute(
                "SELECT column_name FROM duckdb_columns() WHERE schema_name = ?"
                " AND table_name = ? AND data_type = 'JSON'",
                [schema, table],
            ).fetchall()
            casts = ", ".join(f"{column}::VARCHAR AS {column}" for (column,) in json_columns)
            chosen = f"* REPLACE ({casts})" if casts else "*"
            connection.execute(
                f"COPY (SELECT {chosen} FROM {schema}.\"{table}\") TO '{files[name]}'"
                " (FORMAT parquet)"
            )
    return files


def settings(folder: Path) -> dict[str, str]:
    """Return the environment variables that the profile and Spark read."""
    return {
        "CONTENTFUL_SPARK": str(folder),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_SUBMIT_ARGS": f"--driver-memory 2g --driver-java-options '{JAVA}' pyspark-shell",
    }


def rows(folder: Path, schema: str, table: str) -> list[dict[str, Any]]:
    """Return the rows of a table that dbt built."""
    files = folder / "warehouse" / f"{schema}.db" / table / "*.parquet"
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        query = f"SELECT to_json(one) FROM read_parquet('{files}') AS one"
        return [json.loads(line) for (line,) in connection.execute(query).fetchall()]
