"""The setup form: what it asks for, and what its tests check."""

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


def test_the_form_asks_for_every_setting_in_its_kind() -> None:
    """A setting of few values is a list to choose from; only the token is hidden, and needed."""
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


def test_a_field_says_what_is_accepted_and_what_counts_if_it_is_empty() -> None:
    """Beside its label a field has its meaning, what is accepted, and the default."""
    (field,) = (one for one in connector.configuration_form()._fields if one.name == "region")
    assert (field.label, field.placeholder) == ("Region", "us")
    assert field.description == (
        "Where the account lives: `us` is api.contentful.com, `eu` is api.eu.contentful.com."
        " Accepted: us or eu."
    )


@pytest.mark.parametrize(
    ("settings", "reasons"),
    [
        ({}, []),
        ({"access_token": "CFPAT-wrong"}, ["the access token was refused by"] * 3),
        (
            {"organization_ids": "nothing-like-it"},
            ["organization_ids must name ids that the account has", "allow has master"],
        ),
        ({"environment_id": "staging"}, ["allow has staging (environment_id)."]),
    ],
    ids=["all is well", "token", "organizations", "environment"],
)
def test_the_forms_tests_find_what_is_wrong(
    account: Account, settings: dict[str, str], reasons: list[str]
) -> None:
    """Three tests, from the token to the environment, pass or show one sentence each."""
    account.reset(spaces=2)
    given = {"access_token": TOKEN, "base_url": account.url, **settings}
    results: dict[str, Any] = {
        label: check(given) for label, check in connector.configuration_form()._tests
    }
    assert list(results) == TESTS
    failing = TESTS[len(TESTS) - len(reasons) :]
    assert [label for label, result in results.items() if not result.success] == failing
    told = [result.failure for result in results.values() if not result.success]
    assert [one for one, reason in zip(told, reasons) if reason not in one] == []


def _loaded_anew() -> ModuleType:
    """Return `connector.py` as the SDK loads it."""
    found = importlib.util.spec_from_file_location("loaded_anew", connector.__file__)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_an_sdk_without_setup_forms_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python 3.9 gets an SDK that knows no form: there the connector comes without one."""
    loaded = _loaded_anew()
    assert loaded.connector.configuration_form_method is loaded.configuration_form
    monkeypatch.delattr(fivetran_connector_sdk, "ConfigurationForm")
    loaded = _loaded_anew()
    assert loaded.connector.configuration_form_method is None
    assert loaded.connector.update_method is loaded.update
