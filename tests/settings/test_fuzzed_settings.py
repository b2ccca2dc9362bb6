"""Any settings at all: a ValueError that names what is wrong, or a Configuration."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from contentful_cma.settings.configuration import Configuration, unknown_keys
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
    """Return a key that is mostly one of ours, else nearly one or none."""
    kind, known = chance.random(), chance.choice(KEYS)
    if kind < 0.8:
        return known
    place = chance.randrange(len(known))
    return chance.choice((known.upper(), known[:place], f" {known}", str(a_value(chance)), 7))


def a_configuration(chance: random.Random) -> dict[Any, Any]:
    """Return some settings, most times with a token that can be one."""
    given = {a_key(chance): a_value(chance) for _ in range(chance.randrange(8))}
    if chance.random() < 0.8:
        given["access_token"] = TOKEN
    return given


def is_usable(read: Configuration) -> bool:
    """Tell whether each value is one that the documentation allows."""
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
    """Check what becomes of a configuration, and tell whether it can be used."""
    sentences = unknown_keys(given)
    assert len(sentences) == len([key for key in given if key not in KEYS])
    try:
        read = configure(given)
    except ValueError as refused:
        sentence = str(refused)
    else:
        assert is_usable(read), read
        return True
    named = set(re.findall(r"(?:^|[.] )(\w+): given ", sentence)) & set(KEYS)
    assert named, sentence
    assert named <= {*given, "access_token"}
    # What it names is all that is wrong: without it the rest can be used.
    rest = {key: value for key, value in given.items() if key not in named}
    assert is_usable(configure({"access_token": TOKEN, **rest}))
    assert TOKEN not in sentence
    return False


def fuzz(count: int, part: int = 0) -> None:
    """Check so many configurations, the same ones each time; both outcomes must be common."""
    chance = random.Random(5 + part)  # noqa: S311 - the same numbers in each run
    usable = sum(check(a_configuration(chance)) for _ in range(count))
    assert count / 20 < usable < count - count / 20


def test_any_configuration_is_refused_by_name_or_used() -> None:
    """Whatever the keys and values: a ValueError that names all that is wrong, or settings."""
    fuzz(CONFIGURATIONS)


@pytest.mark.deep
def test_very_many_configurations_are_refused_by_name_or_used(
    part: int, record_property: Callable[[str, object], None]
) -> None:
    """Any of 100,000 configurations is refused by what is wrong with it, or used."""
    fuzz(CONFIGURATIONS_OF_A_PART, part)
    record_property("configurations", CONFIGURATIONS_OF_A_PART)


@pytest.mark.parametrize("given", [None, 7, "text", [], [("access_token", TOKEN)], b"", True])
def test_what_is_no_mapping_is_refused(given: Any) -> None:
    """Anything but a JSON object is a ValueError that says what it was."""
    with pytest.raises(
        ValueError, match=f"must be a JSON object, given was a {type(given).__name__}"
    ):
        configure(given)


@pytest.mark.parametrize("url", ["https://a?", "https://a#", "https://a\\b"])
def test_a_base_url_that_no_path_can_follow_is_refused(url: str) -> None:
    """A path is put behind the URL, so nothing may stand in it that ends or bends a path."""
    with pytest.raises(ValueError, match="base_url: given "):
        configure({"access_token": TOKEN, "base_url": url})
