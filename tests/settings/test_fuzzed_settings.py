"""Random settings: a ValueError that names the wrong settings, or a Configuration."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from contentful_cma.settings.configuration import REMEDY, Configuration, unknown_keys
from contentful_cma.settings.options import SETTINGS
from contentful_cma.tables import configure

CONFIGURATIONS, CONFIGURATIONS_OF_A_PART = 3_000, 5_000

TOKEN = "CFPAT-abcdef0123456789"
KEYS = [setting.key for setting in SETTINGS]
WORDS = [
    *("", " ", "master", "*", "a,b", "a b", "../x", "x" * 65, ",", "<TABLES>", "<", "eu", "US"),
    *("0", "1", "-1", "0.5", "1e9", "1000", "1001", "365", "nan", "inf", "00", "1_000", "\u0661"),
    *("true", "NO", "on", "2", "hash", "exclude", "all", "core", "all, history", "ENTRIES,"),
    *("https://cma.example.com/", "https://a@b", "http://127.0.0.1:80", "http://example.com"),
    *(
        "https://",
        "https://[::1",
        "https://a:99999",
        "https://a?b",
        "https://a#b",
        "ftp://a",
        "//a",
    ),
    *("http://localhost\\@example.com", "http://127.0.0.1.example.com", "https://a/../b"),
    *("CFPAT-a-token", "tok\u00e9n", "a\nb", "\x00", "\ud800", "\u202e", "\U0001f600"),
]
ODD = [None, True, False, 0, -7, 10**40, 1.5, float("nan"), [], ["a"], {}, {"a": None}, b"x", ()]
ALPHABET = string.printable + "\x00\u00a0\u0130\u00df\u2028\ud83d\ufeff"


def a_value(chance: random.Random) -> Any:
    """Return a likely, an unlikely or an impossible value of a setting."""
    kind = chance.random()
    if kind < 0.6:
        return chance.choice(WORDS)
    if kind < 0.75:
        return "".join(chance.choices(ALPHABET, k=chance.randrange(12)))
    if kind < 0.85:
        return chance.choice((", ", ",", "", ".", "://")).join(chance.choices(WORDS, k=3))
    return chance.choice(ODD)


def a_key(chance: random.Random) -> Any:
    """Return a key of a setting most of the time, otherwise a similar or a random key."""
    kind, known = chance.random(), chance.choice(KEYS)
    if kind < 0.8:
        return known
    place = chance.randrange(len(known))
    return chance.choice((known.upper(), known[:place], f" {known}", str(a_value(chance)), 7))


def a_configuration(chance: random.Random) -> dict[Any, Any]:
    """Return some settings, most of the time with a valid token."""
    given = {a_key(chance): a_value(chance) for _ in range(chance.randrange(8))}
    if chance.random() < 0.8:
        given["access_token"] = TOKEN
    return given


def is_usable(read: Configuration) -> bool:
    """Return whether the documentation allows each value."""
    host = urlsplit(read.base_url)
    numbers = (read.sync_frequency_hours, read.requests_per_second)
    return (
        1 <= read.max_records_per_page <= 1000
        and 1 <= read.request_timeout_seconds <= 600
        and 0 <= read.retry_attempts <= 20
        and read.initial_sync_days in (None, *range(1, 366))
        and all(number is None or 0 < number < float("inf") for number in numbers)
        and bool(read.environment_id and read.tables)
        and read.region in ("us", "eu")
        and read.personal_data in ("include", "hash", "exclude")
        and type(read.enable_incremental_sync) is type(read.enable_debug_logging) is bool
        and re.search(r"[?#@\\\s]", read.base_url) is None
        and (host.scheme == "https" or host.hostname in ("127.0.0.1", "localhost", "::1"))
    )


def check(given: dict[Any, Any]) -> bool:
    """Check the result for a configuration, and return whether it is valid."""
    sentences = unknown_keys(given)
    assert len(sentences) == len([key for key in given if key not in KEYS])
    try:
        read = configure(given)
    except ValueError as refused:
        sentence = str(refused)
    else:
        assert is_usable(read), read
        return True
    named = set(re.findall(r"^(\w+) must ", sentence, re.MULTILINE)) & set(KEYS)
    assert named, sentence
    assert named <= {*given, "access_token"}
    # The error names all wrong settings: the rest is valid.
    rest = {key: value for key, value in given.items() if key not in named}
    assert is_usable(configure({"access_token": TOKEN, **rest}))
    assert TOKEN not in sentence
    return False


def fuzz(count: int, part: int = 0) -> None:
    """Check *count* configurations, the same in each run; both outcomes must be common."""
    chance = random.Random(5 + part)  # noqa: S311 - the same numbers in each run
    usable = sum(check(a_configuration(chance)) for _ in range(count))
    assert count / 20 < usable < count - count / 20


def test_any_configuration_is_usable_or_refused() -> None:
    """A random configuration is valid, or a ValueError names all wrong settings."""
    fuzz(CONFIGURATIONS)


@pytest.mark.deep
def test_very_many_configurations_are_usable_or_refused(
    part: int, record_property: Callable[[str, object], None]
) -> None:
    """Each of 100,000 random configurations is valid, or a ValueError names all wrong settings."""
    fuzz(CONFIGURATIONS_OF_A_PART, part)
    record_property("configurations", CONFIGURATIONS_OF_A_PART)


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (None, "null"),
        (7, "a number"),
        ("text", "a text"),
        ([("access_token", TOKEN)], "a list"),
        (b"", "a bytes"),
        (True, "true or false"),
    ],
)
def test_only_a_mapping_is_accepted(given: Any, kind: str) -> None:
    """A configuration that is not a JSON object is a ValueError with its type."""
    with pytest.raises(ValueError, match=rf"must be a JSON object \(got {kind}\)\.\n{REMEDY}"):
        configure(given)


@pytest.mark.parametrize("url", ["https://a?", "https://a#", "https://a\\b"])
def test_a_base_url_must_allow_a_path(url: str) -> None:
    """A `base_url` with a character that would end or change the path after it is refused."""
    with pytest.raises(ValueError, match=r"^base_url must be "):
        configure({"access_token": TOKEN, "base_url": url})
