"""Migrates the state of 1.0.0 (version 2), which had a separate map for each kind of data.

Version 2.0 of the connector will remove this module.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from functools import reduce
from itertools import combinations
from operator import xor
from typing import Any

from . import keys
from .ledger import fingerprint
from .problem import PARTIAL, REFUSED, UNREACHED

UNKNOWN_SETTINGS = "?"
"""Replaces the settings of earlier rows, which 1.0.0 did not keep separately."""

_UNREACHED_SENTENCE = "Its place could not be listed, or is not ready to be read."
_REFUSED_BEGINNING = "HTTP "

COLUMNS = {
    "ORGANIZATIONS": "9vGsm4qw",
    "SPACES": "1zHAk3by",
    "USERS": "dZtDht96",
    "ORGANIZATION_MEMBERSHIPS": "kqUy79CS",
    "SPACE_MEMBERSHIPS": "KyICzJkk",
    "SPACE_MEMBERS": "mMGm-JTm",
    "TEAMS": "WqgKnP8E",
    "TEAM_MEMBERSHIPS": "Z87cn-Uc",
    "TEAM_SPACE_MEMBERSHIPS": "A1NfKMv9",
    "ROLES": "gsA8NjkY",
    "SECURITY_CONTACTS": "ngADlg-w",
    "ACCESS_TOKENS": "uY0VbjbC",
    "ENVIRONMENTS": "UCkqpAG5",
    "ENVIRONMENT_ALIASES": "KE-r0a7U",
    "LOCALES": "jYMKxwkh",
    "TAGS": "5DPtKBxC",
    "API_KEYS": "d0bXcrjk",
    "PREVIEW_API_KEYS": "rA1t32Gu",
    "WEBHOOKS": "fk3LyyJG",
    "WEBHOOK_HEALTH": "iEfDjqFz",
    "APP_DEFINITIONS": "DDjR8RJw",
    "APP_INSTALLATIONS": "WQIy1hJN",
    "EXTENSIONS": "Ua6t3A8f",
    "ENVIRONMENT_TEMPLATES": "h-JND_IK",
    "CONTENT_TYPES": "iSHhuYUJ",
    "CONTENT_TYPE_FIELDS": "9zIWqzWv",
    "EDITOR_INTERFACES": "U7ZsxZre",
    "TAXONOMY_CONCEPTS": "Ioh0_401",
    "TAXONOMY_CONCEPT_SCHEMES": "RFhdo2Je",
    "ENTRIES": "bYNLQ85D",
    "ASSETS": "qlJjvopw",
    "RELEASES": "vpqnBhxh",
    "RELEASE_ACTIONS": "5LmHnpSi",
    "SCHEDULED_ACTIONS": "PiZEiwCb",
    "WORKFLOW_DEFINITIONS": "SRei6kpZ",
    "WORKFLOWS": "Kweepgkc",
    "AI_ACTIONS": "42So4bs4",
    "AUTOMATION_DEFINITIONS": "Bxzrl_aT",
    "AUTOMATION_EXECUTIONS": "0mzP1DKu",
    "ORGANIZATION_USAGE": "lbchS9uz",
    "SPACE_USAGE": "QvyU1W2u",
    "ASSET_BANDWIDTH": "p0M57Nf0",
    "SPACE_ADD_ONS": "0KUgah-v",
    "ENTRY_SNAPSHOTS": "_oNCiPk0",
    "CONTENT_TYPE_SNAPSHOTS": "AcP4xEZg",
    "COMMENTS": "vohlHEKN",
    "TASKS": "34uAqZgQ",
    "WEBHOOK_CALLS": "gu7it_8Q",
    "RELEASE_ENTITIES": "ZPf5f1XK",
    "WORKFLOW_STEPS": "VThQ5-bW",
    "BULK_OPERATIONS": "saEyKLpC",
    "EXPERIENCES": "BqGmpzHj",
    "EXPERIENCE_TEMPLATES": "2CZW0ui5",
    "EXPERIENCE_FRAGMENTS": "z8W0p9sa",
    "COMPONENTS": "2CZW0ui5",
    "DATA_ASSEMBLIES": "2CZW0ui5",
    "DESIGN_TOKENS": "2CZW0ui5",
    "SYNC_COVERAGE": "RX0B_72V",
    "SYNCS": "Oaqx1DU1",
}
"""Fingerprints of the columns of the tables in 1.0.0."""


STEPS_OF_A_REMOVAL = 2
"""Publications that remove a field: the first omits it, the second deletes it."""

_MOST_ADDED = 2
"""Fields added at once that a summary of 1.0.0 can distinguish from a lost field."""

HASH_BYTES = 6
"""Bytes of the hash of a field's id."""


