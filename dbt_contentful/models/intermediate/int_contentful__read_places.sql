-- Each table and place (organization, space or environment) that the last sync read completely.
-- Counts in other places are unknown.
-- depends_on: {{ ref('stg_contentful__sync_coverage') }}
-- depends_on: {{ ref('stg_contentful__organizations') }}
-- depends_on: {{ ref('stg_contentful__spaces') }}
-- depends_on: {{ ref('stg_contentful__environments') }}
{% if contentful.is_synced('sync_coverage') %}
select
    lower(table_name) as table_name,
    organization_id,
    space_id,
    environment_id,
    min(source_relation) as source_relation
from {{ ref('stg_contentful__sync_coverage') }}
where status = 'read'
group by lower(table_name), organization_id, space_id, environment_id
{% else %}
-- Without SYNC_COVERAGE, each table that exists counts as read in all its places.
{%- set scopes = {
    'organizations': ['users', 'organization_memberships', 'team_memberships',
                      'team_space_memberships', 'access_tokens', 'app_definitions'],
    'spaces': ['roles', 'space_memberships', 'space_members', 'environments', 'api_keys',
               'webhooks', 'webhook_health'],
    'environments': ['entries', 'assets', 'content_types', 'content_type_fields', 'locales',
                     'entry_snapshots'],
} %}
{%- set nothing = contentful.nothing('string') %}
{%- for scope, tables in scopes.items() %}
{%- for table in tables if contentful.is_synced(table) %}
select
    '{{ table }}' as table_name,
    {{ 'organization_id' if scope == 'organizations' else nothing }} as organization_id,
    {{ nothing if scope == 'organizations' else 'space_id' }} as space_id,
    {{ 'environment_id' if scope == 'environments' else nothing }} as environment_id,
    source_relation
from {{ ref('stg_contentful__' ~ scope) }}
union all
{%- endfor %}
{%- endfor %}
select
    {{ nothing }} as table_name,
    {{ nothing }} as organization_id,
    {{ nothing }} as space_id,
    {{ nothing }} as environment_id,
    {{ nothing }} as source_relation
from (select 0 as one) as nothing
where one = 1
{% endif %}
