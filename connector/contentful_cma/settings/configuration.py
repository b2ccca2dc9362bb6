"""Parsing of Fivetran's settings into one frozen Configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contentful_cma.redact import masked_token

from .intervals import Hours, read_tables
from .nearest import nearest
from .options import HOSTS, PLACEHOLDER, SETTINGS, kind_of, quoted

REMEDY = "Correct the configuration and try again."
"""The last line of each error about settings."""


@dataclass(frozen=True)
class Configuration:
    """The parsed settings; the fields have the keys of the settings.

    ``tables`` has the interval of each selected table in hours, None for every sync.
    """

    access_token: str = field(repr=False)
    environment_id: tuple[str, ...]
    sync_frequency_hours: float | None
    initial_sync_days: int | None
    max_records_per_page: int
    request_timeout_seconds: float
    retry_attempts: int
    enable_incremental_sync: bool
    enable_debug_logging: bool
    organization_ids: frozenset[str]
    space_ids: frozenset[str]
    region: str
    base_url: str
    requests_per_second: float | None
    tables: Mapping[str, Hours]
    personal_data: str

    @property
    def first_environment(self) -> str:
        """The environment that supplies a missing default locale of a space."""
        return "master" if self.environment_id == ("*",) else self.environment_id[0]


def read_configuration(
    given: Mapping[str, Any], groups: Mapping[str, tuple[str, ...]]
) -> Configuration:
    """Return the Configuration for Fivetran's settings, a flat mapping of texts.

    *groups* has the table names of each group that ``tables`` may name.  Blank values and texts in
    angle brackets, the placeholders of all versions, count as unset.  Raises one ValueError with
    a line for each wrong setting, then `REMEDY`; the token's value is never shown.
    """
    if not isinstance(given, Mapping):
        sentence = f"The configuration must be a JSON object (got {kind_of(given)})."
        raise ValueError(f"{sentence}\n{REMEDY}")  # noqa: TRY004 - the one error for settings
    read: dict[str, Any] = {}
    problems = []
    for setting in SETTINGS:
        try:
            read[setting.key] = setting.read(given.get(setting.key))
        except ValueError as problem:
            problems.append(str(problem))
    if "tables" in read:
        read["tables"], strange = read_tables(read["tables"], groups)
        problems += strange
    if problems:
        message = "\n".join([*problems, REMEDY])
        raise ValueError(_without_token(message, given.get("access_token")))
    read["base_url"] = read["base_url"] or HOSTS[read["region"]]
    return Configuration(**read)


def unknown_keys(given: Mapping[str, Any]) -> list[str]:
    """Return a warning for each key that is not a setting, with the nearest setting."""
    known = [setting.key for setting in SETTINGS]
    sentences = []
    for key in given:
        if key not in known:
            (near,) = nearest(str(key), known)
            sentences.append(
                f"Unknown setting {quoted(str(key))} is ignored. Did you mean {near}?"
            )
    return [_without_token(sentence, given.get("access_token")) for sentence in sentences]


def _without_token(sentence: str, token: Any) -> str:
    """Return a sentence without this token and without texts that look like a token."""
    # Users may paste the token into the wrong field; a message must not repeat it.
    token = token.strip() if isinstance(token, str) else ""
    return masked_token(sentence, "" if PLACEHOLDER.match(token) else token)
