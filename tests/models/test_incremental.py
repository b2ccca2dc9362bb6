"""Incremental runs: after any changes, they leave the rows of a complete run."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
from engines import Engine, Project, comparable, duckdb_project, duckdb_rows

BY_ENTRY = ("targets", "entry_links", "filled_locales", "entry_locales")
SELECTED = [f"int_contentful__{one}+" for one in BY_ENTRY]
MARTS = (
    *("entries", "entry_links", "translations", "content_type_fields", "content_types"),
    *("orphans", "assets"),
)
COMPARED = {
    "analytics_int_contentful": [f"int_contentful__{one}" for one in (*BY_ENTRY, "uses")],
    "analytics_contentful": [f"contentful__{one}" for one in MARTS],
}
"""The models that an incremental run computes, and the marts that depend on them, by schema."""

EDITED = "_fivetran_synced = _fivetran_synced + INTERVAL 1 HOUR"
FIRST = "(SELECT min(space_id) FROM tester.entries)"
SOME = "hash(id) % 5"
"""A number from 0 to 4 for each record."""

HISTORY = {
    "edits and deletions": f"""
        UPDATE tester.entries SET status = 'draft', {EDITED} WHERE {SOME} = 0;
        UPDATE tester.entries SET status = 'published', {EDITED} WHERE {SOME} = 1;
        UPDATE tester.entries SET links = NULL, fields = NULL, {EDITED}
            WHERE {SOME} = 2 AND environment_id = 'master';
        UPDATE tester.entries SET _fivetran_deleted = true, {EDITED} WHERE id = 'itself';
        DELETE FROM tester.entries WHERE hash(id) % 11 = 3;
        UPDATE tester.assets SET _fivetran_deleted = true, {EDITED} WHERE {SOME} = 4;
        INSERT INTO tester.entries BY NAME SELECT * REPLACE ('nowhere' AS id)
            FROM tester.entries WHERE NOT _fivetran_deleted AND links IS NOT NULL
            ORDER BY space_id, environment_id, id LIMIT 1
    """,
    "a refusal, and an alias that is switched": """
        UPDATE tester.sync_coverage SET status = 'skipped'
            WHERE table_name = 'ENTRIES' AND hash(place) % 2 = 0;
        UPDATE tester.environment_aliases SET environment_id =
            CASE environment_id WHEN 'staging' THEN 'master' ELSE 'staging' END
    """,
    "another content model, and other locales": f"""
        UPDATE tester.content_type_fields SET localized = NOT localized WHERE {SOME} = 0;
        UPDATE tester.content_type_fields SET _fivetran_deleted = true WHERE {SOME} = 1;
        UPDATE tester.locales SET is_default = (code = 'de-DE') WHERE space_id = {FIRST};
        INSERT INTO tester.locales BY NAME SELECT * REPLACE ('xx' AS code, 'xx' AS id)
            FROM tester.locales WHERE space_id = {FIRST} AND is_default;
        UPDATE tester.locales SET _fivetran_deleted = true WHERE code = 'en-US'
            AND space_id <> {FIRST}
    """,
    "records that come back, and an environment that goes": f"""
        UPDATE tester.entries SET _fivetran_deleted = false, {EDITED};
        UPDATE tester.assets SET _fivetran_deleted = false, {EDITED};
        UPDATE tester.sync_coverage SET status = 'read';
        DELETE FROM tester.entries WHERE space_id = {FIRST} AND environment_id = 'staging'
    """,
    "nothing": "SELECT 1",
}
"""Changes of the source tables between two runs."""


@pytest.fixture(scope="module")
def project(
    installed: Engine,
    warehouse: Path,
    variables: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Project, Path]:
    """Give DuckDB with all models of the package, and its file."""
    folder = tmp_path_factory.mktemp("incremental")
    copy = Path(shutil.copy(warehouse, folder))
    project = duckdb_project(folder, copy, "UTC", {**installed.project.variables, **variables})
    project.dbt("run")
    return project, copy


@pytest.mark.models
@pytest.mark.parametrize("change", HISTORY)
def test_an_incremental_run_equals_a_complete_run(
    change: str, project: tuple[Project, Path], tmp_path: Path
) -> None:
    """After each part of a history, incremental models have the rows of a full refresh."""
    incremental, warehouse = project
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(HISTORY[change])
    incremental.dbt("run", "--select", *SELECTED)
    complete = Path(shutil.copy(warehouse, tmp_path))
    other = duckdb_project(tmp_path, complete, "UTC", incremental.variables)
    other.dbt("run", "--full-refresh", "--select", *SELECTED)
    for schema, models in COMPARED.items():
        for model in models:
            found, wanted = _rows(warehouse, schema, model), _rows(complete, schema, model)
            assert wanted, model
            assert found == wanted, model


@pytest.mark.models
def test_an_incremental_run_computes_only_what_has_changed(project: tuple[Project, Path]) -> None:
    """A run computes the edited entry and, if it was unpublished, those that refer to it."""
    incremental, warehouse = project
    with duckdb.connect(str(warehouse)) as connection:
        query = """
            SELECT space_id, environment_id, target_id FROM
                analytics_int_contentful.int_contentful__links
            WHERE is_target_live AND target_type = 'Entry' ORDER BY ALL LIMIT 1
        """
        place = connection.execute(query).fetchone()
        assert place is not None
        connection.execute(
            f"UPDATE tester.entries SET status = 'draft', {EDITED}"
            " WHERE space_id = ? AND environment_id = ? AND id = ?",
            place,
        )
        sources = connection.execute(
            "SELECT count(DISTINCT entry_id) FROM analytics_int_contentful.int_contentful__links"
            " WHERE target_space_id = ? AND target_environment_id = ? AND target_id = ?"
            " AND (entry_id <> target_id OR environment_id <> target_environment_id)",
            place,
        ).fetchone()
    assert sources is not None
    incremental.dbt("run", "--select", *SELECTED)
    with duckdb.connect(str(warehouse)) as connection:
        computed = {
            model: connection.execute(
                f"SELECT count(*) FROM analytics_int_contentful.int_contentful__{model}"
                " WHERE is_state AND computed_at = (SELECT max(computed_at) FROM"
                f" analytics_int_contentful.int_contentful__{model})"
            ).fetchone()
            for model in ("filled_locales", "entry_locales", "entry_links")
        }
    assert computed == {
        "filled_locales": (1,),
        "entry_locales": (1,),
        "entry_links": (1 + sources[0],),
    }


def _rows(warehouse: Path, schema: str, model: str) -> list[Any]:
    """Return the sorted rows of a model, without times of runs and states of gone records."""
    left_out = {"computed_at", "changed_at"}
    return sorted(
        comparable({name: value for name, value in row.items() if name not in left_out})
        for row in duckdb_rows(warehouse, schema, model)
        if not row.get("is_gone") and not (row.get("is_state") and row["_fivetran_synced"] is None)
    )
