"""The emulator's answers compared with recorded ones of the real API: envelopes, keys, types."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.served import Served

RECORDINGS = Path(__file__).parents[1] / "recordings" / "cma_recordings.jsonl"

NOT_EMULATED = {
    "uploads": "on another host of the real API",
    "references": "a tree of entries that no sync needs",
}
"""Last parts of paths that the emulator does not serve, and why."""

OPAQUE = frozenset(
    (
        # Keys that a user chooses, or one key for each locale, day, status or header.
        *("fields", "prefLabel", "altLabels", "hiddenLabels", "usagePerDay", "fieldStatus"),
        *("note", "definition", "editorialNote", "example", "historyNote", "scopeNote"),
        *("constraint", "actions", "filters", "permissions", "headers", "body", "settings"),
        *("extension", "validations", "taxonomy", "changeNote", "snapshot", "errors", "sidebar"),
        *("topics", "transformation"),
    )
)

OLD = {
    "Locale": {
        "publish": "replaced by contentDeliveryApi before 2018",
        "fallback_code": "now fallbackCode",
    },
    "Space": {"tutorial": "removed before 2019"},
}
"""Keys that only old recordings have, by type."""

OPTIONAL = {
    "ContentType": {"metadata": "only if annotations or taxonomy were set"},
    "EditorInterface": {"editors": "only if selected", "groupControls": "only if selected"},
    "Environment": {"sys.aliases": "only in listings"},
}
"""Keys that a record may have or not, by type."""

ARCHIVED = {"sys.archivedAt", "sys.archivedBy", "sys.archivedVersion"}
NEWER = {
    "Asset": {"sys.urn", "sys.fieldStatus", "metadata.concepts[]", *ARCHIVED},
    "ContentType": {"sys.urn", "metadata.annotations", "fields[].apiName"},
    "Entry": {"metadata.concepts[]", *ARCHIVED},
    "Extension": {"sys.environment", "parameters"},
    "Locale": {"internal_code"},
    "Organization": {"defaultUserLanguage"},
    "PersonalAccessToken": {"sys.expiresAt", "sys.lastUsedAt", "sys.redactedValue"},
    "Snapshot": {"sys.snapshotEntityType"},
    "Space": {"sys.license"},
    "SpaceMembership": {"sys.user"},
    "WebhookDefinition": {"active"},
}
"""Keys that no recording has and that the documentation or the official clients name."""


def recordings() -> Iterator[Any]:
    """Yield the recorded answers whose route the emulator serves."""
    with RECORDINGS.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            one = json.loads(line)
            if not NOT_EMULATED.keys() & set(one["path"].split("/")) and one["body"] is not None:
                name = f"{number}-{one['path'].strip('/')}"
                yield pytest.param(one, id=name)


ALL = [parameter.values[0] for parameter in recordings()]


def emulated_path(served: Served, recording: Any) -> str:
    """Return the path of the emulated account that corresponds to a recorded one."""
    steps = recording["path"].strip("/").split("/")
    real: list[str] = []
    for number, step in enumerate(steps):
        outer = steps[number - 1] if number else ""
        is_name = outer in NAMED and step not in FIXED
        missing = recording["status"] == 404 and number == len(steps) - 1
        real.append(step if missing or not is_name else name_in(served, real))
    return "/" + "/".join(real)


NAMED = frozenset(
    (
        *("organizations", "spaces", "environments", "entries", "assets", "content_types", "tags"),
        *("locales", "roles", "api_keys", "preview_api_keys", "webhook_definitions", "webhooks"),
        *("calls", "extensions", "snapshots", "space_memberships", "users", "access_tokens"),
        *("concepts", "concept-schemes"),
    )
)
FIXED = frozenset(("me", "total"))


def name_in(served: Served, real: list[str]) -> str:
    """Return the key of a record in the collection at a path."""
    if real[-1] == "environments":
        return "master"
    path = "/".join(real).replace("webhooks", "webhook_definitions")
    if real[-1] == "calls":
        path = "/".join(real)
    records = served.stored(path)
    if real[-1] == "concepts":
        return "sofas"  # it has both a broader concept and a narrower one
    if real[-1] == "entries":
        records = [one for one in records if "publishedVersion" in one["sys"]]
    return str(records[0]["sys"]["id"])


def shape(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the path and the JSON type of each value; elements of a list share a path."""
    name = path.rpartition(".")[2]
    if isinstance(value, dict) and name not in OPAQUE:
        yield path, "object"
        for key, inner in value.items():
            yield from shape(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and name not in OPAQUE:
        yield path, "array"
        for inner in value:
            yield from shape(inner, f"{path}[]")
    elif name not in OPAQUE:
        yield path, KINDS[type(value)]
    else:
        yield path, "any"


KINDS = {str: "string", bool: "boolean", int: "number", float: "number", type(None): "null"}


def kinds_by_path(records: list[Any]) -> dict[str, set[str]]:
    """Return the types that the values at each path have."""
    found: dict[str, set[str]] = {}
    for record in records:
        for path, kind in shape(record):
            found.setdefault(path, set()).add(kind)
    return found


def records_of(body: Any) -> list[Any]:
    """Return the records in an answer."""
    return list(body["items"]) if isinstance(body.get("items"), list) else [body]


def kind_of(body: Any) -> str:
    """Return the type of the records in an answer."""
    records = records_of(body)
    return str(records[0].get("sys", {}).get("type", "")) if records else ""


def in_emulator(served: Served, path: str, recording: Any) -> list[Any]:
    """Return all emulated records of the type in a recorded answer."""
    step = path.rpartition("/")[2]
    is_record = "items" not in recording["body"] and step not in {"total", "health", "me"}
    listing = (
        path.rpartition("/")[0] if is_record and not path.endswith("editor_interface") else path
    )
    body = served.get(listing)
    if not is_record or path.endswith("editor_interface"):
        return records_of(body)
    return [served.get(f"{listing}/{one['sys']['id']}") for one in body["items"]]


@pytest.mark.parametrize("recording", list(recordings()))
def test_answers_have_the_recorded_keys_and_types(served: Served, recording: Any) -> None:
    """Each key of a recorded record is in an emulated record, with a value of the same type."""
    path = emulated_path(served, recording)
    if recording["status"] != 200:
        status, body = served.refusal(path)
        recorded = {key: part for key, part in recording["body"].items() if key != "requestId"}
        assert status == recording["status"]
        assert without_ids(body) == without_ids(recorded)
        return
    known = kinds_by_path(in_emulator(served, path, recording))
    kind = kind_of(recording["body"])
    allowed = {*OLD.get(kind, ()), *OPTIONAL.get(kind, ())}
    for where, kinds in kinds_by_path(records_of(recording["body"])).items():
        if any(where == name or where.startswith((f"{name}.", f"{name}[")) for name in allowed):
            continue
        if "[]" in where and where.partition("[]")[0] in known and where not in known:
            continue  # the emulated list is empty
        assert where in known, f"{where} of {kind}"
        assert kinds & known[where] or "null" in kinds | known[where], where


def without_ids(body: Any) -> Any:
    """Return an error without ids and environment; old recordings lack the environment."""
    details = body.get("details")
    if isinstance(details, dict):
        details = {key: "..." for key in details if key != "environment"}
    return {**body, **({"details": details} if details is not None else {})}


def collections() -> list[Any]:
    """Return the recorded collections."""
    return [one for one in recordings() if isinstance(one.values[0]["body"].get("items"), list)]


@pytest.mark.parametrize("recording", collections())
def test_envelopes_are_the_recorded_ones(served: Served, recording: Any) -> None:
    """Collections have the recorded keys, in the order of recordings since 2017."""
    query = {
        name: recording["query"][name] for name in ("limit", "skip") if name in recording["query"]
    }
    body = served.get(emulated_path(served, recording), **query)
    assert set(body) == set(recording["body"])
    if "contentful-upstream" in recording["headers"]:
        assert list(body) == list(recording["body"])
    assert body["sys"] == recording["body"]["sys"]
    for name in ("limit", "skip"):
        if name in body and recording["headers"]["date"][12:16] > "2016":
            assert body[name] == recording["body"][name]


@pytest.mark.parametrize("kind", sorted({kind_of(one["body"]) for one in ALL} - {"", "Error"}))
def test_every_key_was_recorded_or_is_documented(served: Served, kind: str) -> None:
    """Each key of an emulated record was recorded, or is listed in `NEWER`."""
    of_kind = [one for one in ALL if one["status"] == 200 and kind_of(one["body"]) == kind]
    recorded = kinds_by_path([record for one in of_kind for record in records_of(one["body"])])
    emulated: set[str] = set()
    for one in of_kind:
        path = emulated_path(served, one)
        emulated |= kinds_by_path(in_emulator(served, path, one)).keys()
    # Keys below a newer key, or below a list that was empty in recordings, are not listed.
    known = {*recorded, *NEWER.get(kind, ())}
    unknown = {path for path in emulated - known if not _follows(path, known - recorded.keys())}
    assert {path for path in unknown if path.partition("[]")[0] not in recorded} == set()


def _follows(path: str, newer: set[str]) -> bool:
    return any(path.startswith((f"{name}.", f"{name}[")) for name in newer)


def test_a_503_has_an_empty_body(served: Served) -> None:
    """A 503 has no body, as recorded."""
    path = f"{served.place}/entries/not_exist"
    served.control("POST", "faults", {"path": path, "kind": "answer", "status": 503})
    answer = served.send("GET", path)
    assert (answer.status_code, answer.content) == (503, b"")


def test_routes_that_are_not_emulated_are_unknown(served: Served) -> None:
    """Recorded routes that the emulator does not serve are a 404 `UnknownRoute`."""
    for path in (f"{served.space}/uploads/x", f"{served.place}/entries/x/references"):
        status, body = served.refusal(path)
        assert (status, body["sys"]["id"]) == (404, "UnknownRoute")
