"""Creation, update, publication, archiving and deletion of records, with version checks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..account import lifecycle
from ..account.lifecycle import Moment
from ..account.resource import Resource, Verb
from ..answers import Answer, to_json
from ..backends import TAXONOMY
from ..errors import Refusal, bad_request, not_found, unknown_route, version_missing
from ..records import Record, at
from .endpoint import Call
from .json_patch import patched

Step = Callable[[Resource, Record, Moment], Record]


def create(call: Call) -> Answer:
    """Answer POST on a collection."""
    _require(call, Verb.CREATE)
    return replace(_create(call, call.account.new_id()), status=call.rules.created_status)


def put(call: Call) -> Answer:
    """Answer PUT on a record: an update, or a creation if the id is new."""
    record = call.collection.get(call.identifier or "")
    if record is None:
        if Verb.CREATE_WITH_ID not in call.resource.verbs:
            _require(call, Verb.UPDATE)
            raise missing(call)
        return _create(call, str(call.identifier))
    _require(call, Verb.UPDATE)
    body = call.body()
    if call.rules.is_idempotent and {**record, **body, "sys": record["sys"]} == record:
        return Answer(200, to_json(record))
    check_version(call, record, required=True)
    return _update(call, record, body)


def patch(call: Call) -> Answer:
    """Answer PATCH on a record with JSON Patch operations (RFC 6902)."""
    _require(call, Verb.PATCH)
    record = existing(call)
    check_version(call, record, required=True)
    return _update(call, record, patched(record, call.parsed_body()))


def delete(call: Call) -> Answer:
    """Answer DELETE on a record."""
    _require(call, Verb.DELETE)
    record = existing(call)
    if not call.rules.ends_unchecked:
        check_version(call, record, required=False)
    if "publishedVersion" in record["sys"] and not call.rules.saves_published:
        raise bad_request("Cannot delete published")
    call.rules.allow_delete(call, record)
    call.kept.remove(str(call.identifier))
    call.account.forget(f"{call.resource.address(call.scope)}/{call.identifier}")
    call.rules.deleted(call, record)
    return Answer(204)


def publish(call: Call) -> Answer:
    """Answer PUT on ``/published``."""
    _require(call, Verb.PUBLISH)
    _step(call, lifecycle.published, required=True)
    call.rules.published(call, existing(call))
    return Answer(200, to_json(existing(call)))


def unpublish(call: Call) -> Answer:
    """Answer DELETE on ``/published``."""
    _require(call, Verb.PUBLISH)
    record = existing(call)
    call.rules.allow_unpublish(call, record)
    if not call.rules.ends_unchecked:
        check_version(call, record, required=False)
    return _store(call, lifecycle.unpublished(call.resource, record, call.moment))


def archive(call: Call) -> Answer:
    """Answer PUT on ``/archived``."""
    _require(call, Verb.ARCHIVE)
    return _step(call, lifecycle.archived)


def unarchive(call: Call) -> Answer:
    """Answer DELETE on ``/archived``."""
    _require(call, Verb.ARCHIVE)
    return _step(call, lifecycle.unarchived)


def existing(call: Call) -> Record:
    """Return the record of the call, or raise its 404."""
    record = call.collection.get(str(call.identifier)) or call.rules.missing(call)
    if record is None:
        raise missing(call)
    return record


def missing(call: Call) -> Refusal:
    """Return the 404 of the record of the call."""
    scope = {**call.scope}
    if call.shown_environment is not None:
        scope["environment"] = call.shown_environment
    return not_found(call.resource.back_end, call.resource.type, scope, str(call.identifier))


def check_version(call: Call, record: Record, *, required: bool) -> None:
    """Raise the 409 if ``X-Contentful-Version`` is not the version of the record."""
    version = at(record, "sys.version")
    given = call.request.headers.get("x-contentful-version")
    if version is None:
        return
    if call.resource.back_end is TAXONOMY:
        _check_taxonomy_version(int(version), given)
    elif (given is not None or required) and given != str(version):
        raise call.rules.conflict()


def _check_taxonomy_version(version: int, given: str | None) -> None:
    """Raise the 422 of an invalid version, or the 409 that names both versions."""
    if given is None or not given.isdigit() or int(given) < 1:
        is_number = given is not None and given.lstrip("-").isdigit()
        raise version_missing("too_small" if is_number else "invalid_type")
    if int(given) != version:
        details = f"Version mismatch, expected {version}, got {given}."
        raise Refusal(409, "VersionMismatch", "Version mismatch", details)


def _create(call: Call, identifier: str) -> Answer:
    body = {key: value for key, value in call.body().items() if key != "sys"}
    record = lifecycle.created(call.resource, call.scope, identifier, body, call.moment)
    record = _saved(call, call.rules.complete(call, record))
    key = str(at(record, call.resource.key))
    call.kept.put(key, record)
    call.rules.created(call, record)
    stored = call.collection.get(key) or record
    return Answer(201, to_json(call.rules.shown_once(call, stored)))


def _update(call: Call, record: Record, body: Record) -> Answer:
    changed = lifecycle.updated(call.resource, record, body, call.moment)
    answer = _store(call, _saved(call, call.rules.complete(call, changed)))
    call.rules.updated(call, existing(call))
    return answer


def _saved(call: Call, record: Record) -> Record:
    """Return a record for storage, published if each save is a publication."""
    if not call.rules.saves_published:
        return record
    return lifecycle.published(call.resource, record, call.moment)


def _step(call: Call, step: Step, *, required: bool = False) -> Answer:
    record = existing(call)
    check_version(call, record, required=required)
    return _store(call, step(call.resource, record, call.moment))


def _store(call: Call, record: Record) -> Answer:
    call.kept.put(str(call.identifier), record)
    return Answer(200, to_json(record))


def _require(call: Call, verb: Verb) -> None:
    if verb not in call.resource.verbs:
        raise unknown_route()


WRITES: dict[tuple[str, str], Callable[[Call], Any]] = {
    ("PUT", ""): put,
    ("PATCH", ""): patch,
    ("DELETE", ""): delete,
    ("PUT", "published"): publish,
    ("DELETE", "published"): unpublish,
    ("PUT", "archived"): archive,
    ("DELETE", "archived"): unarchive,
}
"""Functions by method and by the action after the record in the path."""
