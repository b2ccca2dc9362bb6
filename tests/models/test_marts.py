"""Every mart against what plain Python makes of the emulator's own records."""

from __future__ import annotations

import expected_content
import expected_work
import pytest
from emulated import Account
from engines import Engine, comparable, same_rows

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
def test_a_mart_is_what_the_records_say(mart: str, account: Account, engine: Engine) -> None:
    """Every mart holds the rows that a plain reading of the account gives, on every engine."""
    found = map(comparable, engine.read("analytics_contentful", f"contentful__{mart}"))
    same_rows(found, map(comparable, EXPECTED[mart](account)))
