"""Settings: accepted values, defaults and error messages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from contentful_cma.settings.configuration import REMEDY, unknown_keys
from contentful_cma.settings.options import SETTINGS
from contentful_cma.tables import configure

CONNECTOR = Path(__file__).parents[2] / "connector"
TOKEN = "CFPAT-abcdef0123456789"
AFTER_AT = "have a number of hours or days above 0 after @, such as 6h or 1d"
DEFAULTS: dict[str, object] = {
    "environment_id": ("master",),
    "sync_frequency_hours": None,
    "initial_sync_days": None,
    "max_records_per_page": 1000,
    "request_timeout_seconds": 30.0,
    "retry_attempts": 5,
    "enable_incremental_sync": True,
    "enable_debug_logging": False,
    "organization_ids": frozenset(),
    "space_ids": frozenset(),
    "region": "us",
    "base_url": "https://api.contentful.com",
    "requests_per_second": None,
    "tables": {"ORGANIZATIONS": None, "SPACES": None},
    "personal_data": "include",
}


def problems(given: Mapping[str, object]) -> list[str]:
    """Return the lines of the error for a configuration."""
    with pytest.raises(ValueError, match=REMEDY) as refused:
        configure(given)
    return str(refused.value).splitlines()


def test_only_the_token_is_required() -> None:
    """With only a token, all other settings have the documented defaults."""
    read = configure({"access_token": f" {TOKEN} "})
    assert read.access_token == TOKEN
    assert {key: getattr(read, key) for key in DEFAULTS} == DEFAULTS


PLACEHOLDERS_OF_1_0_0 = {
    "environment_id": "<an environment id, ids separated by commas, or *; unset: master>",
    "sync_frequency_hours": "<a number above 0; unset: every run>",
    "base_url": "<an https URL without user, query or fragment (http only for a loopback host);"
    " unset: from region>",
}


@pytest.mark.parametrize("blank", ["", "  ", None])
@pytest.mark.parametrize("placeholders", [{}, PLACEHOLDERS_OF_1_0_0], ids=["now", "1.0.0"])
def test_blanks_and_placeholders_are_unset(
    blank: str | None, placeholders: dict[str, str]
) -> None:
    """Blank values and untouched placeholders, also of 1.0.0, count as unset."""
    shipped = json.loads((CONNECTOR / "configuration.json").read_text()) | placeholders
    blanks = dict.fromkeys(("region", "space_ids"), blank)
    read = configure({**shipped, **blanks, "access_token": TOKEN})
    assert {key: getattr(read, key) for key in DEFAULTS} == DEFAULTS


@pytest.mark.parametrize(
    ("key", "given", "expected"),
    [
        ("environment_id", "master, staging ,master", ("master", "staging")),
        ("environment_id", "*", ("*",)),
        ("sync_frequency_hours", "0.5", 0.5),
        ("initial_sync_days", "1", 1),
        ("initial_sync_days", "365", 365),
        ("max_records_per_page", "1", 1),
        ("request_timeout_seconds", "600", 600.0),
        ("retry_attempts", "0", 0),
        ("retry_attempts", "20", 20),
        ("enable_incremental_sync", "OFF", False),
        ("enable_incremental_sync", "No", False),
        ("enable_incremental_sync", "0", False),
        ("enable_debug_logging", "Yes", True),
        ("enable_debug_logging", "1", True),
        ("enable_debug_logging", "on", True),
        ("organization_ids", "a,b", frozenset({"a", "b"})),
        ("space_ids", " 00123 , a.b-c_d ", frozenset({"00123", "a.b-c_d"})),
        ("region", "EU", "eu"),
        ("base_url", "https://cma.example.com/", "https://cma.example.com"),
        ("base_url", "http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("base_url", "http://localhost:8000", "http://localhost:8000"),
        ("base_url", "http://[::1]:8000", "http://[::1]:8000"),
        ("requests_per_second", "2.5", 2.5),
        ("tables", "Content, locales", dict.fromkeys(("ENTRIES", "ASSETS", "LOCALES"))),
        ("personal_data", "HASH", "hash"),
    ],
)
def test_accepted_values(key: str, given: str, expected: object) -> None:
    """Each setting takes the values that the documentation accepts."""
    assert getattr(configure({"access_token": TOKEN, key: given}), key) == expected


def test_the_region_decides_the_host() -> None:
    """`region: eu` selects api.eu.contentful.com."""
    read = configure({"access_token": TOKEN, "region": "eu"})
    assert read.base_url == "https://api.eu.contentful.com"


@pytest.mark.parametrize(
    ("key", "given"),
    [
        ("environment_id", "a/b"),
        ("environment_id", ","),
        ("environment_id", "x" * 65),
        ("environment_id", "master,*"),
        ("sync_frequency_hours", "0"),
        ("sync_frequency_hours", "-1"),
        ("sync_frequency_hours", "nan"),
        ("sync_frequency_hours", "inf"),
        ("sync_frequency_hours", "1e999"),
        ("initial_sync_days", "0"),
        ("initial_sync_days", "366"),
        ("initial_sync_days", "30.5"),
        ("initial_sync_days", "12.0"),
        ("initial_sync_days", "\uff11\uff12"),
        ("max_records_per_page", "1001"),
        ("max_records_per_page", "0"),
        ("max_records_per_page", "ten"),
        ("request_timeout_seconds", "601"),
        ("request_timeout_seconds", "0.5"),
        ("retry_attempts", "21"),
        ("retry_attempts", "-1"),
        ("enable_incremental_sync", "maybe"),
        ("enable_debug_logging", "2"),
        ("organization_ids", "a b"),
        ("space_ids", "../x"),
        ("region", "mars"),
        ("base_url", "api.contentful.com"),
        ("base_url", "http://api.contentful.com"),
        ("base_url", "http://localhost.example.com"),
        ("base_url", "https://api.contentful.com?x=1"),
        ("base_url", "https://api.contentful.com#x"),
        ("base_url", "ftp://api.contentful.com"),
        ("base_url", "https://"),
        ("base_url", "https://[::1"),
        ("base_url", "https://host:99999"),
        ("base_url", "https://exa mple.com"),
        ("requests_per_second", "0"),
        ("requests_per_second", "fast"),
        ("personal_data", "drop"),
        ("tables", ","),
    ],
)
def test_a_wrong_value_is_refused(key: str, given: object) -> None:
    """The error names the key, the rule and the value, then the remedy."""
    accepted = next(setting.accepted for setting in SETTINGS if setting.key == key)
    expected = [f"{key} must be {accepted} (got {given!r}).", REMEDY]
    assert problems({"access_token": TOKEN, key: given}) == expected


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (7, "a number"),
        (0.5, "a number"),
        (True, "true or false"),
        (["a"], "a list"),
        ({"a": "b"}, "an object"),
    ],
)
def test_only_texts_are_accepted(given: object, kind: str) -> None:
    """The error for a value that is not a text shows the type, not the value."""
    rule = "space ids separated by commas, as text in quotes"
    sentence = f"space_ids must be {rule} (got {kind})."
    assert problems({"access_token": TOKEN, "space_ids": given}) == [sentence, REMEDY]
    assert problems({"access_token": given})[0].endswith(f", as text in quotes (got {kind}).")


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    """The error for a `base_url` with a password shows the URL without user and password."""
    given = {"access_token": TOKEN, "base_url": "https://ann:pass/w@rd@api.contentful.com"}
    sentence, _ = problems(given)
    assert sentence.startswith("base_url must be an https URL ")
    assert sentence.endswith(" (got 'https://<user>@api.contentful.com').")


@pytest.mark.parametrize(
    ("token", "got"),
    [
        *((missing, "nothing") for missing in ("", " ", None)),
        ("<ACCESS_TOKEN>", "the placeholder"),
        *(
            (odd, "a value that is not shown")
            for odd in ("with space", "a-tok\u00e9n", "x", "7-chars")
        ),
    ],
)
def test_a_wrong_token_is_refused_and_not_shown(token: object, got: str) -> None:
    """A missing, untouched, unprintable or short token is refused and never shown."""
    sentence, remedy = problems({"access_token": token})
    assert sentence == (
        "access_token must be a personal access token of the CMA, at least 8 printable ASCII"
        f" characters without spaces (got {got})."
    )
    assert remedy == REMEDY


def test_all_problems_are_one_error() -> None:
    """Several wrong settings are one error with a line for each setting."""
    given = {"retry_attempts": "many", "space_ids": "?", "region": "mars"}
    *sentences, remedy = problems(given)
    assert [one.split()[0] for one in sentences] == ["access_token", *given]
    assert remedy == REMEDY


def test_a_token_in_the_wrong_field_is_not_shown() -> None:
    """The error for a token in another field does not show the token."""
    with pytest.raises(ValueError, match="region") as refused:
        configure({"access_token": TOKEN, "region": TOKEN})
    assert TOKEN not in str(refused.value)
    assert TOKEN not in repr(configure({"access_token": TOKEN}))
    assert TOKEN not in str(unknown_keys({"access_token": TOKEN, TOKEN: "x"}))


def test_another_token_in_the_wrong_field_is_not_shown() -> None:
    """No error shows a text that looks like a CMA token, even if it is not the token in use."""
    other = "CFPAT-a-second-token"
    with pytest.raises(ValueError, match="region") as refused:
        configure({"access_token": TOKEN, "region": other})
    assert other not in str(refused.value)
    assert other not in str(unknown_keys({"access_token": TOKEN, other: "x"}))


def test_unknown_keys_are_reported_with_the_nearest_setting() -> None:
    """Each unknown key gives a warning with the nearest setting; known keys give none."""
    assert unknown_keys({"access_token": TOKEN, "retries": "1", "enviroment_id": "x"}) == [
        "Unknown setting 'retries' is ignored. Did you mean retry_attempts?",
        "Unknown setting 'enviroment_id' is ignored. Did you mean environment_id?",
    ]


def test_all_selects_every_group_except_history() -> None:
    """`tables: all` selects every group except `history`, which can be added by name."""
    everything = configure({"access_token": TOKEN, "tables": "all"}).tables.keys()
    assert {"SPACES", "ENTRIES", "WEBHOOK_HEALTH", "EXPERIENCES"} <= everything
    assert not {"ENTRY_SNAPSHOTS", "COMMENTS", "TASKS", "WEBHOOK_CALLS"} & everything
    both = configure({"access_token": TOKEN, "tables": "all, history"}).tables.keys()
    assert both - everything == {
        "BULK_OPERATIONS",
        "COMMENTS",
        "CONTENT_TYPE_SNAPSHOTS",
        "ENTRY_SNAPSHOTS",
        "ENVIRONMENT_TEMPLATE_INSTALLATIONS",
        "RELEASE_ENTITIES",
        "TASKS",
        "WEBHOOK_CALLS",
        "WORKFLOW_STEPS",
    }


def test_an_unknown_table_is_reported_with_the_nearest_one() -> None:
    """A word that is neither a table nor a group is refused, with the nearest name."""
    sentence, _ = problems({"access_token": TOKEN, "tables": "core, SPACE"})
    assert sentence.startswith("tables must be table names or groups: core, people, ")
    assert sentence.endswith(" (got 'SPACE'). Did you mean SPACES?")


@pytest.mark.parametrize(
    ("given", "tag", "locale", "usage", "space"),
    [
        ("all", None, None, 24, None),
        ("all@6h", 6, 6, 24, None),
        ("all@2d", 48, 48, 24, None),
        ("all@6h, usage@1h", 6, 6, 1, None),
        ("SPACE_USAGE@0.5d, usage, all @ 6H", 6, 6, 12, None),
        ("TAGS@1h, all@6h, structure@1d, core", 1, 24, 24, None),
        ("structure, all@6h, LOCALES@2h", None, 2, 24, None),
    ],
)
def test_the_most_specific_interval_counts(
    given: str, tag: float | None, locale: float | None, usage: float, space: None
) -> None:
    """A table's interval overrides its group's, which overrides that of `all`.

    The default of `usage`, a day, overrides that of `all` too; `core` has no interval.
    """
    found = configure({"access_token": TOKEN, "tables": given}).tables
    named = ("TAGS", "LOCALES", "SPACE_USAGE", "SPACES")
    assert tuple(found[name] for name in named) == (tag, locale, usage, space)


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        *((wrong, AFTER_AT) for wrong in ("TAGS@", "TAGS@0h", "TAGS@6", "TAGS@6h@1d")),
        ("core@6h", "have no interval for core, which every sync reads"),
        ("SPACES@1d", "have no interval for SPACES, which every sync reads"),
        ("SYNCS@1d", "have no interval for SYNCS, which every sync reads"),
        ("tags@1D", "give one interval for TAGS"),
    ],
)
def test_a_wrong_interval_is_refused(given: str, rule: str) -> None:
    """The error for a wrong interval shows the rule and the word with the interval."""
    sentence = f"tables must {rule} (got {given!r})."
    assert sentence in problems({"access_token": TOKEN, "tables": f"TAGS@6h, {given}"})
