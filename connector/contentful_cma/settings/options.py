"""Every setting: how it is written, what it means, and how its text is read.

`SETTINGS` is the only place that lists them.  The setup form, ``configuration.json`` and the
tables in the READMEs are made from it or checked against it.
"""

from __future__ import annotations

import ipaddress
import math
import re
from dataclasses import dataclass
from typing import Any, Callable
from urllib.parse import SplitResult, urlsplit

from contentful_cma.redact import SHORTEST_TOKEN

HOSTS = {"us": "https://api.contentful.com", "eu": "https://api.eu.contentful.com"}
"""Where each region answers
(https://www.contentful.com/developers/docs/references/content-management-api/)."""

PERSONAL_DATA = ("include", "hash", "exclude")
"""What can be done with e-mail addresses, names and avatars."""

PLACEHOLDER = re.compile(r"<[^<>]*>\Z")
_TOKEN = re.compile(r"[\x21-\x7e]+\Z")
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")
_INTEGER = re.compile(r"[0-9]{1,9}\Z")
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?\Z")
_USER_INFO = re.compile(r"//[^\s]*@")
_LONGEST_ECHO = 80


@dataclass(frozen=True)
class Setting:
    """One setting: how it is written, what it means, and how its text is read.

    ``parse`` takes the stripped text and raises ValueError for what is not ``accepted``;
    ``default`` is the text that stands for an unset value, None where there is no such text.
    """

    key: str
    label: str
    accepted: str
    default: str | None
    shown_default: str
    meaning: str
    parse: Callable[[str], Any]
    choices: tuple[str, ...] = ()
    secret: bool = False

    def read(self, given: Any) -> Any:
        """Return the value of the setting; ValueError says what was given and is accepted."""
        if given is not None and not isinstance(given, str):
            raise ValueError(f"{self._sentence(_kind(given))[:-1]}, as a text in quotes.")
        stripped = (given or "").strip()
        if not stripped or PLACEHOLDER.match(stripped):
            return self._unset(stripped)
        try:
            return self.parse(stripped)
        except ValueError:
            given = "a text that cannot be one" if self.secret else quoted(stripped)
            raise ValueError(self._sentence(given)) from None

    def _unset(self, given: str) -> Any:
        """Return the value of a setting that was left out; ValueError for the token."""
        if self.key == "access_token":
            raise ValueError(self._sentence("the placeholder" if given else "nothing"))
        return None if self.default is None else self.parse(self.default)

    def _sentence(self, given: str) -> str:
        """Return in words what was given and what is accepted."""
        return f"{self.key}: given {given}, accepted is {self.accepted}."


def quoted(text: str) -> str:
    """Return a text as a message may show it."""
    # Somebody may have pasted an address with a password.
    text = _USER_INFO.sub("//<user>@", text)
    short = text if len(text) <= _LONGEST_ECHO else text[:_LONGEST_ECHO] + "..."
    return repr(short)


def _kind(given: Any) -> str:
    """Return what JSON calls a value that is no text."""
    if isinstance(given, bool):
        return "true or false"
    kinds = {int: "a number", float: "a number", list: "a list", dict: "an object"}
    return kinds.get(type(given), f"a {type(given).__name__}")


def _require(*, condition: bool) -> None:
    """Raise ValueError unless the *condition* holds."""
    if not condition:
        raise ValueError


def _token(text: str) -> str:
    """Return a token: printable ASCII without spaces, and more than a word."""
    _require(condition=_TOKEN.match(text) is not None and len(text) >= SHORTEST_TOKEN)
    return text


def _ids(text: str) -> tuple[str, ...]:
    """Return ids that are separated by commas, each once."""
    ids = tuple(part.strip() for part in text.split(",") if part.strip())
    _require(condition=bool(ids) and all(_ID.match(one) for one in ids))
    return tuple(dict.fromkeys(ids))


def _environments(text: str) -> tuple[str, ...]:
    """Return ids of environments, or `*` alone."""
    return ("*",) if text == "*" else _ids(text)


def _list(text: str) -> tuple[str, ...]:
    """Return words that are separated by commas; at least one."""
    words = tuple(part.strip() for part in text.split(",") if part.strip())
    _require(condition=bool(words))
    return words


def _personal_data(text: str) -> str:
    """Return what to do with personal data."""
    _require(condition=text.lower() in PERSONAL_DATA)
    return text.lower()


def _id_set(text: str) -> frozenset[str]:
    """Return ids, none for a blank text."""
    return frozenset(_ids(text)) if text else frozenset()


def _integer(least: int, most: int) -> Callable[[str], int]:
    """Return a function that reads a whole number from *least* to *most*."""

    def parse(text: str) -> int:
        """Return the number."""
        _require(condition=_INTEGER.match(text) is not None and least <= int(text) <= most)
        return int(text)

    return parse


def _positive(most: float = math.inf, least: float = 0.0) -> Callable[[str], float]:
    """Return a function that reads a number above 0, from *least* to *most*."""

    def parse(text: str) -> float:
        """Return the number."""
        _require(condition=_NUMBER.match(text) is not None)
        _require(condition=float(text) > 0 and least <= float(text) <= most)
        return float(text)

    return parse


