-- The references from entries, with the space and environment of each target.
{{ config(materialized='table') }}
{%- set entry = ['space_id', 'environment_id', 'entry_id', 'content_type_id', 'status', 'source_relation'] %}
with entries as (

    select {{ entry | join(', ') }}, links from {{ ref('stg_contentful__entries') }}

),

items as (
    {{ contentful.json_rows('entries', 'links', 'item_number', 'link', entry) }}
),

links as (

    select
        {{ entry | join(', ') }},
        {%- for name in ['field', 'locale', 'kind', 'type', 'target'] %}
        {{ contentful.json_text('link', [name]) }} as link_{{ name }},
        {%- endfor %}
        cast({{ contentful.json_text('link', ['position']) }} as {{ contentful.type_of('whole') }})
            as link_position
    from items

),

-- crn:contentful:::content:spaces/SPACE/environments/ENVIRONMENT/entries/ID, or without environment
located as (

    select
        *,
        link_type in ('Contentful:Entry', 'Contentful:Asset') as is_far,
        {{ contentful.part('link_target', 3) }} = 'environments' as names_environment
    from links

),

named as (

    select
        space_id,
        environment_id,
        entry_id,
        content_type_id,
        source_relation,
        {{ contentful.is_live('status') }} as is_live,
        link_field as field_id,
        link_locale as locale,
        link_position as position,
        link_kind as kind,
        case when is_far then replace(link_type, 'Contentful:', '') else link_type end
            as target_type,
        case when is_far then {{ contentful.part('link_target', 2) }} else space_id end
            as target_space_id,
        case
            when is_far and names_environment then {{ contentful.part('link_target', 4) }}
            when is_far then 'master'
            else environment_id
        end as target_environment_id,
        case
            when is_far and names_environment then {{ contentful.part('link_target', 6) }}
            when is_far then {{ contentful.part('link_target', 4) }}
            else link_target
        end as target_id
    from located

)

select
    named.space_id,
    named.environment_id,
    named.entry_id,
    named.content_type_id,
    named.is_live,
    named.field_id,
    named.locale,
    named.position,
    named.kind,
    named.target_type,
    named.target_space_id,
    coalesce(aliases.environment_id, named.target_environment_id) as target_environment_id,
    named.target_id,
    named.source_relation
from named
left join {{ ref('stg_contentful__environment_aliases') }} as aliases
    on named.target_space_id = aliases.space_id
    and named.target_environment_id = aliases.environment_alias_id
