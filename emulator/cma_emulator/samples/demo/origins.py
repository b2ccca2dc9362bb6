"""The sources of the records of the demo account, by the path of their collection."""

from __future__ import annotations

from ... import paths
from ...account.catalog import Origin
from ..usage import add_ons
from . import content, history, model, people, structure, usage, work
from .plan import places

ORIGINS = {
    paths.ORGANIZATIONS: Origin(structure.organizations),
    paths.SPACES: Origin(structure.spaces),
    paths.USERS: Origin(people.users),
    paths.ORGANIZATION_MEMBERSHIPS: Origin(people.organization_memberships),
    paths.TEAMS: Origin(people.teams),
    paths.TEAM_MEMBERSHIPS: Origin(nested=people.team_memberships),
    paths.SPACE_MEMBERSHIPS: Origin(people.space_memberships),
    paths.TEAM_SPACE_MEMBERSHIPS: Origin(people.team_space_memberships),
    paths.ROLES: Origin(people.roles),
    f"{paths.ORGANIZATION}/security_contacts": Origin(people.security_contacts),
    f"{paths.ORGANIZATION}/access_tokens": Origin(people.organization_tokens),
    "users/me/access_tokens": Origin(people.my_tokens),
    paths.APP_DEFINITIONS: Origin(structure.app_definitions),
    paths.ENVIRONMENT_TEMPLATES: Origin(structure.environment_templates),
    paths.TEMPLATE_INSTALLATIONS: Origin(nested=structure.template_installations),
    paths.ENVIRONMENTS: Origin(structure.environments),
    paths.ENVIRONMENT_ALIASES: Origin(structure.environment_aliases),
    f"{paths.SPACE}/api_keys": Origin(structure.api_keys),
    paths.PREVIEW_API_KEYS: Origin(structure.preview_api_keys),
    paths.WEBHOOKS: Origin(structure.webhooks),
    paths.LOCALES: Origin(structure.locales),
    f"{paths.ENVIRONMENT}/tags": Origin(structure.tags),
    f"{paths.ENVIRONMENT}/extensions": Origin(structure.extensions),
    f"{paths.ENVIRONMENT}/app_installations": Origin(structure.app_installations),
    paths.CONTENT_TYPES: Origin(model.content_types),
    paths.EDITOR_INTERFACES: Origin(model.editor_interfaces),
    f"{paths.ORGANIZATION}/taxonomy/concepts": Origin(model.concepts),
    f"{paths.ORGANIZATION}/taxonomy/concept-schemes": Origin(model.schemes),
    paths.ENTRIES: Origin(content.entries),
    paths.ASSETS: Origin(content.assets),
    f"{paths.ENVIRONMENT}/releases": Origin(work.releases),
    paths.RELEASE_ACTIONS: Origin(work.release_actions),
    f"{paths.ENVIRONMENT}/workflow_definitions": Origin(work.workflow_definitions),
    f"{paths.ENVIRONMENT}/workflows": Origin(work.workflows),
    f"{paths.ENVIRONMENT}/automation_definitions": Origin(work.automation_definitions),
    f"{paths.ENVIRONMENT}/automation_executions": Origin(work.automation_executions),
    f"{paths.SPACE}/scheduled_actions": Origin(work.scheduled_actions),
    f"{paths.SPACE}/ai/actions": Origin(work.ai_actions),
    paths.LICENSES: Origin(structure.licenses),
    f"{paths.ORGANIZATION}/space_add_ons": Origin(add_ons),
    f"{paths.SPACE}/space_add_ons": Origin(structure.space_add_ons),
    f"{paths.ORGANIZATION}/usages-detailed/asset_bandwidth": Origin(usage.top_assets),
    paths.WORKFLOWS_CHANGELOG: Origin(work.workflow_events),
    f"{paths.ENVIRONMENT}/bulk_operations": Origin(work.bulk_operations),
    paths.WEBHOOK_CALLS: Origin(nested=history.webhook_calls),
    paths.ENTRY_SNAPSHOTS: Origin(nested=history.snapshots),
    paths.CONTENT_TYPE_SNAPSHOTS: Origin(nested=history.snapshots),
    f"{paths.ENVIRONMENT}/entries/{{entry}}/comments": Origin(nested=history.comments),
    f"{paths.ENVIRONMENT}/entries/{{entry}}/tasks": Origin(nested=history.tasks),
}
"""The account has no experiences."""

__all__ = ["ORIGINS", "places"]
