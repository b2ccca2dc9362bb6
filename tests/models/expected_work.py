"""The marts about people and work, computed from the emulator's records in plain Python."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from emulated import Account, Record, at, hours, identifier, link, moment, share

Row = dict[str, Any]
IDLE_DAYS = 90
HEALTHY_SHARE = 0.9
QUOTAS = {"cma": 100_000}


def access(account: Account) -> list[Row]:
    """Return what `contentful__access` has to hold."""
    rows = []
    for space, organization in account.spaces.items():
        roles = {identifier(one): one["name"] for one in account.items(f"spaces/{space}/roles")}
        ways = _ways(account, space, organization)
        for user in {way[0] for way in ways}:
            mine = [way for way in ways if way[0] == user]
            teams = {way[2] for way in mine if way[1] == "team"}
            knows_teams = all(
                account.can_read(f"organizations/{organization}/{one}")
                for one in ("team_memberships", "team_space_memberships")
            )
            role_ids = {link_id(one) for way in mine for one in way[3].get("roles", [])}
            rows.append(
                {
                    "space_id": space,
                    "user_id": user,
                    "organization_id": organization,
                    "user_name": account.actor(space, user)[1],
                    "is_admin": any(way[3]["admin"] for way in mine),
                    "roles": ", ".join(sorted(roles.get(one, one) for one in role_ids)),
                    "is_direct": any(way[1] == "direct" for way in mine),
                    "is_by_team": bool(teams) if teams or knows_teams else None,
                    "teams": ", ".join(sorted(teams)) if teams or knows_teams else None,
                    **_member(account, organization, user),
                }
            )
    return rows


def link_id(value: Record) -> str:
    """Return the id that a link names."""
    return str(value["sys"]["id"])


def _ways(account: Account, space: str, organization: str) -> list[tuple[str, str, str, Record]]:
    """Return user, way, team and membership of everyone who can open a space."""
    above = f"organizations/{organization}"
    teams = {identifier(one): one["name"] for one in account.items(f"{above}/teams")}
    direct = account.items(f"spaces/{space}/space_memberships")
    listed = account.items(f"spaces/{space}/space_members")
    by_team = [
        (link(person, "user"), "team", teams[link(one, "team")], one)
        for one in account.items(f"{above}/team_space_memberships")
        if link(one, "space") == space
        for person in account.items(f"{above}/team_memberships")
        if link(person, "team") == link(one, "team")
    ]
    return [
        *((link_id(one["user"]), "direct", "", one) for one in direct),
        *((link(one, "user"), "listed", "", one) for one in listed),
        *by_team,
    ]


def _member(account: Account, organization: str, user: str) -> Row:
    above = f"organizations/{organization}"
    people = {identifier(one): one for one in account.items(f"{above}/users")}
    members = account.items(f"{above}/organization_memberships")
    member = next((one for one in members if link(one, "user") == user), None)
    person = people.get(user)
    seen = at(member, "lastActiveAt") if member else None
    signed_in = person["signInCount"] if person else 0
    pending = member is not None and member["sys"].get("status") == "pending"
    return {
        "organization_role": member and member["role"],
        "is_two_factor_enabled": person and person["2faEnabled"],
        "last_active_at": seen,
        "is_never_seen": pending or (seen is None and not signed_in),
    }


def credentials(account: Account) -> list[Row]:
    """Return what `contentful__credentials` has to hold."""
    rows = []
    for organization in account.organizations:
        for token in account.items(f"organizations/{organization}/access_tokens"):
            used, created = at(token, "lastUsedAt"), at(token, "createdAt")
            ends = at(token, "expiresAt")
            owner = link(token, "user")
            last = used or created
            rows.append(
                {
                    "credential_type": "access_token",
                    "organization_id": organization,
                    "space_id": None,
                    "credential_id": identifier(token),
                    "name": token["name"],
                    "owner_id": owner,
                    "owner_name": account.actors.get((organization, owner), ("", None))[1],
                    "created_at": created,
                    "last_used_at": used,
                    "expires_at": ends,
                    "revoked_at": moment(token["revokedAt"]),
                    "is_never_used": used is None,
                    "is_idle": last is not None and last < account.days_ago(IDLE_DAYS),
                    "is_expired": ends is not None and ends <= account.now,
                    "is_revoked": token["revokedAt"] is not None,
                    "is_without_end": ends is None and token["revokedAt"] is None,
                }
            )
    for space, organization in account.spaces.items():
        for kind in ("api_key", "preview_api_key"):
            rows += [
                _key(account, kind, organization, space, one)
                for one in account.items(f"spaces/{space}/{kind}s")
            ]
    return rows


def _key(account: Account, kind: str, organization: str, space: str, key: Record) -> Row:
    nothing = ("last_used_at", "expires_at", "revoked_at", "is_never_used", "is_idle")
    return {
        "credential_type": kind,
        "organization_id": organization,
        "space_id": space,
        "credential_id": identifier(key),
        "name": key["name"],
        "owner_id": link(key, "createdBy"),
        "owner_name": account.actor(space, link(key, "createdBy"))[1],
        "created_at": at(key, "createdAt"),
        **dict.fromkeys(nothing),
        "is_expired": False,
        "is_revoked": False,
        "is_without_end": True,
    }


def webhooks(account: Account) -> list[Row]:
    """Return what `contentful__webhooks` has to hold."""
    rows = []
    for space in account.spaces:
        for hook in account.items(f"spaces/{space}/webhook_definitions"):
            path = f"spaces/{space}/webhooks/{identifier(hook)}/health"
            calls = account.answer(path)["calls"]
            scheme, _, rest = hook["url"].partition("://")
            rows.append(
                {
                    "space_id": space,
                    "webhook_id": identifier(hook),
                    "name": hook["name"],
                    "url": f"{scheme}://{rest.split('/')[0].split('@')[-1]}",
                    "is_active": hook["active"],
                    "created_at": at(hook, "createdAt"),
                    "updated_at": at(hook, "updatedAt"),
                    "calls": calls["total"],
                    "healthy_calls": calls["healthy"],
                    "healthy_share": share(calls["healthy"], calls["total"]),
                    "is_failing": calls["healthy"] < calls["total"] * HEALTHY_SHARE,
                }
            )
    return rows


def scheduled_actions(account: Account) -> list[Row]:
    """Return what `contentful__scheduled_actions` has to hold."""
    rows = []
    for space in account.spaces:
        for action in account.items(f"spaces/{space}/scheduled_actions"):
            due = moment(action["scheduledFor"]["datetime"])
            assert due is not None
            state = action["sys"]["status"]
            if state == "scheduled":
                state = "upcoming" if due > account.now else "overdue"
            author = link(action, "createdBy") or None
            rows.append(
                {
                    "space_id": space,
                    "environment_id": link_id(action["environment"]),
                    "scheduled_action_id": identifier(action),
                    "action": action["action"],
                    "status": action["sys"]["status"],
                    "entity_type": action["entity"]["sys"]["linkType"],
                    "entity_id": link_id(action["entity"]),
                    "scheduled_for": due,
                    "state": state,
                    "created_at": at(action, "createdAt"),
                    "created_by_id": author,
                    "created_by_type": account.actor(space, author)[0],
                    "created_by_name": account.actor(space, author)[1],
                    "canceled_at": at(action, "canceledAt"),
                    "canceled_by_id": link(action, "canceledBy") or None,
                }
            )
    return rows


def workflows(account: Account) -> list[Row]:
    """Return what `contentful__workflows` has to hold."""
    definitions = {
        (*place, identifier(one)): one for place, one in account.records("workflow_definitions")
    }
    rows = []
    for place, flow in account.records("workflows"):
        definition = definitions.get((*place, link(flow, "workflowDefinition")), {})
        steps = [one["id"] for one in definition.get("steps", [])]
        named = {one["id"]: one["name"] for one in definition.get("steps", [])}
        done, step = at(flow, "completedAt"), flow["stepId"]
        state = "completed" if done else "open"
        rows.append(
            {
                "space_id": place[0],
                "environment_id": place[1],
                "workflow_id": identifier(flow),
                "workflow_definition_id": link(flow, "workflowDefinition"),
                "workflow_name": definition.get("name"),
                "entity_type": flow["sys"]["entity"]["sys"]["linkType"],
                "entity_id": link(flow, "entity"),
                "step_id": step,
                "step_name": named.get(step),
                "step_position": steps.index(step) if step in steps else None,
                "state": "deleted" if at(flow, "deletedAt") else state,
                "created_at": at(flow, "createdAt"),
                "completed_at": done,
                "step_entered_at": None,
                "hours_in_step": None,
                "hours_to_completion": hours(at(flow, "createdAt"), done),
            }
        )
    return rows


def usage_daily(account: Account) -> list[Row]:
    """Return what `contentful__usage_daily` has to hold, with the quotas of `QUOTAS`."""
    series: dict[tuple[Any, ...], dict[date, float]] = defaultdict(dict)
    for organization in account.organizations:
        for kind in ("organization", "space"):
            path = f"organizations/{organization}/{kind}_periodic_usages"
            for one in account.items(path):
                space = link(one, "space") or None
                key = (organization, space, one["metric"], one["unitOfMeasure"])
                for day, used in one["usagePerDay"].items():
                    series[key][date.fromisoformat(day)] = used
    rows = []
    for (organization, space, metric, unit), days in series.items():
        for day, used in days.items():
            week = [days.get(day - timedelta(days=n)) for n in range(7)]
            told = [one for one in week if one is not None]
            month = sum(v for d, v in days.items() if d <= day and d >= day.replace(day=1))
            rows.append(
                {
                    "organization_id": organization,
                    "space_id": space,
                    "metric": metric,
                    "day": day,
                    "used": used,
                    "unit_of_measure": unit,
                    "mean_7_days": sum(told) / len(told),
                    "used_this_month": month,
                    "quota_share": share(month, QUOTAS[metric]) if metric in QUOTAS else None,
                }
            )
    return rows