def has_lost_a_field(summary: str, fields: bytes, steps: int) -> bool:
    """Return whether a content type has lost a field since its summary in 1.0.0.

    The summary is the number of fields, the steps of removals (absent in the oldest ones) and one
    hash of all ids.  If no field was lost, the hash without the added fields equals the old one.
    *fields* are the hashes of the present ids.
    """
    count, *before, together = summary.split()
    if any(steps - int(one) >= STEPS_OF_A_REMOVAL for one in before):
        return True
    starts = range(0, len(fields), HASH_BYTES)
    hashes = [int.from_bytes(fields[start : start + HASH_BYTES], "big") for start in starts]
    added = len(hashes) - int(count)
    if not 0 <= added <= _MOST_ADDED:
        return True
    known = int.from_bytes(urlsafe_b64decode(together), "big")
    rest = reduce(xor, hashes, 0)
    return not any(reduce(xor, some, rest) == known for some in combinations(hashes, added))


def migrated(saved: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts of a state of version 3 from a state of version 2."""
    ledgers, bookmarks = saved.get("ledgers", {}), saved.get("bookmarks", {})
    places: dict[str, Any] = {}
    reads: list[list[str]] = []
    for table, place, record in _records(ledgers, bookmarks):
        begun_at = saved.get("readings", {}).get(table, [""])[0]
        read = [begun_at, f"{COLUMNS.get(table, '')} {UNKNOWN_SETTINGS}"]
        if read not in reads:
            reads.append(read)
        # A table without a reading may be half read, or is read in every sync, so it is due.
        _of_place(places, place)[table] = {**record, keys.READ: reads.index(read)}
    at = saved.get(keys.LAST_SYNC_TIME) or saved.get(keys.PERIOD, {}).get("to", "")
    for table, reasons in saved.get("coverage", {}).items():
        for place, reason in reasons.items():
            # A listing that fills no table was kept as `What is in NAME`.
            name = table.partition(" is in ")[2] or table
            record = _of_place(places, place).setdefault(name, {})
            record[keys.PROBLEM] = [*_problem(reason), at]
            record[keys.REQUESTED] = at
    for place, created_at in _creations(saved.get("origins", {}), bookmarks):
        if place in places:
            places[place][keys.CREATED_AT] = created_at
    kept = {keys.ACCOUNT, keys.LAST_SYNC_TIME, keys.PERIOD}
    return {
        **{name: part for name, part in saved.items() if name in kept},
        keys.BEGUN: sorted({*ledgers, *bookmarks}),
        keys.READS: reads,
        keys.PLACES: places,
    }


def _records(
    ledgers: Mapping[str, Any], bookmarks: Mapping[str, Any]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield each ledger and bookmark with its table and place."""
    for table, places in ledgers.items():
        for place, ledger in places.items():
            known = {name: part for name, part in ledger.items() if part is not None}
            yield table, place, known
    for table, places in bookmarks.items():
        for place, bookmark in places.items():
            # 1.0.0 called a full scan `is_anew`.
            scans = [
                {"is_full" if name == "is_anew" else name: part for name, part in scan.items()}
                for scan in bookmark["scans"]
            ]
            yield table, place, {keys.BOOKMARK: {**bookmark, "scans": scans}}


def _creations(
    origins: Mapping[str, str], bookmarks: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """Yield each place with its creation time, if known."""
    for places in bookmarks.values():
        for place, bookmark in places.items():
            if bookmark["origin"] is not None:
                yield place, bookmark["origin"]
    yield from origins.items()


def _of_place(places: dict[str, Any], place: str) -> dict[str, Any]:
    """Return the records of a place, which is added if it is missing."""
    tables: dict[str, Any] = places.setdefault(place, {keys.TABLES: {}})[keys.TABLES]
    return tables


def _problem(reason: str) -> tuple[str, str]:
    """Return the kind and the reason of a problem that 1.0.0 kept as a sentence."""
    if reason == _UNREACHED_SENTENCE:
        return UNREACHED, ""
    if reason.startswith(_REFUSED_BEGINNING):
        return REFUSED, reason
    return PARTIAL, fingerprint({"left out": reason})
