"""The expected marts of version 1.1, computed from the emulator's records in plain Python."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from emulated import (
    LATER,
    Account,
    Place,
    Record,
    at,
    below,
    hours,
    identifier,
    link,
    link_type,
    moment,
)
from expected_content import assets, filled, is_live, status, title
from expected_work import access, link_id

Row = dict[str, Any]
IDLE_DAYS = 90
SEO_FIELDS = ("slug", "biography")
"""The value of `contentful__seo_fields` in the tests."""


def workflow_steps(account: Account) -> list[Row]:
    """Return the expected rows of `contentful__workflow_steps`."""
    rows = []
    for place in account.ready:
        definitions = {
            identifier(one): one for one in account.items(below(place, "workflow_definitions"))
        }
        flows: dict[str, list[Record]] = defaultdict(list)
        for event in account.items(below(place, "workflows_changelog")):
            flows[link_id(event["workflow"])].append(event)
        for flow, events in flows.items():
            events.sort(key=lambda one: (moment(one["eventAt"]), one["event"]))
            for event, following in zip(events, [*events[1:], None], strict=True):
                if event["event"] not in {"created", "stepChanged"}:
                    continue
                kind = link_id(event["workflowDefinition"])
                definition = definitions.get(kind, {})
                steps = [one["id"] for one in definition.get("steps", [])]
                entered = moment(event["eventAt"])
                left = moment(following["eventAt"]) if following else None
                actor = event.get("eventBy")
                rows.append(
                    {
                        "space_id": place[0],
                        "environment_id": place[1],
                        "workflow_id": flow,
                        "entered_at": entered,
                        "event": event["event"],
                        "workflow_definition_id": kind,
                        "workflow_name": definition.get("name"),
                        "entry_id": link_id(event["entity"]),
                        "step_id": event["stepId"],
                        "step_name": event["stepName"],
                        "step_position": steps.index(event["stepId"])
                        if event["stepId"] in steps
                        else None,
                        "left_at": left,
                        "hours": hours(entered, left),
                        "entered_by_id": actor and link_id(actor),
                        "entered_by_type": actor and actor["sys"]["linkType"],
                        "entered_by_name": account.name_of(place[0], actor and link_id(actor)),
                    }
                )
    return rows


def tags(account: Account) -> list[Row]:
    """Return the expected rows of `contentful__tags`."""
    rows = []
    for place, tag in account.records("tags"):
        name = identifier(tag)
        entries = _tagged(account.entries.items(), place, name)
        assets = _tagged(account.assets.items(), place, name)
        knows_entries = account.has_read(place, "entries")
        knows_assets = account.has_read(place, "assets")
        rows.append(
            {
                "space_id": place[0],
                "environment_id": place[1],
                "tag_id": name,
                "name": tag["name"],
                "visibility": tag["sys"]["visibility"],
                "created_at": at(tag, "createdAt"),
                "entries": len(entries) if knows_entries else None,
                "live_entries": sum(map(is_live, entries)) if knows_entries else None,
                "assets": len(assets) if knows_assets else None,
                "is_unused": not entries and not assets
                if knows_entries and knows_assets
                else None,
            }
        )
    return rows


def _tagged(
    records: Iterable[tuple[tuple[str, str, str], Record]], place: Place, tag: str
) -> list[Record]:
    return [
        one
        for (space, environment, _), one in records
        if (space, environment) == place
        and tag in {link_id(two) for two in one["metadata"]["tags"]}
    ]


def releases(account: Account) -> list[Row]:
    """Return the expected rows of `contentful__releases`."""
    rows = []
    for place, release in account.records("releases"):
        actions = {identifier(one): one for one in account.items(below(place, "release_actions"))}
        action = actions.get(link(release, "lastAction"), {})
        states = Counter(_state(account, place, one) for one in release["entities"]["items"])
        knows = account.has_read(place, "entries") and account.has_read(place, "assets")
        author = link(release, "createdBy") or None
        rows.append(
            {
                "space_id": place[0],
                "environment_id": place[1],
                "release_id": identifier(release),
                "title": release["title"],
                "status": release["sys"]["status"],
                "created_at": at(release, "createdAt"),
                "updated_at": at(release, "updatedAt"),
                "created_by_id": author,
                "created_by_type": link_type(release, "createdBy"),
                "created_by_name": account.name_of(place[0], author),
                "entities": sum(states.values()),
                **{
                    f"{name}_entities": states[name] if knows else None
                    for name in ("draft", "changed", "archived", "missing")
                },
                "last_action": action.get("action"),
                "last_action_status": action.get("sys", {}).get("status"),
                "last_action_completed_at": at(action, "completedAt") if action else None,
            }
        )
    return rows


def _state(account: Account, place: Place, entity: Record) -> str:
    sys = entity.get("sys", {})
    known = account.entries if sys.get("linkType") == "Entry" else account.assets
    record = known.get((*place, sys.get("id", "")))
    return "missing" if record is None else status(record)


def tasks(account: Account) -> list[Row]:
    """Return the expected rows of `contentful__tasks`."""
    rows = []
    for (space, environment, entry_id), entry in account.entries.items():
        place = (space, environment)
        above = f"{below(place, 'entries')}/{entry_id}"
        for task in account.items(f"{above}/tasks"):
            assignee = task.get("assignedTo")
            author = link(task, "createdBy") or None
            due = moment(task.get("dueDate"))
            comments = account.items(f"{above}/comments")
            rows.append(
                {
                    "space_id": space,
                    "environment_id": environment,
                    "entry_id": entry_id,
                    "task_id": identifier(task),
                    "entry_title": title(account, place, entry),
                    "content_type_id": link(entry, "contentType"),
                    "body": task["body"],
                    "status": task["status"],
                    "assigned_to_type": assignee and assignee["sys"]["linkType"],
                    "assigned_to_id": assignee and link_id(assignee),
                    "assigned_to_name": account.name_of(space, assignee and link_id(assignee)),
                    "due_at": due,
                    "is_overdue": task["status"] == "active"
                    and due is not None
                    and due < account.now,
                    "created_at": at(task, "createdAt"),
                    "created_by_id": author,
                    "created_by_type": link_type(task, "createdBy"),
                    "created_by_name": account.name_of(space, author),
                    "resolved_at": at(task, "resolvedAt"),
                    "hours_to_resolution": hours(at(task, "createdAt"), at(task, "resolvedAt")),
                    "comments_of_entry": len(comments)
                    if account.has_read(place, "entries")
                    else None,
                }
            )
    return rows


def asset_bandwidth(account: Account) -> list[Row]:
    """Return the expected rows of `contentful__asset_bandwidth`."""
    rows = []
    today = (account.now - LATER).date()
    for organization in account.organizations:
        for ago in range(DAYS_OF_BANDWIDTH):
            day = today - timedelta(days=ago)
            rows += _bandwidth(account, organization, day)
    return rows


DAYS_OF_BANDWIDTH = 31


def _bandwidth(account: Account, organization: str, day: date) -> list[Row]:
    path = f"organizations/{organization}/usages-detailed/asset_bandwidth"
    window = {"date[gte]": day.isoformat(), "date[lte]": day.isoformat()}
    rows = []
    for one in account.answer(path, **window)["items"]:
        space, name = link(one, "space"), link(one, "asset")
        environment = account.aliases.get((space, "master"), "master")
        asset = _asset_rows(account).get((space, environment, name), {})
        rows.append(
            {
                "organization_id": organization,
                "space_id": space,
                "asset_id": name,
                "day": day,
                "bytes_served": one["usedBandwidth"],
                "title": asset.get("title"),
                "file_name": asset.get("file_name"),
                "media_type": asset.get("media_type"),
                "file_bytes": asset.get("bytes"),
                "live_uses": asset.get("live_uses"),
            }
        )
    return rows


def _asset_rows(account: Account) -> dict[tuple[str, str, str], Row]:
    if "_asset_rows" not in account.__dict__:
        account.__dict__["_asset_rows"] = {
            (one["space_id"], one["environment_id"], one["asset_id"]): one
            for one in assets(account)
        }
    return dict(account.__dict__["_asset_rows"])


def apps(account: Account) -> list[Row]:
    """Return the expected rows of `contentful__apps`."""
    rows = []
    for organization in account.organizations:
        built = {
            identifier(one): one
            for one in account.items(f"organizations/{organization}/app_definitions")
        }
        installed: dict[str, list[tuple[Place, Record]]] = defaultdict(list)
        mine = [place for place in account.places if account.spaces[place[0]] == organization]
        for place in mine:
            if place in account.ready:
                for one in account.items(below(place, "app_installations")):
                    installed[link(one, "appDefinition")].append((place, one))
        knows = all(account.has_read(place, "app_installations") for place in mine)
        for name in built.keys() | installed.keys():
            app, uses = built.get(name), installed.get(name, [])
            known = bool(uses) or knows
            rows.append(
                {
                    "organization_id": organization,
                    "app_definition_id": name,
                    "name": app["name"] if app else None,
                    "app_organization_id": organization
                    if app
                    else link(uses[0][1], "organization") or None,
                    "created_at": at(app, "createdAt") if app else None,
                    "installations": len(uses) if known else None,
                    "spaces": len({place[0] for place, _ in uses}) if known else None,
                    "first_installed_at": min(
                        filter(None, (at(one, "createdAt") for _, one in uses)), default=None
                    ),
                    "is_unused": not uses if known else None,
                }
            )
    return rows


def seats(account: Account) -> list[Row]:
    """Return the expected rows of `contentful__seats`."""
    spaces = Counter((one["organization_id"], one["user_id"]) for one in access(account))
    rows = []
    for organization in account.organizations:
        above = f"organizations/{organization}"
        people = {identifier(one): one for one in account.items(f"{above}/users")}
        knows = all(
            account.can_read(f"spaces/{space}/space_members")
            for space, owner in account.spaces.items()
            if owner == organization
        )
        for member in account.items(f"{above}/organization_memberships"):
            user = link(member, "user")
            person = people.get(user, {})
            seen, since = at(member, "lastActiveAt"), at(member, "createdAt")
            state = member["sys"].get("status", str(member["status"]).lower())
            last = seen or since
            rows.append(
                {
                    "organization_id": organization,
                    "organization_membership_id": identifier(member),
                    "user_id": user,
                    "user_name": account.actors.get((organization, user)),
                    "role": member["role"],
                    "status": state,
                    "created_at": since,
                    "last_active_at": seen,
                    "days_since_active": (account.now - seen).days if seen else None,
                    "is_never_seen": state == "pending"
                    or (seen is None and not person.get("signInCount")),
                    "is_idle": last < account.days_ago(IDLE_DAYS) if last else None,
                    "is_two_factor_enabled": person.get("2faEnabled"),
                    "spaces": spaces[organization, user] if knows else None,
                }
            )
    return rows


def editors_monthly(account: Account) -> list[Row]:
    """Return the expected rows of `contentful__editors_monthly`."""
    deeds = {"created": "created", "last_edited": "updated", "last_published": "published"}
    counts: dict[tuple[str, str, str, date], Counter[str]] = defaultdict(Counter)
    kinds: dict[tuple[str, str, str, date], list[str]] = defaultdict(list)
    for (space, environment, _), entry in account.entries.items():
        for deed, verb in deeds.items():
            actor, when = link(entry, f"{verb}By"), at(entry, f"{verb}At")
            if actor and when:
                key = (space, environment, actor, when.date().replace(day=1))
                counts[key][deed] += 1
                kinds[key] += filter(None, [link_type(entry, f"{verb}By")])
    return [
        {
            "space_id": space,
            "environment_id": environment,
            "actor_id": actor,
            "month": month,
            "actor_type": max(kinds[space, environment, actor, month]),
            "actor_name": account.name_of(space, actor),
            "is_gone": False if (account.spaces[space], actor) in account.actors else None,
            **{f"entries_{deed}": found[deed] for deed in deeds},
        }
        for (space, environment, actor, month), found in counts.items()
    ]


def content_drift(account: Account) -> list[Row]:
    """Return the expected rows of `contentful__content_drift`."""
    rows = []
    for place in account.ready:
        master = (place[0], account.aliases.get((place[0], "master"), "master"))
        if place == master:
            continue
        for kind, collection in (("Entry", "entries"), ("Asset", "assets")):
            if account.has_read(place, collection) and account.has_read(master, collection):
                rows += _differences(account, place, master, kind)
    return rows


def _differences(account: Account, place: Place, master: Place, kind: str) -> list[Row]:
    known = account.entries if kind == "Entry" else account.assets
    here = {key[2]: one for key, one in known.items() if key[:2] == place}
    there = {key[2]: one for key, one in known.items() if key[:2] == master}
    rows = []
    for name in here.keys() | there.keys():
        one, other = here.get(name), there.get(name)
        if other is None:
            difference = "only here"
        elif one is None:
            difference = "only in master"
        elif json.dumps(one.get("fields", {})) != json.dumps(other.get("fields", {})):
            difference = "other content"
        elif status(one) != status(other):
            difference = "other status"
        else:
            continue
        shown, where = (one, place) if one is not None else (other, master)
        assert shown is not None
        rows.append(
            {
                "space_id": place[0],
                "environment_id": place[1],
                "record_type": kind,
                "record_id": name,
                "master_environment_id": master[1],
                "content_type_id": link(shown, "contentType") if kind == "Entry" else None,
                "title": title(account, where, shown)
                if kind == "Entry"
                else shown.get("fields", {})
                .get("title", {})
                .get(account.default_locales.get(where, "")),
                "difference": difference,
                "status": one and status(one),
                "master_status": other and status(other),
                "updated_at": one and at(one, "updatedAt"),
                "master_updated_at": other and at(other, "updatedAt"),
            }
        )
    return rows


def missing_fields(account: Account) -> list[Row]:
    """Return the expected rows of `contentful__missing_fields`."""
    optional = {
        (*place, one["code"]): one.get("optional", False)
        for place, one in account.records("locales")
    }
    rows = []
    for (space, environment, name), entry in account.entries.items():
        place = (space, environment)
        kind = link(entry, "contentType")
        model = account.content_types.get((*place, kind), {"fields": []})
        there = set(filled(entry))
        for field in model["fields"]:
            if field.get("omitted") or field.get("disabled"):
                continue
            for locale in account.locales.get(place, []):
                is_default = locale == account.default_locales.get(place)
                needs = field.get("required", False) and (
                    is_default or not optional[space, environment, locale]
                )
                is_seo = field["id"] in SEO_FIELDS
                if (field["id"], locale) in there or not (field.get("localized") or is_default):
                    continue
                if needs or is_seo:
                    rows.append(
                        {
                            "space_id": space,
                            "environment_id": environment,
                            "entry_id": name,
                            "field_id": field["id"],
                            "locale": locale,
                            "content_type_id": kind,
                            "title": title(account, place, entry),
                            "is_live": is_live(entry),
                            "field_name": field["name"],
                            "is_required": needs,
                            "is_seo": is_seo,
                        }
                    )
    return rows
