-- Entries and assets of an environment that differ from those of the main environment of its space.
{%- set key = ['space_id', 'record_type', 'record_id'] %}
with pairs as (

    {%- for kind, table in [('Entry', 'entries'), ('Asset', 'assets')] %}
    select
        places.space_id,
        '{{ kind }}' as record_type,
        places.environment_id,
        masters.environment_id as master_environment_id
    from {{ ref('int_contentful__environments') }} as places
    inner join {{ ref('int_contentful__environments') }} as masters
        on places.space_id = masters.space_id
    where masters.is_master
        and not places.is_master
        and places.is_{{ table }}_read
        and masters.is_{{ table }}_read
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

records as (

    {%- for kind, table, id in [('Entry', 'entries', 'entry_id'), ('Asset', 'assets', 'asset_id')] %}
    select
        places.space_id,
        places.environment_id,
        places.is_master,
        '{{ kind }}' as record_type,
        records.{{ id }} as record_id,
        {{ 'records.content_type_id' if kind == 'Entry' else contentful.nothing('string') }} as content_type_id,
        records.title,
        records.status,
        records.updated_at,
        {{ contentful.json_dump('records.fields') }} as fields,
        records.source_relation
    from {{ ref('stg_contentful__' ~ table) }} as records
    inner join {{ ref('int_contentful__environments') }} as places
        on {{ contentful.equal('records', 'places', ['space_id', 'environment_id']) }}
    where places.is_{{ table }}_read
        and exists (
            select 1
            from pairs
            where pairs.space_id = records.space_id
                and pairs.record_type = '{{ kind }}'
        )
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

here as (

    select pairs.environment_id as compared_environment_id, pairs.master_environment_id, records.*
    from pairs
    inner join records
        on {{ contentful.equal('pairs', 'records', ['space_id', 'record_type', 'environment_id']) }}

),

in_master as (

    select pairs.environment_id as compared_environment_id, pairs.master_environment_id, records.*
    from pairs
    inner join records
        on {{ contentful.equal('pairs', 'records', ['space_id', 'record_type']) }}
        and pairs.master_environment_id = records.environment_id

),

compared as (

    select
        {%- for name in key + ['master_environment_id', 'content_type_id', 'title', 'source_relation'] %}
        coalesce(here.{{ name }}, in_master.{{ name }}) as {{ name }},
        {%- endfor %}
        coalesce(here.compared_environment_id, in_master.compared_environment_id) as environment_id,
        case
            when in_master.record_id is null then 'only here'
            when here.record_id is null then 'only in master'
            when coalesce(here.fields, '') <> coalesce(in_master.fields, '') then 'other content'
            when here.status <> in_master.status then 'other status'
        end as difference,
        here.status,
        in_master.status as master_status,
        here.updated_at,
        in_master.updated_at as master_updated_at
    from here
    full outer join in_master
        on here.compared_environment_id = in_master.compared_environment_id
        and {{ contentful.equal('here', 'in_master', key) }}

)

select
    space_id,
    environment_id,
    record_type,
    record_id,
    master_environment_id,
    content_type_id,
    title,
    difference,
    status,
    master_status,
    updated_at,
    master_updated_at,
    source_relation
from compared
where difference is not null
