"""Paths of the collections that more than one module uses."""

from __future__ import annotations

ORGANIZATIONS = "organizations"
SPACES = "spaces"
ORGANIZATION = f"{ORGANIZATIONS}/{{organization}}"
SPACE = f"{SPACES}/{{space}}"
ENVIRONMENTS = f"{SPACE}/environments"
ENVIRONMENT = f"{ENVIRONMENTS}/{{environment}}"

USERS = f"{ORGANIZATION}/users"
ORGANIZATION_MEMBERSHIPS = f"{ORGANIZATION}/organization_memberships"
TEAMS = f"{ORGANIZATION}/teams"
TEAM_MEMBERSHIPS = f"{TEAMS}/{{team}}/team_memberships"
ROLES = f"{SPACE}/roles"
SPACE_MEMBERSHIPS = f"{SPACE}/space_memberships"
TEAM_SPACE_MEMBERSHIPS = f"{SPACE}/team_space_memberships"

LICENSES = f"{ORGANIZATION}/available_licenses"

APP_DEFINITIONS = f"{ORGANIZATION}/app_definitions"
ENVIRONMENT_TEMPLATES = f"{ORGANIZATION}/environment_templates"
TEMPLATE_INSTALLATIONS = f"{ENVIRONMENT_TEMPLATES}/{{template}}/template_installations"
ENVIRONMENT_ALIASES = f"{SPACE}/environment_aliases"
PREVIEW_API_KEYS = f"{SPACE}/preview_api_keys"
WEBHOOKS = f"{SPACE}/webhook_definitions"
LOCALES = f"{ENVIRONMENT}/locales"

CONTENT_TYPES = f"{ENVIRONMENT}/content_types"
EDITOR_INTERFACES = f"{ENVIRONMENT}/editor_interfaces"
ENTRIES = f"{ENVIRONMENT}/entries"
ASSETS = f"{ENVIRONMENT}/assets"
WORKFLOWS = f"{ENVIRONMENT}/workflows"
EXPERIENCES = f"{ENVIRONMENT}/experiences"
EXPERIENCE_TEMPLATES = f"{ENVIRONMENT}/experience_templates"
EXPERIENCE_FRAGMENTS = f"{ENVIRONMENT}/experience_fragments"
COMPONENTS = f"{ENVIRONMENT}/components"
RELEASES = f"{ENVIRONMENT}/releases"
RELEASE_ENTRIES = f"{RELEASES}/{{release}}/entries"
RELEASE_ASSETS = f"{RELEASES}/{{release}}/assets"
WORKFLOWS_CHANGELOG = f"{ENVIRONMENT}/workflows_changelog"
RELEASE_ACTIONS = f"{ENVIRONMENT}/release_actions"
WEBHOOK_CALLS = f"{SPACE}/webhooks/{{webhook}}/calls"
ENTRY_SNAPSHOTS = f"{ENTRIES}/{{entry}}/snapshots"
CONTENT_TYPE_SNAPSHOTS = f"{CONTENT_TYPES}/{{content_type}}/snapshots"

PARENTS = {
    "organization": ORGANIZATIONS,
    "space": SPACES,
    "environment": ENVIRONMENTS,
    "team": TEAMS,
    "template": ENVIRONMENT_TEMPLATES,
    "webhook": WEBHOOKS,
    "entry": ENTRIES,
    "content_type": CONTENT_TYPES,
    "release": RELEASES,
    "workflow": WORKFLOWS,
    "experience": EXPERIENCES,
    "experience_template": EXPERIENCE_TEMPLATES,
    "experience_fragment": EXPERIENCE_FRAGMENTS,
    "component": COMPONENTS,
}
"""Collections of the records that a path names; below a missing record, all paths are a 404."""
