-- The content types of each environment, with counts of their entries.
{%- set counts = ['entries', 'draft_entries', 'changed_entries', 'published_entries',
                  'archived_entries', 'live_entries', 'stale_entries', 'links_in', 'links_out'] %}
with fields as (

    select space_id, environment_id, content_type_id, count(*) as fields
    from {{ ref('stg_contentful__content_type_fields') }}
    group by space_id, environment_id, content_type_id

),

counted as (

    select
        space_id,
        environment_id,
        content_type_id,
        count(*) as entries,
        {%- for status in ['draft', 'changed', 'published', 'archived'] %}
        sum(case when status = '{{ status }}' then 1 else 0 end) as {{ status }}_entries,
        {%- endfor %}
        sum(case when is_live then 1 else 0 end) as live_entries,
        sum(case when is_stale then 1 else 0 end) as stale_entries,
        sum(links_in) as links_in,
        sum(links_out) as links_out,
        max(updated_at) as last_entry_updated_at
    from {{ ref('contentful__entries') }}
    group by space_id, environment_id, content_type_id

)

select
    types.space_id,
    types.environment_id,
    types.content_type_id,
    types.name,
    types.status,
    types.created_at,
    types.updated_at,
    {%- for count in counts %}
    {%- set table = 'links' if 'links' in count else 'entries' %}
    {{ contentful.if_read('places.is_' ~ table ~ '_read', 'coalesce(counted.' ~ count ~ ', 0)') }}
        as {{ count }},
    {%- endfor %}
    {{ contentful.if_read('places.is_entries_read', 'counted.last_entry_updated_at') }}
        as last_entry_updated_at,
    {{ contentful.if_read('places.is_entries_read', 'counted.entries is null') }} as is_unused,
    {{ contentful.if_read('places.is_content_type_fields_read', 'coalesce(fields.fields, 0)') }} as fields,
    -- Contentful allows 50 fields by default.
    {{ contentful.if_read('places.is_content_type_fields_read',
        contentful.share('coalesce(fields.fields, 0)', 50)) }} as field_limit_share,
    types.source_relation
from {{ ref('stg_contentful__content_types') }} as types
left join {{ ref('int_contentful__environments') }} as places
    on types.space_id = places.space_id
    and types.environment_id = places.environment_id
left join fields
    on types.space_id = fields.space_id
    and types.environment_id = fields.environment_id
    and types.content_type_id = fields.content_type_id
left join counted
    on types.space_id = counted.space_id
    and types.environment_id = counted.environment_id
    and types.content_type_id = counted.content_type_id
