"""`make query` on a warehouse: its files, formats and errors."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from support.rights import with_rights
from tools.project import ROOT

pytestmark = pytest.mark.process

MAKE = (shutil.which("make") or "make", "--assume-old=.venv/.installed")
"""An older environment stays: an update would install the emulator of the checkout into it."""
ROWS = """
CREATE SCHEMA tester;
CREATE TABLE tester.entries (
    id VARCHAR, version BIGINT, price DECIMAL(9, 2), made_at TIMESTAMPTZ, fields JSON, note VARCHAR
);
INSERT INTO tester.entries VALUES
    ('a', 7, 1.5, '2026-01-02T03:04:05Z', '{"title": {"en-US": "x"}}', 'one, "two"'),
    ('b', 12345, NULL, NULL, NULL, repeat('n', 50));
CREATE TABLE tester.entry_snapshots (id VARCHAR);
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Give a copy of the tools, with the virtual environment of this project."""
    for name in ("emulator", "requirements", "tools"):
        left_out = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=left_out)
    shutil.copy2(ROOT / "Makefile", tmp_path)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    return tmp_path


def warehouse(path: Path, *more: str) -> Path:
    """Write a warehouse with two tables, and run *more* SQL on it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute(ROWS)
        for sql in more:
            connection.execute(sql)
    return path


