"""Text that editors write into the content model, and its result in dbt."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import pytest
from engines import DBT, PROJECT, TYPED_FROM, Project, duckdb_project, duckdb_rows

from benchmarks.models_scale import fill

SECRET = "the environment of the runner"
RUN = "{{ env_var('CONTENTFUL_SECRET') }}"
PYTHON = DBT.with_name("python")

JINJA = [
    RUN,
    "{% if env_var('CONTENTFUL_SECRET') %}yes{% endif %}",
    "{{ env_var(\n    'CONTENTFUL_SECRET'\n) }}",
    "{%\nset one = 1\n%}",
    "{# a comment #}",
    "{#\nover lines\n#}",
    "ends with {{",
    "ends with {%",
    "ends with {#",
    "}} begins",
    "%} begins",
    "#} begins",
    "{",
    "}",
    "{{",
    "{{{{}}}}",
    "{ { env_var('CONTENTFUL_SECRET') } }",
    f"{{% raw %}}{RUN}{{% endraw %}}{RUN}",
    f"{{% endraw %}}{RUN}{{% raw %}}",
    f"{{{{ '{RUN}' }}}}",
    f"' }}}}{RUN}{{{{ '",
    f'" }}}}{RUN}{{{{ "',
    f"\\' }}}}{RUN}{{{{ \\'",
    f"\\x7b\\x7b 1 \\x7d\\x7d \\u007b\\u007b 1 {RUN}",
    "{{- 1 -}} {%- set a = 1 -%} {#- b -#}",
    "{% docs a %}b{% enddocs %}",
    "{{ doc('a') }}",
    "{{ no such thing",
    "{% macro a() %}",
    "# for a line, ## and {{ 'x' }}",
    "Costs {amount} at {{amount}}%",
]
YAML = [
    *("off", "yes", "no", "on", "y", "null", "~", "true", ".nan", ".inf", "-", "?", ":", "|", ">"),
    *("1e3", "0x1F", "0o17", "1_000", "12:30:45", "2026-01-01", "2026-01-01T00:00:00Z", "<<", "="),
    *("a: b", "a #b", "# a", "- a", "[a]", "{a: b}", "&a", "*a", "!a", "%a", "@a", "`a`", ", a"),
    *("'", '"', "''", '""', "it's", 'say "this"', "\\", "\\n", "C:\\new\\x41\\u0041", "a\\"),
    *("---", "...", "--- a\n...\n", "a\n\nb", "\n a", "a\n", "a\r\nb\rc\n\n", "\ta\t", "  a  "),
]
UNICODE = [
    *("Grüße", "👩‍👩‍👧 🏳️‍🌈", "😀", "日本語", "العربية", "a\u0301", "\u202etxt.exe\u202c"),
    *("a\u0085b", "a\u2028b\u2029c", "\ufeffa", "a\u00a0b", "a\u200bb\u200d", "\x07\x1b[31m\x7f"),
    *(
        "\x80\x9f",
        "\ufffe\uffff",
        "\ufdd0",
        "\U0001fffe\U0010ffff",
        "\ue000\U000f0000",
        "\U000e0001",
    ),
    "".join(map(chr, range(1, 0x100))),
    "long 😀 {{ 1 }} " * 20_000,
    *(
        f"{before}{RUN}{after}"
        for before, after in (("😀", "é"), ("\u2028", "\x01"), ("\\", "\\"))
    ),
]
TEXTS = [*JINJA, *YAML, *UNICODE]

REPLACED = {"a\0b{{": "a\ufffdb{{", "a\ud83d": "a\ufffd", "\ude00\ud83d": "\ufffd\ufffd"}
"""Texts with characters that the connector replaces too, with the result."""


def described(number: int, **texts: Any) -> dict[str, Any]:
    """Return a model as the operation prints it, with some texts of an editor."""
    return {
        "names": [(f"model_{number}", "")] * 3,
        "content_type": "post",
        "title": "Post",
        "description": None,
        "space": "space",
        "environment": "master",
        "locale": ["en-US"],
        "default_locale": "en-US",
        "fields": [],
        **texts,
    }


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Give a project on a small account, with a secret in its environment variables."""
    warehouse = tmp_path / "warehouse.db"
    fill(warehouse, 10)
    found = duckdb_project(tmp_path, warehouse, "UTC", {})
    found.environment["CONTENTFUL_SECRET"] = SECRET
    return found


def written(project: Project, printed: str) -> str:
    """Write the models with dbt's Python, which parses each file again."""
    command = [str(PYTHON), "../write_models.py", "models/typed"]
    folder = project.folder / PROJECT.name
    done = subprocess.run(
        command, cwd=folder, input=printed, check=True, capture_output=True, text=True
    )
    return done.stdout


def models_of(project: Project) -> dict[str, dict[str, Any]]:
    """Return the typed models of dbt's manifest, by name."""
    path = project.folder / PROJECT.name / "target" / "manifest.json"
    nodes = json.loads(path.read_text(encoding="utf-8"))["nodes"].values()
    return {
        one["name"]: one
        for one in nodes
        if one["resource_type"] == "model" and one["path"].startswith("typed/")
    }


