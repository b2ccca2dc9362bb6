-- All records that count against a limit, including records deleted since the first sync.
{%- set resources = [
    ('records', 'entries', true), ('records', 'assets', true),
    ('content_types', 'content_types', true), ('locales', 'locales', true),
    ('environments', 'environments', false), ('roles', 'roles', false),
    ('webhooks', 'webhooks', false), ('api_keys', 'api_keys', false),
] %}
{%- set nothing = 'cast(null as ' ~ contentful.type_of('string') ~ ')' %}
{%- for resource, table, in_environment in resources if contentful.is_synced(table) %}
select
    '{{ resource }}' as resource,
    '{{ table }}' as table_name,
    space_id,
    {{ 'environment_id' if in_environment else nothing }} as environment_id,
    id as record_id,
    {{ contentful.utc('created_at') }} as created_at,
    case when {{ contentful.is_deleted(contentful.source_columns(table)) }}
        then {{ contentful.utc('_fivetran_synced') }} end as deleted_at
from {{ source('contentful', table) }}
union all
{%- endfor %}
select
    {{ nothing }},
    {{ nothing }},
    {{ nothing }},
    {{ nothing }},
    {{ nothing }},
    cast(null as {{ contentful.type_of('instant') }}),
    cast(null as {{ contentful.type_of('instant') }})
from (select 0 as one) as nothing
where one = 1
