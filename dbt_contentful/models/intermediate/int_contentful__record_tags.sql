-- The tags of entries and assets.
{%- set keep = ['space_id', 'environment_id', 'record_id', 'status', 'source_relation'] %}
with entries as (

    select space_id, environment_id, entry_id as record_id, status, source_relation, tags
    from {{ ref('stg_contentful__entries') }}

),

assets as (

    select space_id, environment_id, asset_id as record_id, status, source_relation, tags
    from {{ ref('stg_contentful__assets') }}

),

of_entries as (
    {{ contentful.json_rows('entries', 'tags', 'tag_number', 'tag', keep) }}
),

of_assets as (
    {{ contentful.json_rows('assets', 'tags', 'tag_number', 'tag', keep) }}
),

tagged as (

    {%- for kind, rows in [('Entry', 'of_entries'), ('Asset', 'of_assets')] %}
    select
        space_id,
        environment_id,
        '{{ kind }}' as record_type,
        record_id,
        {{ contentful.json_string('tag') }} as tag_id,
        {{ contentful.is_live('status') }} as is_live,
        source_relation
    from {{ rows }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select
    tagged.space_id,
    tagged.environment_id,
    tagged.record_type,
    tagged.record_id,
    tagged.tag_id,
    tags.name as tag_name,
    tagged.is_live,
    tagged.source_relation
from tagged
left join {{ ref('stg_contentful__tags') }} as tags
    on tagged.space_id = tags.space_id
    and tagged.environment_id = tags.environment_id
    and tagged.tag_id = tags.tag_id
