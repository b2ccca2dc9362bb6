"""All marts: the functions that compute their expected rows, and their keys."""

from __future__ import annotations

from collections.abc import Collection

import expected_content
import expected_more
import expected_work
from connections import NAMES
from emulated import Account
from engines import Comparable, Row, comparable

COMPUTED = {
    function.__name__: function
    for function in (
        expected_content.entries,
        expected_content.entry_links,
        expected_content.orphans,
        expected_content.assets,
        expected_content.content_types,
        expected_content.content_type_fields,
        expected_content.translations,
        expected_content.publishing_daily,
        expected_content.environment_drift,
        expected_content.limits,
        expected_work.access,
        expected_work.credentials,
        expected_work.webhooks,
        expected_work.scheduled_actions,
        expected_work.workflows,
        expected_work.usage_daily,
        expected_more.workflow_steps,
        expected_more.tags,
        expected_more.releases,
        expected_more.tasks,
        expected_more.asset_bandwidth,
        expected_more.apps,
        expected_more.seats,
        expected_more.editors_monthly,
        expected_more.content_drift,
        expected_more.missing_fields,
    )
}

_PLACE = ("space_id", "environment_id")
KEYS = {
    "entries": (*_PLACE, "entry_id"),
    "entry_links": (*_PLACE, "entry_id", "field_id", "locale", "position"),
    "orphans": (*_PLACE, "record_type", "record_id"),
    "assets": (*_PLACE, "asset_id"),
    "content_types": (*_PLACE, "content_type_id"),
    "content_type_fields": (*_PLACE, "content_type_id", "field_id"),
    "translations": (*_PLACE, "entry_id", "locale"),
    "publishing_daily": ("day", *_PLACE, "content_type_id"),
    "environment_drift": (
        *("space_id", "from_environment_id", "to_environment_id"),
        *("content_type_id", "field_id"),
    ),
    "limits": ("resource", "organization_id", *_PLACE),
    "access": ("space_id", "user_id"),
    "credentials": ("credential_type", "organization_id", "credential_id"),
    "webhooks": ("space_id", "webhook_id"),
    "scheduled_actions": (*_PLACE, "scheduled_action_id"),
    "workflows": (*_PLACE, "workflow_id"),
    "usage_daily": ("organization_id", "space_id", "metric", "day"),
    "workflow_steps": (*_PLACE, "workflow_id", "entered_at", "event"),
    "tags": (*_PLACE, "tag_id"),
    "releases": (*_PLACE, "release_id"),
    "tasks": (*_PLACE, "entry_id", "task_id"),
    "asset_bandwidth": ("organization_id", "space_id", "asset_id", "day"),
    "apps": ("organization_id", "app_definition_id"),
    "seats": ("organization_id", "organization_membership_id"),
    "editors_monthly": (*_PLACE, "actor_id", "month"),
    "content_drift": (*_PLACE, "record_type", "record_id"),
    "missing_fields": (*_PLACE, "entry_id", "field_id", "locale"),
}


def computed(mart: str, account: Account, second: Collection[str] = ()) -> list[Row]:
    """Return the expected rows of a mart; the spaces in *second* belong to a second connection."""
    return [
        {**row, "source_relation": NAMES[row.get("space_id") in second]}
        for row in COMPUTED[mart](account)
    ]


Marts = dict[str, dict[tuple[str, ...], Comparable]]
"""The rows of each mart, by key."""


def all_marts(account: Account, excluded: tuple[str, ...] = ()) -> Marts:
    """Return the expected rows of all marts, except those that are *excluded*."""
    included = [mart for mart in COMPUTED if mart not in excluded]
    return {mart: keyed(mart, computed(mart, account)) for mart in included}


def keyed(mart: str, rows: list[Row]) -> dict[tuple[str, ...], Comparable]:
    """Return the rows of a mart, by key."""
    return {tuple(str(row[name]) for name in KEYS[mart]): comparable(row) for row in rows}