def _boolean(text: str) -> bool:
    """Return whether a text says yes."""
    found = {"true": True, "yes": True, "1": True, "on": True}.get(text.lower())
    if found is None:
        _require(condition=text.lower() in ("false", "no", "0", "off"))
    return bool(found)


def _region(text: str) -> str:
    """Return the name of a region."""
    _require(condition=text.lower() in HOSTS)
    return text.lower()


def _base_url(text: str) -> str:
    """Return the address of a host, blank for that of the region."""
    if not text:
        return ""
    parts = urlsplit(text)
    allowed = ("https", "http") if _is_loopback(parts) else ("https",)
    _require(condition=parts.scheme in allowed and bool(parts.hostname))
    # In the text itself: an empty query or fragment is no part of what `urlsplit` gives.
    _require(condition=not set("?#@\\") & set(text))
    _require(condition=_TOKEN.match(text) is not None and (parts.port or 1) > 0)
    return text.rstrip("/")


def _is_loopback(parts: SplitResult) -> bool:
    """Tell whether an address is this machine's own."""
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.hostname == "localhost"


_TRUTH = "true, false, yes, no, 1, 0, on or off"

SETTINGS = (
    Setting(
        "access_token",
        "Access token",
        "a personal access token of the CMA, at least 8 printable ASCII characters without spaces",
        None,
        "required",
        "Personal access token of the Content Management API.",
        _token,
        secret=True,
    ),
    Setting(
        "environment_id",
        "Environments",
        "an environment id, ids separated by commas, or *",
        "master",
        "`master`",
        "Environments to read; the first one's default locale is the space's where the API gives"
        " none (`*`: that of `master`).",
        _environments,
    ),
    Setting(
        "sync_frequency_hours",
        "Hours between syncs",
        "a number above 0",
        None,
        "every run",
        "Skip a run that comes earlier than this after the last one (10 % or 10 minutes early is"
        " still on time, whichever is less).",
        _positive(),
    ),
    Setting(
        "initial_sync_days",
        "Days of history",
        "a whole number from 1 to 365",
        None,
        "all history",
        "How far back the first sync of a table reaches, by the time of a record's last update.",
        _integer(1, 365),
    ),
    Setting(
        "max_records_per_page",
        "Records per request",
        "a whole number from 1 to 1000",
        "1000",
        "`1000`",
        "Records per request; endpoints with a lower maximum get theirs.",
        _integer(1, 1000),
    ),
    Setting(
        "request_timeout_seconds",
        "Time-out in seconds",
        "a number from 1 to 600",
        "30",
        "`30`",
        "Time-out of one request, in seconds.",
        _positive(600, 1),
    ),
    Setting(
        "retry_attempts",
        "Retries",
        "a whole number from 0 to 20",
        "5",
        "`5`",
        "Retries after a failed request.",
        _integer(0, 20),
    ),
    Setting(
        "enable_incremental_sync",
        "Incremental sync",
        _TRUTH,
        "true",
        "`true`",
        "`false`: read and write everything in every sync.",
        _boolean,
        ("true", "false"),
    ),
    Setting(
        "enable_debug_logging",
        "Log every request",
        _TRUTH,
        "false",
        "`false`",
        "Log every request (never a token, never a body).",
        _boolean,
        ("true", "false"),
    ),
    Setting(
        "tables",
        "Tables",
        "table names and groups separated by commas, or all, each with a rhythm if wanted",
        "core",
        "`core`",
        "What to sync: groups (`core`, `people`, `structure`, `model`, `content`, `work`,"
        " `usage`, `history`, `experience`), table names, or `all`, which is every group but"
        " `history`, whose tables ask once for each parent record."
        " And how often: `model@6h`, `TAGS@1d`, `all@12h`; without a rhythm in every sync"
        " (`usage`: once a day). The most specific one counts; `core` takes none. `SYNCS`, one row"
        " a sync, comes only when it is named.",
        _list,
    ),
    Setting(
        "organization_ids",
        "Organizations",
        "ids separated by commas",
        "",
        "all",
        "Organizations to read, with their spaces.",
        _id_set,
    ),
    Setting(
        "space_ids",
        "Spaces",
        "ids separated by commas",
        "",
        "all",
        "Spaces to read; also how a very large account is split over several connections.",
        _id_set,
    ),
    Setting(
        "region",
        "Region",
        "us or eu",
        "us",
        "`us`",
        "Where the account lives: `us` is api.contentful.com, `eu` is api.eu.contentful.com.",
        _region,
        tuple(HOSTS),
    ),
    Setting(
        "base_url",
        "Another host",
        "an https URL without user, query or fragment (http only for a loopback host)",
        "",
        "from `region`",
        "Another host than the region's, for tests.",
        _base_url,
    ),
    Setting(
        "personal_data",
        "Personal data",
        "include, hash or exclude",
        "include",
        "`include`",
        "E-mail addresses, names and avatars of people: as they are, as the SHA-256 of the"
        " lower-case value, or NULL.",
        _personal_data,
        PERSONAL_DATA,
    ),
    Setting(
        "requests_per_second",
        "Requests per second",
        "a number above 0",
        None,
        "what the API advertises",
        "An upper bound on requests per second, to leave room for others.",
        _positive(),
    ),
)
"""Every setting, in the order in which the form and the documents show them."""
