-- All records that count against a limit, including records deleted since the first sync.
{%- set resources = [
    ('records', 'entries', true), ('records', 'assets', true),
    ('content_types', 'content_types', true), ('locales', 'locales', true),
    ('environments', 'environments', false), ('roles', 'roles', false),
    ('webhooks', 'webhooks', false), ('api_keys', 'api_keys', false),
] %}
{%- for resource, table, in_environment in resources %}
{%- set place = ['space_id', 'environment_id'] if in_environment else ['space_id'] %}
select
    '{{ resource }}' as resource,
    '{{ table }}' as table_name,
    space_id,
    {{ 'environment_id' if in_environment else contentful.nothing('string') ~ ' as environment_id' }},
    record_id,
    created_at,
    deleted_at,
    source_relation
from (
    {%- set columns = [('id', 'record_id', 'string'), ('created_at', 'created_at', 'instant')] %}
    {%- for name in place %}
    {%- do columns.append((name, name, 'string')) %}
    {%- endfor %}
    {{ contentful.stage(table, columns, place + ['record_id'], keeps_deleted=true) }}
) as {{ table }}
{{ 'union all' if not loop.last }}
{%- endfor %}
