-- Tags, and the entries and assets that have them.
with counted as (

    select
        space_id,
        environment_id,
        tag_id,
        sum(case when record_type = 'Entry' then 1 else 0 end) as entries,
        sum(case when record_type = 'Entry' and is_live then 1 else 0 end) as live_entries,
        sum(case when record_type = 'Asset' then 1 else 0 end) as assets
    from {{ ref('int_contentful__record_tags') }}
    group by space_id, environment_id, tag_id

)

{%- set are_entries_known = 'places.is_entries_read and ' ~ contentful.has_column('entries', 'tags') %}
{%- set are_assets_known = 'places.is_assets_read and ' ~ contentful.has_column('assets', 'tags') %}
select
    tags.space_id,
    tags.environment_id,
    tags.tag_id,
    tags.name,
    tags.visibility,
    tags.created_at,
    {{ contentful.if_read(are_entries_known, 'coalesce(counted.entries, 0)') }} as entries,
    {{ contentful.if_read(are_entries_known, 'coalesce(counted.live_entries, 0)') }} as live_entries,
    {{ contentful.if_read(are_assets_known, 'coalesce(counted.assets, 0)') }} as assets,
    {{ contentful.if_read(are_entries_known ~ ' and ' ~ are_assets_known,
        'counted.entries is null') }} as is_unused,
    tags.source_relation
from {{ ref('stg_contentful__tags') }} as tags
left join {{ ref('int_contentful__environments') }} as places
    on {{ contentful.equal('tags', 'places', ['space_id', 'environment_id']) }}
left join counted
    on {{ contentful.equal('tags', 'counted', ['space_id', 'environment_id', 'tag_id']) }}
