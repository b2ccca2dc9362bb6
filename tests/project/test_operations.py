"""The statements of docs/operations.md about the code."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
from pathlib import Path

import duckdb
import pytest

from contentful_cma import errors
from contentful_cma.state import keys
from contentful_cma.sync import own_tables
from contentful_cma.tables import TABLES, configure
from contentful_cma.tables.own import SYNC_COVERAGE
from contentful_cma.tables.table import Table
from support.operations import PAGE, WARNINGS, explained, section
from tools.user.fivetran import NO_SETTINGS, command, environment, lacks_settings

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = "\n".join(re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL))
TYPES = {"STRING": "VARCHAR", "LONG": "BIGINT", "UTC_DATETIME": "TIMESTAMP"}
VALUES = {"STRING": "x", "UTC_DATETIME": "2026-01-02", "JSON": "[]"}


def create(warehouse: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Create a table as Fivetran does, with a row that is deleted and one that is not."""
    columns = [f"{name} {TYPES.get(kind, kind)}" for name, kind in table.declared()]
    flag = "_fivetran_deleted BOOLEAN"
    warehouse.execute(f"CREATE TABLE {table.name} ({', '.join([*columns, flag])})")
    for is_deleted in (True, False):
        values = [VALUES.get(kind, 1) for _, kind in table.declared()]
        warehouse.table(table.name).insert([*values, is_deleted])


def literals(folder: str) -> list[str]:
    """Return every text in the code of a folder; a text with values is in parts."""
    return [
        node.value
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


@pytest.mark.process
def test_options_that_the_page_names_exist() -> None:
    """Each option and Python of a deployment is one that `fivetran deploy` accepts."""
    shown = subprocess.run(
        command("deploy", "--help"), env=environment(), check=True, capture_output=True, text=True
    )
    deployments = [line for line in COMMANDS.splitlines() if " deploy " in line]
    named = {option for line in deployments for option in re.findall(r"--[a-z-]+", line)}
    assert len(named) > 3
    assert {option for option in named if option not in shown.stdout} == set()
    versions = re.findall(r"--python-version (\S+)", COMMANDS)
    assert versions
    assert {version for version in versions if f"'{version}'" not in shown.stdout} == set()


def test_files_that_the_page_names_exist() -> None:
    """Each script and example in a command, and in the text, exists."""
    named = re.findall(r"(?:examples|connector)/[\w./-]+\w", PAGE)
    named += [f"{one.replace('.', '/')}.py" for one in re.findall(r"\btools\.[\w.]+\w", PAGE)]
    assert [one for one in named if not (ROOT / one).exists() and "/files" not in one] == []


def test_every_error_is_explained() -> None:
    """The page lists exactly the errors that can end a sync."""
    kinds = [
        name
        for name, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.ContentfulError) and kind is not errors.ContentfulError
    ]
    assert sorted(explained("Failures")) == sorted([*kinds, "ValueError"])


@pytest.mark.parametrize("warning", WARNINGS)
def test_every_explained_warning_exists(warning: str) -> None:
    """The fixed words of each listed warning are in the code."""
    texts = literals("connector/contentful_cma")
    parts = [part for part in warning.split("…") if len(part) > len(": GET ")]
    assert parts
    for part in parts:
        assert any(part.strip() in text for text in texts), part


def test_every_status_is_explained() -> None:
    """The page, and the description of the column, have each status of SYNC_COVERAGE."""
    code = inspect.getsource(own_tables.CoverageTable)
    statuses = explained("SYNC_COVERAGE")
    assert sorted(statuses) == sorted(set(re.findall(r'"(read|skipped|incomplete|\w+ed)"', code)))
    (column,) = [one for one in SYNC_COVERAGE.columns if one.name == "status"]
    assert set(re.findall(r"`(\w+)`", column.description or "")) == set(statuses)


def test_every_part_of_the_state_is_explained() -> None:
    """The page has each key on the first level of the state."""
    top = inspect.getsource(keys).split('"""Parts of the `State`."""')[0]
    used = re.findall(r"\b[A-Z][A-Z_]+\b", top)
    rows = re.findall(r"^\| (`[a-z_`, ]+`) \|", section("The state"), re.MULTILINE)
    listed = [one for row in rows for one in re.findall(r"\w+", row)]
    assert sorted(listed) == sorted(getattr(keys, one) for one in used)


def test_personal_data_of_deleted_rows_is_erased() -> None:
    """The statements clear the personal columns of deleted rows, and no live row."""
    statements = re.findall(r"^UPDATE .*;$", section("Erase personal data"), re.MULTILINE)
    personal = {
        table.name.lower(): {column.name for column in table.columns if column.personal}
        for table in TABLES
        if any(column.personal for column in table.columns)
    }
    assert len(statements) == len(personal) > 1
    with duckdb.connect() as warehouse:
        for table in TABLES:
            if table.name.lower() in personal:
                create(warehouse, table)
        for statement in statements:
            warehouse.execute(statement)
        for name, hidden in personal.items():
            for column in sorted(hidden):
                found = warehouse.table(name).order("_fivetran_deleted")
                rows = found.select("_fivetran_deleted", column).fetchall()
                assert rows == [(False, "x"), (True, None)]


def test_rows_of_the_past_survive_a_resync_from_the_dashboard() -> None:
    """The statements copy the live rows of each history table, and restore deleted rows."""
    text = section("Rows that a re-sync deletes")
    copies, restored = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    tables = [table for table in TABLES if table.is_history]
    assert copies.count("CREATE TABLE") == restored.count("UPDATE") == len(tables) > 1
    with duckdb.connect() as warehouse:
        warehouse.execute("CREATE SCHEMA my_schema")
        for table in tables:
            create(warehouse, table)
        warehouse.execute(copies)
        # The re-sync marks every row.
        warehouse.execute(restored.replace("FALSE WHERE", "TRUE WHERE NOT"))
        marked = [warehouse.table(table.name).select("_fivetran_deleted") for table in tables]
        assert [one.fetchall() for one in marked] == [[(True,), (True,)]] * len(tables)
        warehouse.execute(restored)
        for table in tables:
            copied = warehouse.table(f"my_schema.{table.name}").fetchall()
            assert warehouse.table(table.name).fetchall() == copied * 2
            assert [row[-1] for row in copied] == [False]


@pytest.mark.parametrize(
    "arguments",
    [
        ["deploy", "connector", "--configuration", "a.json"],
        ["deploy", "connector", "--configuration=a.json"],
        ["deploy", "--help"],
        ["debug", "connector"],
    ],
)
def test_only_a_deployment_without_settings_is_refused(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deployment without a file is refused: placeholders would reset the settings."""
    monkeypatch.delenv("FIVETRAN_CONFIGURATION", raising=False)
    assert lacks_settings(["deploy", "connector", "--destination", "configuration"])
    assert "examples/keep-settings.json" in NO_SETTINGS
    assert not lacks_settings(arguments)
    monkeypatch.setenv("FIVETRAN_CONFIGURATION", "a.json")
    assert not lacks_settings(["deploy", "connector"])


def test_keeping_the_settings_sends_none() -> None:
    """The file that keeps all settings has no key, and is not a valid configuration."""
    assert (ROOT / "examples" / "keep-settings.json").read_text("utf-8") == "{}\n"
    with pytest.raises(ValueError, match=r"access_token must be .* \(got nothing\)"):
        configure({})
