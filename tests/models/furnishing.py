"""Special cases for an emulated account, because generated content is too regular."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import requests
from emulated import Account, Place, Record, below, identifier

SPACE = 0
"""The position of the space that gets the cases, in its master environment."""


def furnish(account: Account) -> None:
    """Put the special cases into the account."""
    space = next(iter(account.spaces))
    place = (space, "master")
    for name, record in _entries(account, place).items():
        _put(account, below(place, "entries"), _entry(account, place, name, **record))
    _put(account, below((space, "staging"), "content_types"), _drifted(account, space))
    _put(account, below(place, "content_types"), _named(account, place))
    for record in _schedules(account, space):
        _put(account, f"spaces/{space}/scheduled_actions", record)
    for record in _tokens(account):
        _put(account, f"organizations/{account.spaces[space]}/access_tokens", record)
    flows = account.items(below(place, "workflows"))
    dropped = {**flows[0]["sys"], "id": "dropped", "deletedAt": "2025-01-01T00:00:00.000Z"}
    stepless = {**flows[0]["sys"], "id": "stepless"}
    _put(account, below(place, "workflows"), {**flows[0], "sys": dropped})
    _put(account, below(place, "workflows"), {**flows[0], "sys": stepless, "stepId": "removed"})
    for event in _moves(account, flows[0]):
        _put(account, below(place, "workflows_changelog"), event)
    _invite(account, space)
    _put(account, below(place, "releases"), _release(account, place))
    _put(account, f"{below(place, 'entries')}/a-draft/tasks", _resolved(account, place))
    for environment, published in (("master", None), ("staging", 4)):
        there = (space, environment)
        same = _entry(account, there, "same-content", created=9, edited=4, published=published)
        _put(account, below(there, "entries"), same)
        _put(account, below(there, "assets"), _served(account, place))


NAMES = (
    *("fooBar", "foo_bar", "FooBar", "entryId", "select", "order", "1st", "_"),
    *("a" * 64, "a" * 63, "b" * 62 + "Cd"),
)
"""Ids of fields; several of them cannot be column names unchanged."""


DATES = (
    *("2026-12-11", "2026-12-11T20:00", "2026-12-11T20:00:00", "2026-12-11T20:00:00.125"),
    *(
        f"2026-12-11T{time}{zone}"
        for time in ("20:00", "20:00:00", "20:00:00.125")
        for zone in ("Z", "-05:00", "-0500", "+0530", "-05", "+05")
    ),
    *("2026-02-30T20:00:00-0500", "2026-12-11T25:00:00-0500", "2026-12-11T20:00:00-5"),
    *("2026-12-11T20:00:00+05:3", "2026-12-11T", "-0500", "soon"),
)
"""Values of a field for dates, in each format that ISO 8601 has for an offset; some are wrong."""


def _named(account: Account, place: Place) -> Record:
    """Return a content type whose fields have the ids of `NAMES`."""
    model = account.items(below(place, "content_types"))[0]
    field = {"type": "Symbol", "localized": False, "required": False, "validations": []}
    field |= {"disabled": False, "omitted": False}
    fields = [{**field, "id": name, "name": name} for name in NAMES]
    fields.append({**field, "id": "hidden", "name": "Hidden", "required": True, "omitted": True})
    named = {"name": "Names", "displayField": "fooBar", "fields": fields}
    return {**model, **named, "sys": {**model["sys"], "id": "names"}}


def _release(account: Account, place: Place) -> Record:
    """Return a release with entries that are not ready, and an entry that does not exist."""
    release = account.items(below(place, "releases"))[0]
    items = [_link(one) for one in ("a-draft", "archived", "nowhere")]
    entities = {**release["entities"], "items": items}
    sys = {**release["sys"], "id": "not-ready"}
    del sys["lastAction"]
    return {**release, "entities": entities, "sys": sys}


def _resolved(account: Account, place: Place) -> Record:
    """Return a task that was resolved after it was due."""
    tasks = (
        one
        for entry in account.items(below(place, "entries"))
        for one in account.items(f"{below(place, 'entries')}/{identifier(entry)}/tasks")
    )
    task = next(tasks)
    sys = {**task["sys"], "id": "resolved", "parentEntity": _link("a-draft")}
    sys |= {"createdAt": _ago(account.now, 9), "resolvedAt": _ago(account.now, 1)}
    return {**task, "status": "resolved", "dueDate": _ago(account.now, 5), "sys": sys}


def _served(account: Account, place: Place) -> Record:
    """Return an asset with the id for which the emulator reports traffic."""
    asset = account.items(below(place, "assets"))[0]
    return {**asset, "sys": {**asset["sys"], "id": "asset-0"}}


def put_deletable(account: Account) -> dict[Place, list[Record]]:
    """Create entries to be deleted later: one older than the pace's window, one younger."""
    place = (list(account.spaces)[1], "master")
    for name, days in (("old-deleted", 400), ("young-deleted", 3)):
        record = _entry(account, place, name, created=days, edited=days)
        _put(account, below(place, "entries"), record)
    return {place: [one for one in account.items(below(place, "entries")) if _is_deletable(one)]}


