-- Entries and assets that no live entry refers to, in environments whose entries were all read.
{%- set page_types = var('contentful__page_types') %}
with referenced_types as (

    select distinct entries.space_id, entries.environment_id, entries.content_type_id
    from {{ ref('stg_contentful__entries') }} as entries
    inner join {{ ref('int_contentful__uses') }} as uses
        on entries.space_id = uses.space_id
        and entries.environment_id = uses.environment_id
        and entries.entry_id = uses.target_id
        and uses.target_type = 'Entry'
    where uses.live_uses > 0

),

records as (

    select
        space_id,
        environment_id,
        'Entry' as record_type,
        entry_id as record_id,
        content_type_id,
        title,
        status,
        {{ contentful.nothing('whole') }} as bytes,
        created_at,
        updated_at,
        source_relation
    from {{ ref('stg_contentful__entries') }}
    {%- if page_types %}
    where content_type_id not in ({{ contentful.quoted(page_types) }})
    {%- endif %}
    union all
    select
        space_id,
        environment_id,
        'Asset' as record_type,
        asset_id as record_id,
        {{ contentful.nothing('string') }} as content_type_id,
        title,
        status,
        size as bytes,
        created_at,
        updated_at,
        source_relation
    from {{ ref('stg_contentful__assets') }}

)

select
    records.space_id,
    records.environment_id,
    records.record_type,
    records.record_id,
    records.content_type_id,
    records.title,
    records.status,
    records.bytes,
    records.created_at,
    records.updated_at,
    case when records.record_type = 'Entry' then referenced_types.content_type_id is not null end
        as is_type_referenced,
    records.source_relation
from records
inner join {{ ref('int_contentful__environments') }} as places
    on records.space_id = places.space_id
    and records.environment_id = places.environment_id
left join {{ ref('int_contentful__uses') }} as uses
    on records.space_id = uses.space_id
    and records.environment_id = uses.environment_id
    and records.record_type = uses.target_type
    and records.record_id = uses.target_id
left join referenced_types
    on records.space_id = referenced_types.space_id
    and records.environment_id = referenced_types.environment_id
    and records.content_type_id = referenced_types.content_type_id
where places.is_links_read
    and coalesce(uses.live_uses, 0) = 0
