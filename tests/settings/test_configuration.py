"""Settings: what is accepted, what is refused, and in which words."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from contentful_cma.settings.configuration import unknown_keys
from contentful_cma.settings.options import SETTINGS
from contentful_cma.tables import configure

CONNECTOR = Path(__file__).parents[2] / "connector"
TOKEN = "CFPAT-abcdef0123456789"
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


def test_only_the_token_is_required() -> None:
    """A token alone gives the documented defaults."""
    read = configure({"access_token": f" {TOKEN} "})
    assert read.access_token == TOKEN
    assert {key: getattr(read, key) for key in DEFAULTS} == DEFAULTS


def test_blanks_and_placeholders_are_unset() -> None:
    """Blank values and untouched placeholders count as unset."""
    shipped = json.loads((CONNECTOR / "configuration.json").read_text())
    for blank in ("", "  ", None):
        given = {**shipped, **dict.fromkeys(("region", "space_ids"), blank), "access_token": TOKEN}
        read = configure(given)
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
def test_what_is_accepted(key: str, given: str, expected: object) -> None:
    """Each setting takes what its row in the documentation accepts."""
    assert getattr(configure({"access_token": TOKEN, key: given}), key) == expected


def test_the_region_decides_the_host() -> None:
    """`region: eu` asks api.eu.contentful.com."""
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
def test_what_is_refused(key: str, given: object) -> None:
    """A wrong value is one ValueError with the key, what was given and what is accepted."""
    accepted = next(setting.accepted for setting in SETTINGS if setting.key == key)
    with pytest.raises(ValueError, match="cannot be used") as refused:
        configure({"access_token": TOKEN, key: given})
    assert f"{key}: given {given!r}, accepted is {accepted}." in str(refused.value)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (7, "a number"),
        (0.5, "a number"),
        (True, "true or false"),
        (["a"], "a list"),
        ({"a": "b"}, "an object"),
    ],
)
def test_only_texts_are_accepted(given: object, told: str) -> None:
    """A value that is no text is named by its key and by what JSON calls it, never repeated."""
    sentence = (
        f"space_ids: given {told}, accepted is ids separated by commas, as a text in quotes."
    )
    with pytest.raises(ValueError, match=re.escape(sentence)):
        configure({"access_token": TOKEN, "space_ids": given})
    with pytest.raises(ValueError, match=f"access_token: given {told}, accepted is a personal"):
        configure({"access_token": given})


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    """A `base_url` with user info is refused with what was given but for the user info."""
    given = {"access_token": TOKEN, "base_url": "https://ann:pass/w@rd@api.contentful.com"}
    with pytest.raises(ValueError, match="base_url: given") as refused:
        configure(given)
    assert "'https://<user>@api.contentful.com'" in str(refused.value)


@pytest.mark.parametrize(
    ("token", "told"),
    [
        *((missing, "nothing") for missing in ("", " ", None)),
        ("<ACCESS_TOKEN>", "the placeholder"),
        *(
            (odd, "a text that cannot be one")
            for odd in ("with space", "a-tok\u00e9n", "x", "7-chars")
        ),
    ],
)
def test_a_token_that_cannot_be_one(token: object, told: str) -> None:
    """A missing, untouched, unprintable or short token is refused, and never repeated."""
    with pytest.raises(ValueError, match=f"access_token: given {told}, accepted is a ") as refused:
        configure({"access_token": token})
    assert "with space" not in str(refused.value)
    assert "7-chars" not in str(refused.value)
    assert "tok\u00e9n" not in str(refused.value)


def test_all_problems_are_named_at_once() -> None:
    """Several wrong settings are one error that names them all."""
    given = {"region": "mars", "retry_attempts": "many", "space_ids": "?"}
    with pytest.raises(ValueError, match="cannot be used") as refused:
        configure(given)
    for key in ("access_token", *given):
        assert f"{key}: given" in str(refused.value)


def test_a_token_in_the_wrong_field_is_not_repeated() -> None:
    """A token that was pasted into another field does not come back in the message."""
    with pytest.raises(ValueError, match="region") as refused:
        configure({"access_token": TOKEN, "region": TOKEN})
    assert TOKEN not in str(refused.value)
    assert TOKEN not in repr(configure({"access_token": TOKEN}))
    assert TOKEN not in str(unknown_keys({"access_token": TOKEN, TOKEN: "x"}))


def test_another_token_in_the_wrong_field_is_not_repeated() -> None:
    """What looks like a token of the CMA does not come back, even if it is not the one in use."""
    other = "CFPAT-a-second-token"
    with pytest.raises(ValueError, match="region") as refused:
        configure({"access_token": TOKEN, "region": other})
    assert other not in str(refused.value)
    assert other not in str(unknown_keys({"access_token": TOKEN, other: "x"}))


def test_unknown_keys_are_named_with_the_nearest_one() -> None:
    """An unknown key is a sentence with the nearest known one; known keys are none."""
    sentences = unknown_keys({"access_token": TOKEN, "retries": "1", "enviroment_id": "x"})
    assert len(sentences) == 2
    assert "'retries'" in sentences[0]
    assert "retry_attempts" in sentences[0]
    assert "'enviroment_id'" in sentences[1]
    assert "environment_id" in sentences[1]


def test_all_is_everything_but_what_asks_per_parent() -> None:
    """`tables: all` selects every group but `history`, which can be named beside it."""
    everything = configure({"access_token": TOKEN, "tables": "all"}).tables.keys()
    assert {"SPACES", "ENTRIES", "WEBHOOK_HEALTH", "EXPERIENCES"} <= everything
    assert not {"ENTRY_SNAPSHOTS", "COMMENTS", "TASKS", "WEBHOOK_CALLS"} & everything
    both = configure({"access_token": TOKEN, "tables": "all, history"}).tables.keys()
    assert both - everything == {
        "BULK_OPERATIONS",
        "COMMENTS",
        "CONTENT_TYPE_SNAPSHOTS",
        "ENTRY_SNAPSHOTS",
        "RELEASE_ENTITIES",
        "TASKS",
        "WEBHOOK_CALLS",
        "WORKFLOW_STEPS",
    }


def test_an_unknown_table_is_named_with_the_nearest_one() -> None:
    """A word that is no table and no group is refused, with the nearest one that is."""
    with pytest.raises(ValueError, match=r"tables: given 'SPACE'.*the nearest is SPACES"):
        configure({"access_token": TOKEN, "tables": "core, SPACE"})


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
def test_the_most_specific_rhythm_counts(
    given: str, tag: float | None, locale: float | None, usage: float, space: None
) -> None:
    """A table's own word before its group's, that before `all`; usage has its own day till then.

    What each sync makes has none.
    """
    found = configure({"access_token": TOKEN, "tables": given}).tables
    named = ("TAGS", "LOCALES", "SPACE_USAGE", "SPACES")
    assert tuple(found[name] for name in named) == (tag, locale, usage, space)


@pytest.mark.parametrize(
    ("given", "accepted"),
    [
        ("TAGS@", "after @ is a number of hours or days above 0, such as 6h or 1d"),
        ("TAGS@0h", "after @ is a number of hours or days above 0, such as 6h or 1d"),
        ("TAGS@6", "after @ is a number of hours or days above 0, such as 6h or 1d"),
        ("TAGS@6h@1d", "after @ is a number of hours or days above 0, such as 6h or 1d"),
        ("core@6h", "is core without a rhythm"),
        ("SPACES@1d", "is SPACES without a rhythm"),
        ("SYNCS@1d", "is SYNCS without a rhythm"),
        ("tags@1D", "is one rhythm for TAGS"),
    ],
)
def test_a_rhythm_that_cannot_be_one_is_refused(given: str, accepted: str) -> None:
    """What is wrong with a rhythm is told in the words of the setting."""
    sentence = f"tables: given {given!r}, accepted {accepted}."
    with pytest.raises(ValueError, match=re.escape(sentence)):
        configure({"access_token": TOKEN, "tables": f"TAGS@6h, {given}"})
