-- The references from each entry, with the space, environment and state of each target.
{{ config(unique_key=contentful.entry_key()) }}
{%- set key = contentful.entry_key() %}
{%- set entry = key + ['content_type_id', 'status', '_fivetran_synced', 'source_relation'] %}
{%- set columns = {
    'content_type_id': 'string', 'is_live': 'flag', 'field_id': 'string', 'locale': 'string',
    'position': 'whole', 'kind': 'string', 'target_type': 'string', 'target_space_id': 'string',
    'target_environment_name': 'string', 'target_environment_id': 'string', 'target_id': 'string',
    'is_target_live': 'flag', 'links_out': 'whole',
} %}
{%- set affected %}
    -- Entries that refer to a record that is new, gone, published or unpublished.
    select {{ contentful.columns_of('known', key) }}
    from {{ this }} as known
    inner join {{ ref('int_contentful__targets') }} as targets
        on known.target_space_id = targets.space_id
        and known.target_environment_id = targets.environment_id
        and known.target_type = targets.target_type
        and known.target_id = targets.target_id
    where targets.changed_at > (select max(computed_at) from {{ this }})
    union
    -- Entries that refer to an environment by a name that has another meaning now.
    select {{ contentful.columns_of('known', key) }}
    from {{ this }} as known
    left join {{ ref('stg_contentful__environment_aliases') }} as aliases
        on known.target_space_id = aliases.space_id
        and known.target_environment_name = aliases.environment_alias_id
    where known.target_environment_id
        <> coalesce(aliases.environment_id, known.target_environment_name)
{%- endset %}
with to_compute as (
    {{ contentful.entries_to_compute(ref('stg_contentful__entries'), more=affected) }}
),

entries as (

    select {{ contentful.columns_of('entries', entry) }}, entries.links
    from {{ ref('stg_contentful__entries') }} as entries
    inner join to_compute
        on {{ contentful.equal('entries', 'to_compute', key) }}

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

-- A reference to another place or system has a name: crn:contentful:::content:spaces/SPACE/
-- environments/ENVIRONMENT/entries/ID, or the same without environment.
split as (

    select
        *,
        {%- for number in range(1, 7) %}
        {{ contentful.part('link_target', number) }} as part_{{ number }},
        {%- endfor %}
        link_type like '%:%' as is_far
    from links

),

read as (

    select
        *,
        case
            when not is_far or part_1 not like 'crn:contentful:%:content:spaces' or part_2 = '' then ''
            when part_3 = 'environments' and part_5 in ('entries', 'assets') then part_6
            when part_3 in ('entries', 'assets') then part_4
            else ''
        end as far_id
    from split

),

named as (

    select
        {{ entry | join(', ') }},
        link_field as field_id,
        link_locale as locale,
        link_position as position,
        link_kind as kind,
        case when far_id <> '' then replace(link_type, 'Contentful:', '') else link_type end
            as target_type,
        case
            when far_id <> '' then part_2
            when not is_far then space_id
        end as target_space_id,
        case
            when far_id <> '' and part_3 = 'environments' then part_4
            when far_id <> '' then 'master'
            when not is_far then environment_id
        end as target_environment_name,
        case when far_id <> '' then far_id else link_target end as target_id
    from read

),

resolved as (

    select
        named.*,
        coalesce(aliases.environment_id, named.target_environment_name) as target_environment_id
    from named
    left join {{ ref('stg_contentful__environment_aliases') }} as aliases
        on named.target_space_id = aliases.space_id
        and named.target_environment_name = aliases.environment_alias_id

),

computed as (

    select
        {{ contentful.columns_of('resolved', key) }},
        resolved.content_type_id,
        {{ contentful.is_live('resolved.status') }} as is_live,
        resolved.field_id,
        resolved.locale,
        resolved.position,
        resolved.kind,
        resolved.target_type,
        resolved.target_space_id,
        resolved.target_environment_name,
        resolved.target_environment_id,
        resolved.target_id,
        targets.is_live as is_target_live,
        {{ contentful.nothing('whole') }} as links_out,
        resolved._fivetran_synced,
        resolved.source_relation
    from resolved
    left join {{ ref('int_contentful__targets') }} as targets
        on resolved.target_space_id = targets.space_id
        and resolved.target_environment_id = targets.environment_id
        and resolved.target_type = targets.target_type
        and resolved.target_id = targets.target_id
        and not targets.is_gone

),

counted as (

    select {{ key | join(', ') }}, count(*) as links
    from links
    group by {{ key | join(', ') }}

),

states as (

    select
        {{ contentful.columns_of('entries', key) }},
        coalesce(counted.links, 0) as links_out,
        entries._fivetran_synced,
        entries.source_relation
    from entries
    left join counted
        on {{ contentful.equal('entries', 'counted', key) }}

)

{{ contentful.rows_and_states('computed', 'states', ref('stg_contentful__entries'), columns,
    state=['links_out']) }}