def delete(account: Account, deletable: dict[Place, list[Record]]) -> None:
    """Delete these entries."""
    for place, records in deletable.items():
        for one in records:
            path = f"{account.url}/_emulator/store/{below(place, 'entries')}/{identifier(one)}"
            requests.delete(path, timeout=10).raise_for_status()


def refuse(account: Account) -> None:
    """Let the API answer 403 for the account's refused paths."""
    for path in account.refused:
        fault = {"path": f"/{path}", "method": "GET", "times": -1, "status": 403}
        body = {**fault, "kind": "answer", "body": _error()}
        requests.post(f"{account.url}/_emulator/faults", json=body, timeout=10).raise_for_status()


def refusals(spaces: list[str], organizations: list[str]) -> frozenset[str]:
    """Return refused paths: entries, assets and the model of one place each, and teams."""
    return frozenset(
        {
            below((spaces[1], "staging"), "entries"),
            below((spaces[2], "master"), "assets"),
            below((spaces[2], "staging"), "content_types"),
            f"organizations/{organizations[1]}/team_memberships",
        }
    )


def _error() -> Record:
    return {"sys": {"type": "Error", "id": "AccessDenied"}, "message": "No"}


def _is_deletable(record: Record) -> bool:
    return identifier(record).endswith("-deleted")


def _put(account: Account, path: str, record: Record) -> None:
    url = f"{account.url}/_emulator/store/{path}"
    requests.post(url, json=record, timeout=10).raise_for_status()


def _link(name: str, kind: str = "Entry") -> Record:
    return {"sys": {"type": "Link", "linkType": kind, "id": name}}


def _far(urn: str, kind: str = "Contentful:Entry") -> Record:
    return {"sys": {"type": "ResourceLink", "linkType": kind, "urn": urn}}


def _entries(account: Account, place: Place) -> dict[str, dict[str, Any]]:
    known = [identifier(one) for one in account.items(below(place, "entries"))]
    other, crn = list(account.spaces)[1], "crn:contentful:::content:spaces"
    far = next(iter(account.items(below((other, "master"), "entries"))))
    relations = [
        *(_link(one) for one in ("nowhere", "a-draft", "archived", "itself", known[0])),
        _far(f"{crn}/{other}/entries/{identifier(far)}"),
        _far(f"{crn}/{other}/environments/live/entries/{identifier(far)}"),
        _far(f"{crn}/{other}/environments/staging/entries/{identifier(far)}"),
        _far(f"{crn}/{other}/entries/nowhere"),
        _far(f"{crn}/elsewhere/entries/nowhere"),
        _far("crn:shopify:::product/1", "Shopify:Product"),
        _far(f"{crn}/{other}"),
        _far(f"{crn}/{other}/environments/live/releases/one", "Contentful:Release"),
    ]
    return {
        "a-draft": {"created": 10, "edited": 1, "tags": ("editorial", "of-no-name")},
        "archived": {"created": 500, "edited": 400, "archived": True},
        "itself": {
            "created": 700,
            "edited": 181,
            "published": 690,
            "fields": {"related": {"en-US": relations, "de-DE": relations[:1]}},
        },
        "barely-stale": {"created": 181, "edited": 180.001, "published": 180.5},
        "barely-fresh": {"created": 181, "edited": 179.999, "published": 180.5},
        "half-translated": {
            "created": 20,
            "edited": 2,
            "kind": "author",
            "fields": {
                "name": {"en-US": "Ada", "de-DE": ""},
                "biography": {"en-US": "null", "de-DE": "[]"},
                "portrait": {"en-US": _link("nowhere", "Asset")},
            },
        },
        "only-german": {
            "created": 0.1,
            "edited": 0.1,
            "kind": "author",
            "fields": {"name": {"de-DE": "Nur Deutsch"}, "biography": {"en-US": None}},
        },
        "by-an-app": {"created": 30, "edited": 30, "author": _app(account)},
        "of-no-type": {"created": 30, "edited": 30, "kind": "dropped"},
        "of-many-names": {
            "created": 30,
            "edited": 30,
            "kind": "names",
            "fields": {name: {"en-US": f"in {name}"} for name in NAMES},
        },
        **{
            f"dated-{number}": {
                "created": 30,
                "edited": 30,
                "fields": {"published": {"en-US": text}},
            }
            for number, text in enumerate(DATES)
        },
        "other-types": {
            "created": 30,
            "edited": 30,
            "fields": {
                "title": {"en-US": 5},
                "rating": {"en-US": "five", "de-DE": 1.5},
                "published": {"en-US": "2023-02-30", "de-DE": "2023-02-28"},
                "author": {"en-US": "no link"},
                "related": {"en-US": {"sys": {}}, "de-DE": ["no", "links"]},
                "dropped": {"en-US": "of a removed field"},
            },
        },
    }


def _app(account: Account) -> Record:
    organization = next(iter(account.spaces.values()))
    (app,) = account.items(f"organizations/{organization}/app_definitions")
    return _link(identifier(app), "AppDefinition")