@pytest.mark.models
def test_dbt_shows_the_text_of_editors(project: Project) -> None:
    """Editors' text appears unchanged in the documentation and is never executed as Jinja."""
    shown = {**{text: text for text in TEXTS}, **REPLACED}
    models, about, columns = [], {}, {}
    for number, (text, result) in enumerate(shown.items()):
        field = (text, "Symbol", False, "off", "")
        models.append(described(3 * number, description=text, fields=[field]))
        models.append(described(3 * number + 1, title=text, content_type=text))
        place = {"space": text, "environment": text, "locale": [text], "default_locale": text}
        models.append(described(3 * number + 2, **place))
        about[f"model_{3 * number}"] = result
        about[f"model_{3 * number + 1}"] = f"Entries of the content type {result}."
        about[f"model_{3 * number + 2}"] = "Entries of the content type Post."
        columns[f"model_{3 * number}"] = f"Field `{result}` (Symbol)."
    assert f"Wrote {len(models)} models" in written(project, json.dumps(models))
    project.dbt("parse")
    found = models_of(project)
    assert {name: one["description"] for name, one in found.items()} == about
    named = {name: one["columns"].get("off") for name, one in found.items()}
    assert {name: one["description"] for name, one in named.items() if one} == columns
    target = project.folder / PROJECT.name / "target"
    assert SECRET not in (target / "manifest.json").read_text(encoding="utf-8")


COLUMNS = {
    "off": "off_field",
    "yes": "yes",
    "no": "no_field",
    "y": "y",
    "null": "null_field",
    "~": "field",
    "1e3": "f_1e3",
    "0x1F": "f_0x1_f",
    "2026-01-01": "f_2026_01_01",
    RUN: "env_var_contentful_secret",
    "{#": "field_2",
    "it's": "it_s",
    "identity": "identity_field",
    "Off": "off_field_2",
    "a" * 70: "a" * 63,
    "a" * 71: "a" * 61 + "_2",
}
"""Awkward field ids, with their columns."""

KINDS = {"kind0": RUN, "kind1": "null", "kind2": "😀 {{", "kind3": "a: #", "null": ""}
"""Content types by id; each text is both name and description."""


BY_HAND = "{{ contentful.contentful_entries('null', 's', 'master', 'en-US') }}"
"""A user's own model, whose fields are queried at compile time."""


def fill_awkwardly(warehouse: Path) -> None:
    """Store awkward content types, and an entry `e1` with a value in each awkward field."""
    place = "SELECT 's' AS space_id, 'master' AS environment_id, 'null' AS content_type_id"
    kind = "SELECT 's' AS space_id, 'master' AS environment_id, ? AS id, ? AS name"
    field = f"{place}, ? AS id, ? AS position, 'Symbol' AS type, false AS localized"
    values = json.dumps({one: {"en-US": one} for one in COLUMNS})
    with duckdb.connect(str(warehouse)) as connection:
        for table, select, rows in (
            (
                "content_types",
                f"{kind}, ? AS description",
                [(*one, one[1]) for one in KINDS.items()],
            ),
            ("content_type_fields", field, [(one, at) for at, one in enumerate(COLUMNS)]),
        ):
            connection.execute(f"DELETE FROM tester.{table}")
            connection.executemany(f"INSERT INTO tester.{table} BY NAME {select}", rows)
        connection.execute(
            "UPDATE tester.entries SET content_type_id = 'null', fields = ? WHERE id = 'e1'",
            [values],
        )


@pytest.mark.models
def test_the_text_of_editors_reaches_the_warehouse(project: Project) -> None:
    """Content types with awkward ids and texts are built, documented and commented.

    Without written fields, the macro gives the columns the same names.
    """
    warehouse = Path(project.environment["CONTENTFUL_WAREHOUSE"])
    fill_awkwardly(warehouse)
    settings = project.folder / PROJECT.name / "dbt_project.yml"
    table, comments = "    +materialized: table\n", "    +persist_docs: {relation: true}\n"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace(table, table + comments), encoding="utf-8")
    project.dbt("run", "--select", *(f"stg_contentful__{table}" for table in TYPED_FROM))
    written(project, project.dbt("run-operation", "contentful_models", "--quiet"))
    model = project.folder / PROJECT.name / "models" / "by_hand.sql"
    model.write_text(BY_HAND, encoding="utf-8")
    project.dbt("build", "--select", "contentful_integration_tests")
    project.dbt("docs", "generate")
    wanted = {f"contentful_{kind}": text for kind, text in KINDS.items()}
    wanted["contentful_null"] = "Entries of the content type null."
    assert {name: one["description"] for name, one in models_of(project).items()} == wanted
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        query = (
            "SELECT table_name, comment FROM duckdb_tables()"
            " WHERE schema_name = 'analytics' AND table_name <> 'by_hand'"
        )
        assert dict(connection.execute(query).fetchall()) == wanted
    values = {column: field for field, column in COLUMNS.items()}
    rows = duckdb_rows(warehouse, "analytics", "contentful_null")
    by_hand = duckdb_rows(warehouse, "analytics", "by_hand")
    assert [list(row) for row in by_hand] == [list(row) for row in rows[:1]]
    assert [{name: row[name] for name in values} for row in rows] == [values, values]
    for file in (project.folder / PROJECT.name / "target").rglob("*"):
        assert file.is_dir() or SECRET.encode() not in file.read_bytes(), file
