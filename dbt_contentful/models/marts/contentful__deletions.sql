-- Entries and assets that were deleted since the first sync, with the time when a sync noticed it.
{%- set common = [
    ('space_id', 'space_id', 'string'), ('environment_id', 'environment_id', 'string'),
    ('id', 'record_id', 'string'), ('title', 'title', 'string'), ('status', 'status', 'string'),
    ('created_at', 'created_at', 'instant'), ('updated_at', 'updated_at', 'instant'),
] %}
{%- set key = ['space_id', 'environment_id', 'record_id'] %}
with entries as (
    {{ contentful.stage('entries', common + [('content_type_id', 'content_type_id', 'string')], key,
        keeps_deleted=true) }}
),

assets as (
    {{ contentful.stage('assets', common, key, keeps_deleted=true) }}
)

{%- for kind, rows in [('Entry', 'entries'), ('Asset', 'assets')] %}
select
    space_id,
    environment_id,
    '{{ kind }}' as record_type,
    record_id,
    {{ 'content_type_id' if kind == 'Entry' else contentful.nothing('string') ~ ' as content_type_id' }},
    title,
    status,
    created_at,
    updated_at,
    deleted_at,
    source_relation
from {{ rows }}
where deleted_at is not null
{{ 'union all' if not loop.last }}
{%- endfor %}
