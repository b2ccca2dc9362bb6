"""Settings: strings in, one frozen Configuration out; every problem is named at once."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contentful_cma.redact import masked_token

from .intervals import Hours, read_tables
from .options import HOSTS, PLACEHOLDER, SETTINGS, quoted


@dataclass(frozen=True)
class Configuration:
    """What a sync is asked to do; the fields are named as the settings.

    ``tables`` has the rhythm of each table: the hours between two readings, None for every sync.
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
        """The environment whose default locale stands for the space's: `master` for ``*``."""
        return "master" if self.environment_id == ("*",) else self.environment_id[0]


def read_configuration(
    given: Mapping[str, Any], groups: Mapping[str, tuple[str, ...]]
) -> Configuration:
    """Return the Configuration for what Fivetran hands over: a flat mapping of texts.

    *groups* are the names of the tables in each group that ``tables`` may name.  Blank values and
    untouched placeholders such as ``<SPACE_IDS>`` count as unset.  Raises one ValueError that
    names every key that is wrong, what was given (never the token) and what is accepted.
    """
    if not isinstance(given, Mapping):
        sentence = f"The configuration must be a JSON object, given was a {type(given).__name__}."
        raise ValueError(sentence)  # noqa: TRY004 - the one error for settings
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
        sentence = " ".join(["The configuration cannot be used.", *problems])
        raise ValueError(_without_token(sentence, given.get("access_token")))
    read["base_url"] = read["base_url"] or HOSTS[read["region"]]
    return Configuration(**read)


def unknown_keys(given: Mapping[str, Any]) -> list[str]:
    """Return one sentence for each key that is no setting, with the nearest one that is."""
    known = [setting.key for setting in SETTINGS]
    sentences = []
    for key in given:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, cutoff=0.0)
            sentences.append(
                f"The configuration has an unknown key, {quoted(str(key))}; it is ignored."
                f" The nearest known one is {near[0]}."
            )
    return [_without_token(sentence, given.get("access_token")) for sentence in sentences]


def _without_token(sentence: str, token: Any) -> str:
    """Return a sentence without the token that is in use, or any other."""
    # People paste the token into the wrong field; it must not come back in a message.
    token = token.strip() if isinstance(token, str) else ""
    return masked_token(sentence, "" if PLACEHOLDER.match(token) else token)
