-- Entries and assets that no live entry refers to, in environments whose entries were all read.
{%- set page_types = var('contentful__page_types') %}
with records as (

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

select records.*
from records
inner join {{ ref('int_contentful__environments') }} as places
    on records.space_id = places.space_id
    and records.environment_id = places.environment_id
left join {{ ref('int_contentful__uses') }} as uses
    on records.space_id = uses.space_id
    and records.environment_id = uses.environment_id
    and records.record_type = uses.target_type
    and records.record_id = uses.target_id
where places.is_links_read
    and coalesce(uses.live_uses, 0) = 0
