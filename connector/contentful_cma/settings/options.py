"""The settings: key, description, default, accepted values, and the parser of each value.

`SETTINGS` is the only list of them.  The setup form, ``configuration.json`` and the tables in the
READMEs are generated from it or checked against it.
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
"""The API host of each region
(https://www.contentful.com/developers/docs/references/content-management-api/)."""

PERSONAL_DATA = ("include", "hash", "exclude")
"""The ways to write e-mail addresses, names and avatars."""

PLACEHOLDER = re.compile(r"<[^<>]*>\Z")
_TOKEN = re.compile(r"[\x21-\x7e]+\Z")
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")
_INTEGER = re.compile(r"[0-9]{1,9}\Z")
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?\Z")
_USER_INFO = re.compile(r"//[^\s]*@")
_LONGEST_ECHO = 80


@dataclass(frozen=True)
class Setting:
    """One setting.

    - ``accepted`` completes "KEY must be ...", and ``meaning`` describes the setting to users.
    - ``placeholder`` is the value in ``configuration.json``; untouched, it counts as unset.
    - ``default`` is the text parsed for an unset value, None if the value is then None.
    - ``parse`` takes the stripped text and raises ValueError if it is not ``accepted``.
    """

    key: str
    label: str
    placeholder: str
    accepted: str
    default: str | None
    shown_default: str
    meaning: str
    parse: Callable[[str], Any]
    choices: tuple[str, ...] = ()
    secret: bool = False

    def read(self, given: Any) -> Any:
        """Return the value of the setting; ValueError with rule and value if not accepted."""
        if given is not None and not isinstance(given, str):
            raise ValueError(self._sentence(kind_of(given), ", as text in quotes"))
        stripped = (given or "").strip()
        if not stripped or PLACEHOLDER.match(stripped):
            return self._unset(stripped)
        try:
            return self.parse(stripped)
        except ValueError:
            got = "a value that is not shown" if self.secret else quoted(stripped)
            raise ValueError(self._sentence(got)) from None

    def _unset(self, given: str) -> Any:
        """Return the value of an unset setting; ValueError for the token, which is required."""
        if self.key == "access_token":
            raise ValueError(self._sentence("the placeholder" if given else "nothing"))
        return None if self.default is None else self.parse(self.default)

    def _sentence(self, got: str, more: str = "") -> str:
        """Return the rule of the setting with the value that breaks the rule."""
        return f"{self.key} must be {self.accepted}{more} (got {got})."


def quoted(text: str) -> str:
    """Return a text in quotes for a message, shortened and without a password."""
    # Users may paste a URL that contains a password.
    text = _USER_INFO.sub("//<user>@", text)
    short = text if len(text) <= _LONGEST_ECHO else text[:_LONGEST_ECHO] + "..."
    return repr(short)


def kind_of(given: Any) -> str:
    """Return the JSON name of a value's type."""
    if isinstance(given, bool):
        return "true or false"
    kinds = {
        int: "a number",
        float: "a number",
        str: "a text",
        list: "a list",
        dict: "an object",
        type(None): "null",
    }
    return kinds.get(type(given), f"a {type(given).__name__}")


def _require(*, condition: bool) -> None:
    """Raise ValueError unless the *condition* holds."""
    if not condition:
        raise ValueError


def _token(text: str) -> str:
    """Return a token: printable ASCII without spaces, longer than a word."""
    _require(condition=_TOKEN.match(text) is not None and len(text) >= SHORTEST_TOKEN)
    return text


def _ids(text: str) -> tuple[str, ...]:
    """Return the ids of a comma-separated list, without duplicates."""
    ids = tuple(part.strip() for part in text.split(",") if part.strip())
    _require(condition=bool(ids) and all(_ID.match(one) for one in ids))
    return tuple(dict.fromkeys(ids))


def _environments(text: str) -> tuple[str, ...]:
    """Return environment ids, or only ``*``."""
    return ("*",) if text == "*" else _ids(text)


def _list(text: str) -> tuple[str, ...]:
    """Return the words of a comma-separated list; at least one."""
    words = tuple(part.strip() for part in text.split(",") if part.strip())
    _require(condition=bool(words))
    return words


def _personal_data(text: str) -> str:
    """Return the way to write personal data."""
    _require(condition=text.lower() in PERSONAL_DATA)
    return text.lower()


def _id_set(text: str) -> frozenset[str]:
    """Return ids; an empty set for a blank text."""
    return frozenset(_ids(text)) if text else frozenset()


def _integer(least: int, most: int) -> Callable[[str], int]:
    """Return a parser of whole numbers from *least* to *most*."""

    def parse(text: str) -> int:
        """Return the number."""
        _require(condition=_INTEGER.match(text) is not None and least <= int(text) <= most)
        return int(text)

    return parse


def _positive(most: float = math.inf, least: float = 0.0) -> Callable[[str], float]:
    """Return a parser of numbers above 0, from *least* to *most*."""

    def parse(text: str) -> float:
        """Return the number."""
        _require(condition=_NUMBER.match(text) is not None)
        _require(condition=float(text) > 0 and least <= float(text) <= most)
        return float(text)

    return parse


def _boolean(text: str) -> bool:
    """Return True or False for a text such as ``yes`` or ``off``."""
    found = {"true": True, "yes": True, "1": True, "on": True}.get(text.lower())
    if found is None:
        _require(condition=text.lower() in ("false", "no", "0", "off"))
    return bool(found)


def _region(text: str) -> str:
    """Return the name of a region in lower case."""
    _require(condition=text.lower() in HOSTS)
    return text.lower()


def _base_url(text: str) -> str:
    """Return a URL without trailing slashes; "" selects the region's host."""
    if not text:
        return ""
    parts = urlsplit(text)
    allowed = ("https", "http") if _is_loopback(parts) else ("https",)
    _require(condition=parts.scheme in allowed and bool(parts.hostname))
    # Checked in the text, because `urlsplit` drops an empty query or fragment.
    _require(condition=not set("?#@\\") & set(text))
    _require(condition=_TOKEN.match(text) is not None and (parts.port or 1) > 0)
    return text.rstrip("/")


def _is_loopback(parts: SplitResult) -> bool:
    """Return whether a URL points to this machine."""
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.hostname == "localhost"


_TRUTH = "true, false, yes, no, 1, 0, on or off"

SETTINGS = (
    Setting(
        key="access_token",
        label="Access token",
        placeholder="<YOUR_CONTENTFUL_CMA_ACCESS_TOKEN>",
        accepted="a personal access token of the CMA, at least 8 printable ASCII characters"
        " without spaces",
        default=None,
        shown_default="required",
        meaning="Personal access token of the Content Management API (CMA).",
        parse=_token,
        secret=True,
    ),
    Setting(
        key="environment_id",
        label="Environments",
        placeholder="<YOUR_CONTENTFUL_ENVIRONMENT_ID>",
        accepted="environment ids separated by commas, or * for all",
        default="master",
        shown_default="`master`",
        meaning="Environments to sync: ids, or `*` for all. If the API does not report a space's"
        " default locale, the locale of the first listed environment is used (`master` for `*`).",
        parse=_environments,
    ),
    Setting(
        key="sync_frequency_hours",
        label="Hours between syncs",
        placeholder="<SYNC_FREQUENCY_HOURS>",
        accepted="a number above 0",
        default=None,
        shown_default="every run",
        meaning="Minimum hours between two syncs; earlier runs are skipped. A run may be early by"
        " 10 % of these hours, at most by 10 minutes.",
        parse=_positive(),
    ),
    Setting(
        key="initial_sync_days",
        label="Days of history",
        placeholder="<INITIAL_SYNC_DAYS>",
        accepted="a whole number from 1 to 365",
        default=None,
        shown_default="all history",
        meaning="Days of history in the first sync of a table, by the last update of each record.",
        parse=_integer(1, 365),
    ),
    Setting(
        key="max_records_per_page",
        label="Records per request",
        placeholder="<MAX_RECORDS_PER_PAGE>",
        accepted="a whole number from 1 to 1000",
        default="1000",
        shown_default="`1000`",
        meaning="Maximum records per request. Endpoints with a lower maximum use that maximum.",
        parse=_integer(1, 1000),
    ),
    Setting(
        key="request_timeout_seconds",
        label="Request timeout in seconds",
        placeholder="<REQUEST_TIMEOUT_SECONDS>",
        accepted="a number from 1 to 600",
        default="30",
        shown_default="`30`",
        meaning="Timeout of one request, in seconds.",
        parse=_positive(600, 1),
    ),
    Setting(
        key="retry_attempts",
        label="Retries",
        placeholder="<RETRY_ATTEMPTS>",
        accepted="a whole number from 0 to 20",
        default="5",
        shown_default="`5`",
        meaning="Number of retries after a failed request.",
        parse=_integer(0, 20),
    ),
    Setting(
        key="enable_incremental_sync",
        label="Incremental sync",
        placeholder="<ENABLE_INCREMENTAL_SYNC>",
        accepted=_TRUTH,
        default="true",
        shown_default="`true`",
        meaning="`true` syncs only changes; `false` reads and rewrites all rows in every sync.",
        parse=_boolean,
        choices=("true", "false"),
    ),
    Setting(
        key="enable_debug_logging",
        label="Log every request",
        placeholder="<ENABLE_DEBUG_LOGGING>",
        accepted=_TRUTH,
        default="false",
        shown_default="`false`",
        meaning="Log every request, without tokens and bodies.",
        parse=_boolean,
        choices=("true", "false"),
    ),
    Setting(
        key="tables",
        label="Tables",
        placeholder="<TABLES_TO_SYNC>",
        accepted="table names, group names or all, separated by commas, each with an optional"
        " interval such as @6h or @1d",
        default="core",
        shown_default="`core`",
        meaning="Tables to sync, separated by commas: group names, table names, or `all` (every"
        " group except `history`, which needs a request for each parent record). Groups: `core`,"
        " `people`, `structure`, `model`, `content`, `work`, `usage`, `history`, `experience`."
        " Add `@6h` or `@1d` to sync a table or group less often, for example `model@6h, TAGS@1d`;"
        " a table's own interval overrides its group's, which overrides that of `all`. Default"
        " interval: every sync; `usage` once a day. `core` takes no interval. Not in any group:"
        " `SYNCS` (one row per sync).",
        parse=_list,
    ),
    Setting(
        key="organization_ids",
        label="Organizations",
        placeholder="<YOUR_CONTENTFUL_ORGANIZATION_IDS>",
        accepted="organization ids separated by commas",
        default="",
        shown_default="all",
        meaning="Organizations to sync, with their spaces.",
        parse=_id_set,
    ),
    Setting(
        key="space_ids",
        label="Spaces",
        placeholder="<YOUR_CONTENTFUL_SPACE_IDS>",
        accepted="space ids separated by commas",
        default="",
        shown_default="all",
        meaning="Spaces to sync. To split a very large account over several connections, give each"
        " connection different spaces.",
        parse=_id_set,
    ),
    Setting(
        key="region",
        label="Region",
        placeholder="<REGION>",
        accepted="us or eu",
        default="us",
        shown_default="`us`",
        meaning="Data region of the account: `us` (api.contentful.com) or `eu`"
        " (api.eu.contentful.com).",
        parse=_region,
        choices=tuple(HOSTS),
    ),
    Setting(
        key="base_url",
        label="Base URL",
        placeholder="<BASE_URL>",
        accepted="an https URL without user, query and fragment, or http for a loopback host",
        default="",
        shown_default="from `region`",
        meaning="API host to use instead of the region's, for tests.",
        parse=_base_url,
    ),
    Setting(
        key="personal_data",
        label="Personal data",
        placeholder="<PERSONAL_DATA>",
        accepted="include, hash or exclude",
        default="include",
        shown_default="`include`",
        meaning="E-mail addresses, names and avatar URLs of people: unchanged (`include`), SHA-256"
        " of the lower-case value (`hash`) or NULL (`exclude`).",
        parse=_personal_data,
        choices=PERSONAL_DATA,
    ),
    Setting(
        key="requests_per_second",
        label="Requests per second",
        placeholder="<REQUESTS_PER_SECOND>",
        accepted="a number above 0",
        default=None,
        shown_default="the API's rate limit",
        meaning="Maximum requests per second, to leave capacity for other users of the API.",
        parse=_positive(),
    ),
)
"""All settings, in the order of the setup form and the documents."""
