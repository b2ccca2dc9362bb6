"""The setup form: fields and setup tests."""

from __future__ import annotations

import importlib.util
from types import ModuleType
from typing import Any

import fivetran_connector_sdk
import pytest

import connector
from support.account import TOKEN, Account

pytestmark = pytest.mark.skipif(
    not hasattr(fivetran_connector_sdk, "ConfigurationForm"),
    reason="the SDK has setup forms since 2.13",
)

CHOICES = {
    "enable_incremental_sync": ["true", "false"],
    "enable_debug_logging": ["true", "false"],
    "region": ["us", "eu"],
    "personal_data": ["include", "hash", "exclude"],
}
TESTS = [
    "The token is accepted",
    "Organizations and spaces can be read",
    "The environment exists",
]


def test_the_form_has_a_field_for_every_setting() -> None:
    """Settings with few values are lists; only the token is hidden and required."""
    fields = {field.name: field for field in connector.configuration_form()._fields}
    options = {name: field.dropdown_options for name, field in fields.items()}
    chosen = {
        name: [(one.value, one.label) for one in of_it] for name, of_it in options.items() if of_it
    }
    assert chosen == {name: [(one, one) for one in ones] for name, ones in CHOICES.items()}
    text = fivetran_connector_sdk.form_field.TextField
    kinds = {name: field.text_field for name, field in fields.items() if name not in CHOICES}
    assert kinds == {**dict.fromkeys(kinds, text.plain_text), "access_token": text.password}
    assert [name for name, field in fields.items() if field.required] == ["access_token"]


def test_a_field_shows_meaning_accepted_values_and_default() -> None:
    """A field shows label, meaning, accepted values and, while empty, the default."""
    (field,) = (one for one in connector.configuration_form()._fields if one.name == "region")
    assert (field.label, field.placeholder) == ("Region", "us")
    assert field.description == (
        "Data region of the account: `us` (api.contentful.com) or `eu` (api.eu.contentful.com)."
        " Accepted: us or eu."
    )


@pytest.mark.parametrize(
    ("settings", "reasons"),
    [
        ({}, []),
        ({"access_token": "CFPAT-wrong"}, ["refused the access token"] * 3),
        (
            {"organization_ids": "nothing-like-it"},
            ["organization_ids must name ids that the account has", "spaces (got 'master')."],
        ),
        ({"environment_id": "staging"}, ["selected spaces (got 'staging')."]),
    ],
    ids=["all is well", "token", "organizations", "environment"],
)
def test_the_setup_tests_report_problems(
    account: Account, settings: dict[str, str], reasons: list[str]
) -> None:
    """The three setup tests pass, or show one sentence each."""
    account.reset(spaces=2)
    given = {"access_token": TOKEN, "base_url": account.url, **settings}
    results: dict[str, Any] = {
        label: check(given) for label, check in connector.configuration_form()._tests
    }
    assert list(results) == TESTS
    failing = TESTS[len(TESTS) - len(reasons) :]
    assert [label for label, result in results.items() if not result.success] == failing
    shown = [result.failure for result in results.values() if not result.success]
    assert [one for one, reason in zip(shown, reasons) if reason not in one] == []


def _loaded_again() -> ModuleType:
    """Return `connector.py` as the SDK loads it."""
    found = importlib.util.spec_from_file_location("loaded_again", connector.__file__)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_an_sdk_without_setup_forms_is_supported(monkeypatch: pytest.MonkeyPatch) -> None:
    """With an SDK that has no setup forms, as on Python 3.9, the connector has no form."""
    loaded = _loaded_again()
    assert loaded.connector.configuration_form_method is loaded.configuration_form
    monkeypatch.delattr(fivetran_connector_sdk, "ConfigurationForm")
    loaded = _loaded_again()
    assert loaded.connector.configuration_form_method is None
    assert loaded.connector.update_method is loaded.update