def query(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the program in a folder."""
    return subprocess.run(
        [*with_rights(), sys.executable, "-m", "tools.user.query", *map(str, arguments)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{folder}:{ROOT}"},
        check=False,
        capture_output=True,
        text=True,
    )


def test_a_table_is_aligned(checkout: Path) -> None:
    """By default an answer is a table: numbers to the right, long texts cut, NULL named."""
    file = warehouse(checkout / "emulated" / "warehouse.db")
    done = query(checkout, file, "SELECT id, version, note FROM entries ORDER BY id")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "id  version  note",
        f"--  -------  {'-' * 40}",
        'a         7  one, "two"',
        f"b     12345  {'n' * 37}...",
    ]
    assert "NULL" in query(checkout, file, "SELECT price FROM entries").stdout


def test_csv_and_json_are_whole(checkout: Path) -> None:
    """CSV and JSON hold every value as it is; times are in UTC, JSON columns are nested."""
    file = warehouse(checkout / "emulated" / "warehouse.db")
    sql = "SELECT * FROM entries ORDER BY id"
    done = query(checkout, file, sql, "--format", "csv")
    assert list(csv.reader(io.StringIO(done.stdout))) == [
        ["id", "version", "price", "made_at", "fields", "note"],
        ["a", "7", "1.50", "2026-01-02 03:04:05+00", '{"title": {"en-US": "x"}}', 'one, "two"'],
        ["b", "12345", "", "", "", "n" * 50],
    ]
    rows = json.loads(query(checkout, file, sql, "--format=json").stdout)
    assert rows[0] == {
        "id": "a",
        "version": 7,
        "price": 1.5,
        "made_at": "2026-01-02 03:04:05+00",
        "fields": {"title": {"en-US": "x"}},
        "note": 'one, "two"',
    }
    assert rows[1]["price"] is None
    assert json.loads(query(checkout, file, f"{sql} LIMIT 0", "--format=json").stdout) == []


def test_the_default_is_the_warehouse_of_a_sync(checkout: Path) -> None:
    """Without a file, the warehouse of `make sync` is queried, or else that of `make demo`."""
    none = query(checkout, "SELECT 1")
    assert (none.returncode, none.stdout) == (2, "")
    assert none.stderr == "There is no warehouse yet.  Run `make demo` or `make sync` first.\n"
    warehouse(checkout / "emulated" / "warehouse.db", "DELETE FROM tester.entries WHERE id = 'b'")
    assert "a" in query(checkout, "SELECT id FROM entries").stdout.split()
    assert "b" not in query(checkout, "SELECT id FROM entries").stdout.split()
    warehouse(checkout / "connector" / "files" / "warehouse.db")
    assert "b" in query(checkout, "--sql", "SELECT id FROM entries").stdout.split()


def test_make_passes_the_query_on(checkout: Path) -> None:
    """Quotes, dollars and line breaks of `make query SQL=...` reach DuckDB; FORMAT is a format."""
    file = warehouse(checkout / "other.db")
    sql = "SELECT 'it''s $5' AS a,\n \"id\" FROM entries WHERE id = $$a$$"
    command = [*MAKE, "query", f"SQL={sql}", f"WAREHOUSE={file}", "FORMAT=csv"]
    done = subprocess.run(command, cwd=checkout, check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-2:] == ["a,id", "it's $5,a"]


def test_marts_need_no_schema(checkout: Path) -> None:
    """Marts are found by their names; before they are built, the error names the command."""
    file = warehouse(checkout / "a.db")
    done = query(checkout, file, "SELECT * FROM contentful__entries")
    assert (done.returncode, done.stderr) == (
        1,
        "There is no table contentful__entries in a.db.\nBuild the marts first: make models\n",
    )
    mart = "CREATE SCHEMA analytics_contentful; CREATE VIEW analytics_contentful.contentful__a"
    with duckdb.connect(str(file)) as connection:
        connection.execute(f"{mart} AS SELECT 'found' AS it")
    assert "found" in query(checkout, file, "FROM contentful__a").stdout.split()


ERRORS = {
    "FROM entrys": (
        "There is no table entrys in a.db; nearest: entries, entry_snapshots.\n"
        "To list all tables: make query SQL='SHOW TABLES'\n"
    ),
    "FROM entry_snapshot": (
        "There is no table entry_snapshot in a.db; nearest: entry_snapshots.\n"
        "To list all tables: make query SQL='SHOW TABLES'\n"
    ),
    "FROM nothing_like_it": (
        "There is no table nothing_like_it in a.db.\n"
        "To list all tables: make query SQL='SHOW TABLES'\n"
    ),
    "DELETE FROM entries": "A query can only read a.db (got 'DELETE FROM entries').\n",
    "SELECT nam FROM entries": 'Binder Error: Referenced column "nam" not found in FROM clause!',
}


@pytest.mark.parametrize("sql", ERRORS)
def test_an_error_is_readable(checkout: Path, sql: str) -> None:
    """A query that fails ends with the reason and without a traceback."""
    warehouse(checkout / "a.db")
    done = query(checkout, "a.db", sql)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(ERRORS[sql])
    assert "Traceback" not in done.stderr


def test_a_file_that_is_not_a_warehouse(checkout: Path) -> None:
    """A file without tables of the connector, and one of another kind, are named."""
    empty, other = checkout / "empty.db", checkout / "other.db"
    duckdb.connect(str(empty)).close()
    other.write_text("not a database" * 1000, encoding="utf-8")
    done = query(checkout, empty, "SELECT 1")
    assert (done.returncode, done.stderr.splitlines()[0]) == (
        1,
        "empty.db has no tables of the connector.",
    )
    done = query(checkout, other, "SELECT 1")
    assert (done.returncode, done.stderr.startswith(f"{other} cannot be read: ")) == (1, True)
    done = query(checkout, "none.db")
    assert (done.returncode, done.stderr.splitlines()[0]) == (2, "There is no file none.db.")


def test_a_call_without_a_query(checkout: Path) -> None:
    """Without a query, and with two, the program shows how it is called."""
    file = warehouse(checkout / "a.db")
    done = query(checkout, file)
    assert (done.returncode, done.stderr) == (
        2,
        "Write a query: make query SQL='SELECT count(*) FROM entries'\n",
    )
    done = query(checkout, file, "SELECT 1", "FROM entries")
    assert done.returncode == 2
    assert "one query at a time (got 2); put it into quotes" in done.stderr
