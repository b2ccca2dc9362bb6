-- The content types of each environment, with counts of their entries.
{%- set counts = ['entries', 'draft_entries', 'changed_entries', 'published_entries',
                  'archived_entries', 'live_entries', 'stale_entries', 'links_in', 'links_out'] %}
with counted as (

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
    types.source_relation
from {{ ref('stg_contentful__content_types') }} as types
left join {{ ref('int_contentful__environments') }} as places
    on types.space_id = places.space_id
    and types.environment_id = places.environment_id
left join counted
    on types.space_id = counted.space_id
    and types.environment_id = counted.environment_id
    and types.content_type_id = counted.content_type_id
