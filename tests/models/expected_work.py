"""The expected marts about people and work, computed from the emulator's records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from emulated import (
    LATER,
    Account,
    Place,
    Record,
    at,
    hours,
    identifier,
    link,
    link_type,
    moment,
    share,
)

Row = dict[str, Any]
IDLE_DAYS = 90
HEALTHY_SHARE = 0.9
QUOTAS = {"cma": 100_000}


def access(account: Account) -> list[Row]:
    """Return the expected rows of `contentful__access`."""
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
                    "user_name": account.name_of(space, user),
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
    """Return the id of a link's target."""
    return str(value["sys"]["id"])


def _ways(account: Account, space: str, organization: str) -> list[tuple[str, str, str, Record]]:
    """Return user, way, team and membership of all people with access to a space."""
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
    """Return the expected rows of `contentful__credentials`."""
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
                    "owner_name": account.actors.get((organization, owner)),
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
        "owner_name": account.name_of(space, link(key, "createdBy")),
        "created_at": at(key, "createdAt"),
        **dict.fromkeys(nothing),
        "is_expired": False,
        "is_revoked": False,
        "is_without_end": True,
    }


def webhooks(account: Account) -> list[Row]:
    """Return the expected rows of `contentful__webhooks`."""
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
    """Return the expected rows of `contentful__scheduled_actions`."""
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
                    "created_by_type": link_type(action, "createdBy"),
                    "created_by_name": account.name_of(space, author),
                    "canceled_at": at(action, "canceledAt"),
                    "canceled_by_id": link(action, "canceledBy") or None,
                }
            )
    return rows


def workflows(account: Account) -> list[Row]:
    """Return the expected rows of `contentful__workflows`."""
    definitions = {
        (*place, identifier(one)): one for place, one in account.records("workflow_definitions")
    }
    rows = []
    for place, flow in account.records("workflows"):
        definition = definitions.get((*place, link(flow, "workflowDefinition")), {})
        steps = [one["id"] for one in definition.get("steps", [])]
        named = {one["id"]: one["name"] for one in definition.get("steps", [])}
        done, step = at(flow, "completedAt"), flow["stepId"]
        entered, state = _entered(account, place, flow), "completed" if done else "open"
        state = "deleted" if at(flow, "deletedAt") else state
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
                "state": state,
                "created_at": at(flow, "createdAt"),
                "completed_at": done,
                "step_entered_at": entered,
                "hours_in_step": hours(entered, account.now) if state == "open" else None,
                "hours_to_completion": hours(at(flow, "createdAt"), done),
            }
        )
    return rows


def _entered(account: Account, place: Place, flow: Record) -> datetime | None:
    """Return the last time that a workflow entered its current step."""
    times = [
        moment(event["eventAt"])
        for where, event in account.records("workflows_changelog")
        if (where, link_id(event["workflow"])) == (place, identifier(flow))
        and event["stepId"] == flow["stepId"]
        and event["event"] in {"created", "stepChanged"}
    ]
    return max(filter(None, times), default=None)


METRICS = {
    "api_call_cma": "cma",
    "api_call_cda": "cda",
    "api_call_cpa": "cpa",
    "api_call_graphql": "gql",
    **{
        one: one
        for one in (
            *("api_call_total", "functions_invocations", "asset_bandwidth"),
            *("ai_action_invocation", "ai_action_word_count", "ai_consumption_unit"),
            "monthly_active_profiles",
        )
    },
}
"""The metrics of the API, with their names in the tables."""
OF_ORGANIZATIONS = "monthly_active_profiles"
"""The metric that the API does not report by space."""
DAYS_OF_USAGE = 365
DAYS_AT_ONCE = 31


def usage_daily(account: Account) -> list[Row]:
    """Return the expected rows of `contentful__usage_daily`, with the quotas of `QUOTAS`."""
    rows = []
    for organization in account.organizations:
        for api_name, metric in METRICS.items():
            for (space, unit), days in _usage(account, organization, api_name).items():
                names = {"organization_id": organization, "space_id": space, "metric": metric}
                rows += [{**names, "unit_of_measure": unit, **one} for one in _daily(metric, days)]
    return rows


def _usage(account: Account, organization: str, metric: str) -> dict[Any, dict[date, float]]:
    """Return the last year of a metric by space; the space is None for the organization."""
    series: dict[Any, dict[date, float]] = defaultdict(dict)
    path = f"organizations/{organization}/usages/{metric}"
    by_space = [{}] if metric == OF_ORGANIZATIONS else [{}, {"group": BY_SPACE}]
    last = (account.now - LATER).date()
    for group in by_space:
        for ago in range(0, DAYS_OF_USAGE, DAYS_AT_ONCE):
            end = last - timedelta(days=ago)
            first = end - timedelta(days=min(DAYS_AT_ONCE, DAYS_OF_USAGE - ago) - 1)
            window = {"date[gte]": first.isoformat(), "date[lte]": end.isoformat()}
            for one in account.answer(path, **window, **group)["items"]:
                space = one["sys"]["dimensions"].get("space")
                key = space and link_id(space), one["sys"]["unitOfMeasurement"]
                for number, used in enumerate(one["data"]):
                    series[key][first + timedelta(days=number)] = used
    return series


BY_SPACE = "sys.dimensions.space.sys.id"


def _daily(metric: str, days: dict[date, float]) -> Iterator[Row]:
    month = 0.0
    for day, used in sorted(days.items()):
        month = used if day.day == 1 else month + used
        week = [days.get(day - timedelta(days=n)) for n in range(7)]
        reported = [one for one in week if one is not None]
        yield {
            "day": day,
            "used": used,
            "mean_7_days": sum(reported) / len(reported),
            "used_this_month": month,
            "quota_share": share(month, QUOTAS[metric]) if metric in QUOTAS else None,
        }
