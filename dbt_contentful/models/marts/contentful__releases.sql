-- Releases, and how much of their content is not ready to be published.
{%- set key = ['space_id', 'environment_id', 'release_id'] %}
with releases as (

    select * from {{ ref('stg_contentful__releases') }}

),

items as (
    {{ contentful.json_rows('releases', 'entities', 'entity_number', 'entity', key) }}
),

entities as (

    select
        {{ key | join(', ') }},
        {{ contentful.json_text('entity', ['sys', 'linkType']) }} as entity_type,
        {{ contentful.json_text('entity', ['sys', 'id']) }} as entity_id
    from items

),

statuses as (

    select space_id, environment_id, 'Entry' as entity_type, entry_id as entity_id, status
    from {{ ref('stg_contentful__entries') }}
    union all
    select space_id, environment_id, 'Asset' as entity_type, asset_id as entity_id, status
    from {{ ref('stg_contentful__assets') }}

),

counted as (

    select
        {{ contentful.columns_of('entities', key) }},
        count(*) as entities,
        {%- for status in ['draft', 'changed', 'archived'] %}
        sum(case when statuses.status = '{{ status }}' then 1 else 0 end) as {{ status }}_entities,
        {%- endfor %}
        sum(case when statuses.status is null then 1 else 0 end) as missing_entities
    from entities
    left join statuses
        on {{ contentful.equal('entities', 'statuses',
            ['space_id', 'environment_id', 'entity_type', 'entity_id']) }}
    group by {{ contentful.columns_of('entities', key) }}

)

{%- set is_known = 'places.is_entries_read and places.is_assets_read' %}
select
    {{ contentful.columns_of('releases', key) }},
    releases.title,
    releases.status,
    releases.created_at,
    releases.updated_at,
    releases.created_by_id,
    coalesce(releases.created_by_type, actors.actor_type) as created_by_type,
    actors.actor_name as created_by_name,
    {{ contentful.if_read(contentful.has_column('releases', 'entities'),
        'coalesce(counted.entities, 0)') }} as entities,
    {%- for name in ['draft', 'changed', 'archived', 'missing'] %}
    {{ contentful.if_read(is_known ~ ' and ' ~ contentful.has_column('releases', 'entities'),
        'coalesce(counted.' ~ name ~ '_entities, 0)') }} as {{ name }}_entities,
    {%- endfor %}
    actions.action as last_action,
    actions.status as last_action_status,
    actions.completed_at as last_action_completed_at,
    releases.source_relation
from releases
left join {{ ref('int_contentful__environments') }} as places
    on {{ contentful.equal('releases', 'places', ['space_id', 'environment_id']) }}
left join counted
    on {{ contentful.equal('releases', 'counted', key) }}
left join {{ ref('stg_contentful__release_actions') }} as actions
    on {{ contentful.equal('releases', 'actions', key) }}
    and releases.last_action_id = actions.release_action_id
left join {{ ref('int_contentful__actors') }} as actors
    on places.organization_id = actors.organization_id
    and releases.created_by_id = actors.actor_id
