-- The fields that differ between two environments of a space.
{%- set texts = ['name', 'type', 'link_type', 'item_type', 'item_link_type'] %}
{%- set flags = ['is_localized', 'is_required', 'is_disabled', 'is_omitted'] %}
{%- set documents = ['validations', 'item_validations', 'default_value', 'allowed_resources'] %}
with environments as (

    select space_id, environment_id
    from {{ ref('int_contentful__environments') }}
    where is_content_type_fields_read

),

fields as (

    select
        space_id,
        environment_id,
        content_type_id,
        content_type_field_id as field_id,
        source_relation,
        {%- for name in texts %}
        coalesce({{ name }}, '') as {{ name }},
        {%- endfor %}
        {%- for name in flags %}
        coalesce({{ name }}, false) as {{ name }},
        {%- endfor %}
        {%- for name in documents %}
        coalesce({{ contentful.json_dump(name) }}, '') as {{ name }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('stg_contentful__content_type_fields') }}

),

pairs as (

    select
        one.space_id,
        one.environment_id as from_environment_id,
        other.environment_id as to_environment_id
    from environments as one
    inner join environments as other
        on one.space_id = other.space_id
    where one.environment_id <> other.environment_id

),

before as (

    select pairs.from_environment_id, pairs.to_environment_id, fields.*
    from pairs
    inner join fields
        on pairs.space_id = fields.space_id
        and pairs.from_environment_id = fields.environment_id

),

after as (

    select pairs.from_environment_id, pairs.to_environment_id, fields.*
    from pairs
    inner join fields
        on pairs.space_id = fields.space_id
        and pairs.to_environment_id = fields.environment_id

),

compared as (

    select
        coalesce(before.space_id, after.space_id) as space_id,
        coalesce(before.from_environment_id, after.from_environment_id) as from_environment_id,
        coalesce(before.to_environment_id, after.to_environment_id) as to_environment_id,
        coalesce(before.content_type_id, after.content_type_id) as content_type_id,
        coalesce(before.field_id, after.field_id) as field_id,
        coalesce(before.source_relation, after.source_relation) as source_relation,
        case
            when before.field_id is null then 'added'
            when after.field_id is null then 'removed'
            else 'changed'
        end as change,
        {%- for name in (texts + flags + documents) | sort %}
        case when before.{{ name }} <> after.{{ name }} then '{{ name }}, ' else '' end
            {{- ' ||' if not loop.last }}
        {%- endfor %} as changes
    from before
    full outer join after
        on before.space_id = after.space_id
        and before.from_environment_id = after.from_environment_id
        and before.to_environment_id = after.to_environment_id
        and before.content_type_id = after.content_type_id
        and before.field_id = after.field_id

)

select
    space_id,
    from_environment_id,
    to_environment_id,
    content_type_id,
    field_id,
    change,
    case when change = 'changed' then left(changes, length(changes) - 2) end as changed,
    source_relation
from compared
where change <> 'changed'
    or changes <> ''
