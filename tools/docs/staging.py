"""Make the sources and staging models of dbt_contentful from the connector's declarations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from contentful_cma.tables.table import Table
from dbt_contentful.write_models import comment, described

TYPES = {
    "STRING": "string",
    "LONG": "whole",
    "INT": "whole",
    "DOUBLE": "number",
    "BOOLEAN": "flag",
    "UTC_DATETIME": "instant",
    "JSON": "json",
}
"""What the macro `type_of` calls the types of Fivetran's that the connector declares."""

RENAMED = {"permissions": "allowed_permissions", "snapshot": "snapshot_record"}
"""Names that Redshift reserves."""

MADE = "made by `make docs` from the connector's declarations"


@dataclass(frozen=True)
class Staged:
    """A column of a staging model: what the source calls it, our name, type and meaning."""

    source: str
    name: str
    type: str
    description: str


@dataclass(frozen=True)
class Source:
    """A table of the source: name in lower case, meaning, columns and our names of its key."""

    name: str
    description: str
    columns: tuple[Staged, ...]
    key: tuple[str, ...]


def sources(tables: Iterable[Table]) -> list[Source]:
    """Return the declared tables."""
    return [_source(table) for table in tables]


def files(tables: Iterable[Table], package: Path) -> dict[Path, str]:
    """Return the generated files of the package by path."""
    folder = package / "models" / "staging"
    made = sources(tables)
    contents = {folder / f"stg_contentful__{one.name}.sql": _sql(one) for one in made}
    contents[folder / "src_contentful.yml"] = _source_yaml(made)
    contents[folder / "stg_contentful.yml"] = _model_yaml(made)
    return contents


def leftover(tables: Iterable[Table], package: Path) -> list[Path]:
    """Return the staging models of tables that are no more."""
    made = files(tables, package)
    return sorted(set((package / "models" / "staging").glob("stg_contentful__*.sql")) - set(made))


def _source(table: Table) -> Source:
    descriptions = table.descriptions()
    declared = [(name, TYPES[kind]) for name, kind in table.declared()]
    columns = tuple(
        Staged(name, _renamed(table, name, kind), kind, descriptions[name])
        for name, kind in declared
    )
    names = {column.source: column.name for column in columns}
    key = tuple(names[name] for name in table.primary_key)
    return Source(table.name.lower(), table.description, columns, key)


def _renamed(table: Table, name: str, kind: str) -> str:
    """Return `<table>_id` for `id`, `is_...` for a flag, and else the name itself."""
    if name == "id":
        return f"{_singular(table.name.lower())}_id"
    if kind == "flag" and not name.startswith("is_"):
        return f"is_{name}"
    return RENAMED.get(name, name)


def _singular(name: str) -> str:
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    if name.endswith("aliases"):
        return name.removesuffix("es")
    return name.removesuffix("s")


def _sql(one: Source) -> str:
    columns = ",\n".join(f"    ('{c.source}', '{c.name}', '{c.type}')" for c in one.columns)
    head = f"-- {comment(one.description)} ({MADE})"
    return f"{head}\n{{{{ contentful.stage('{one.name}', [\n{columns},\n]) }}}}\n"


SOURCE_HEAD = f"""\
# {MADE[0].upper()}{MADE[1:]}.
version: 2

sources:
  - name: contentful
    description: What the connector writes.
    schema: "{{{{ var('contentful_schema', 'contentful') }}}}"
    # Spark and some Databricks have no databases above schemas.
    database: >-
      {{% if target.type != 'spark' -%}}
      {{{{ var('contentful_database', target.database) }}}}
      {{%- endif %}}
    tables:
"""

FRESHNESS = """\
        # An unchanged table is not a stale one: only the syncs tell.
        loaded_at_field: ended_at
        freshness:
          filter: is_complete
          warn_after: {count: 1, period: day}
          error_after: {count: 3, period: day}
"""


def _source_yaml(made: list[Source]) -> str:
    lines = [SOURCE_HEAD]
    for one in made:
        lines.append(
            f"      - name: {one.name}\n        description: {described(one.description)}\n"
        )
        lines.append(f"{FRESHNESS if one.name == 'syncs' else ''}        columns:\n")
        lines += [_column_yaml(column.source, column, " " * 10) for column in one.columns]
    return "".join(lines)


def _model_yaml(made: list[Source]) -> str:
    lines = [f"# {MADE[0].upper()}{MADE[1:]}.\nversion: 2\n\nmodels:\n"]
    for one in made:
        lines.append(
            f"  - name: stg_contentful__{one.name}\n"
            f"    description: {described(one.description)}\n"
            "    data_tests:\n"
            "      - contentful.key:\n"
            f"          columns: [{', '.join(one.key)}]\n"
            "    columns:\n"
        )
        lines += [_column_yaml(column.name, column, " " * 6) for column in one.columns]
    return "".join(lines)


def _column_yaml(name: str, column: Staged, indent: str) -> str:
    return f"{indent}- name: {name}\n{indent}  description: {described(column.description)}\n"
