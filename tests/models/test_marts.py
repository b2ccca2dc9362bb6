"""Every mart against what plain Python makes of the emulator's own records."""

from __future__ import annotations

from pathlib import Path

import expected_content
import expected_work
import pytest
from emulated import Account
from engines import Project, comparable, duckdb_rows

EXPECTED = {
    function.__name__: function
    for function in (
        expected_content.entries,
        expected_content.entry_links,
        expected_content.orphans,
        expected_content.assets,
        expected_content.content_types,
        expected_content.content_type_fields,
        expected_content.translations,
        expected_content.publishing_daily,
        expected_content.environment_drift,
        expected_content.limits,
        expected_work.access,
        expected_work.credentials,
        expected_work.webhooks,
        expected_work.scheduled_actions,
        expected_work.workflows,
        expected_work.usage_daily,
    )
}


@pytest.mark.models
@pytest.mark.parametrize("mart", EXPECTED)
def test_a_mart_is_what_the_records_say(
    mart: str, account: Account, built: tuple[Project, Path]
) -> None:
    """Every mart holds the rows that a plain reading of the account gives, and no others."""
    rows = duckdb_rows(built[1], f"analytics_contentful.contentful__{mart}")
    assert rows
    found = sorted(map(comparable, rows))
    wanted = sorted(map(comparable, EXPECTED[mart](account)))
    assert [one for one in found if one not in set(wanted)] == []
    assert [one for one in wanted if one not in set(found)] == []
    assert len(found) == len(wanted)