def _entry(  # noqa: PLR0913 - each is a part of the record
    account: Account,
    place: Place,
    name: str,
    *,
    created: float,
    edited: float,
    published: float | None = None,
    archived: bool = False,
    kind: str = "article",
    fields: Record | None = None,
    author: Record | None = None,
    tags: tuple[str, ...] = (),
) -> Record:
    """Return an entry whose times are given as days before the present."""
    template = account.items(below(place, "entries"))[0]["sys"]
    kept = ("space", "environment", "type", "createdBy", "updatedBy")
    sys = {key: template[key] for key in kept}
    sys |= {"id": name, "version": 2, "contentType": _link(kind, "ContentType")}
    sys |= {"createdAt": _ago(account.now, created), "updatedAt": _ago(account.now, edited)}
    if published is not None:
        when = _ago(account.now, published)
        sys |= {"publishedVersion": 1, "publishedCounter": 1}
        sys |= {"publishedAt": when, "firstPublishedAt": when}
    if archived:
        sys |= {"archivedVersion": 1, "archivedAt": sys["updatedAt"]}
    if author is not None:
        sys |= {"createdBy": author}
    return {
        "sys": sys,
        "metadata": {"tags": [_link(one, "Tag") for one in tags], "concepts": []},
        "fields": fields or {},
    }


def _ago(now: datetime, days: float) -> str:
    when = now - timedelta(days=days)
    return f"{when.isoformat(timespec='milliseconds')}Z"


def _drifted(account: Account, space: str) -> Record:
    """Return a content type with a field removed, a field added and a field changed."""
    (model,) = (
        one
        for one in account.items(below((space, "staging"), "content_types"))
        if identifier(one) == "article"
    )
    first, second, third, *rest = model["fields"]
    changed = {**second, "required": True, "validations": [{"size": {"max": 9}}]}
    new = {**third, "id": "subtitle", "name": "Subtitle"}
    return {**model, "fields": [first, changed, new, *rest]}


def _schedules(account: Account, space: str) -> list[Record]:
    template = next(
        one
        for one in account.items(f"spaces/{space}/scheduled_actions")
        if one["environment"]["sys"]["id"] == "master"
    )
    cases = [("late", "scheduled", 1), ("soon", "scheduled", -1)]
    cases += [("bad", "failed", 5), ("good", "succeeded", 5)]
    return [
        {
            **template,
            "sys": {**template["sys"], "id": name, "status": status},
            "scheduledFor": {"datetime": _ago(account.now, days)},
        }
        for name, status, days in cases
    ]


def _tokens(account: Account) -> list[Record]:
    organization = next(iter(account.spaces.values()))
    template = account.items(f"organizations/{organization}/access_tokens")[0]
    kept = {key: template["sys"][key] for key in ("type", "user", "redactedValue")}
    times = [
        ("never-used", {"createdAt": 100}),
        ("new", {"createdAt": 5}),
        ("expired", {"createdAt": 50, "lastUsedAt": 1, "expiresAt": 2}),
    ]
    made = []
    for name, ages in times:
        stamps = {key: f"{_ago(account.now, days)[:19]}Z" for key, days in ages.items()}
        sys = {**kept, "id": name, "updatedAt": stamps["createdAt"], **stamps}
        made.append({**template, "name": name, "sys": sys})
    return made


def _moves(account: Account, flow: Record) -> list[Record]:
    """Return events: a workflow left its step, returned to it, and was completed by mistake."""
    moves = (("stepChanged", "elsewhere", 9), ("stepChanged", flow["stepId"], 6.5))
    pinned = {"type": "VersionedLink", "linkType": "Workflow", "id": identifier(flow)}
    return [
        {
            "sys": {"id": f"move-{days}"},
            "event": event,
            "eventAt": _ago(account.now, days),
            "workflow": {"sys": {**pinned, "version": 1}},
            **{name: flow["sys"][name] for name in ("workflowDefinition", "entity")},
            "stepId": step,
            "stepName": step,
            "stepAnnotations": [],
        }
        for event, step, days in (*moves, ("completed", flow["stepId"], 2))
    ]


def _invite(account: Account, space: str) -> None:
    """Invite a person to the organization and the space who never signs in."""
    above = f"organizations/{account.spaces[space]}"
    user, member = account.items(f"{above}/users")[0], None
    invited = {"id": "invited", "type": "User", "version": 0}
    invited |= {key: user["sys"][key] for key in ("createdAt", "updatedAt")}
    blank = {"firstName": None, "lastName": None, "signInCount": 0, "2faEnabled": False}
    _put(account, f"{above}/users", {**user, **blank, "sys": invited})
    member = account.items(f"{above}/organization_memberships")[0]
    sys = {**member["sys"], "id": "invitation", "user": _link("invited", "User")}
    sys |= {"status": "pending", "lastActiveAt": None}
    _put(account, f"{above}/organization_memberships", {**member, "status": False, "sys": sys})
    direct = account.items(f"spaces/{space}/space_memberships")[-1]
    sys = {**direct["sys"], "id": "invitation", "user": _link("invited", "User")}
    record = {**direct, "user": _link("invited", "User"), "sys": sys}
    _put(account, f"spaces/{space}/space_memberships", record)
