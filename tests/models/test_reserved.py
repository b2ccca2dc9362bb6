"""The words that become `<word>_field`, compared with the lists of two warehouses."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import postgres
import pytest
from engines import missing

from tools.project import ROOT

MACROS = ROOT / "dbt_contentful" / "macros" / "typed" / "contentful_entries.sql"


def reserved_words() -> set[str]:
    """Return the words of the macro `reserved_words`."""
    text = MACROS.read_text(encoding="utf-8")
    found = re.search(
        r"macro reserved_words\(\).*?return\('([^']*)'\.split\(\)\)", text, re.DOTALL
    )
    assert found
    return set(found[1].split())


def test_words_that_duckdb_reserves_are_known() -> None:
    """Each word that DuckDB refuses as the name of a column gets `_field`."""
    query = (
        "SELECT keyword_name FROM duckdb_keywords()"
        " WHERE keyword_category IN ('reserved', 'type_function')"
    )
    words = {word for (word,) in duckdb.sql(query).fetchall()}
    assert words - reserved_words() == set()


@pytest.mark.models
def test_words_that_postgres_reserves_are_known(tmp_path: Path) -> None:
    """Each word that Postgres refuses as the name of a column gets `_field`."""
    if not postgres.programs():
        missing("Postgres")
    query = "SELECT word FROM pg_get_keywords() WHERE catcode IN ('R', 'T')"
    with postgres.running(tmp_path / "data") as server:
        words = set(server.sql(query).split())
    assert words - reserved_words() == set()
