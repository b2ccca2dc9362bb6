-- The fields of content types in each environment, and how many entries fill them.
{%- set type = ['space_id', 'environment_id', 'content_type_id'] %}
{%- set field = ['space_id', 'environment_id', 'content_type_id', 'content_type_field_id'] %}
-- Many entries fill the same fields, so these are counted once.
with kinds as (

    select {{ type | join(', ') }}, is_state, locale, filled, count(*) as entries
    from {{ ref('int_contentful__entry_locales') }}
    where filled <> ''
    group by {{ type | join(', ') }}, is_state, locale, filled

),

counted as (

    select {{ contentful.columns_of('fields', field) }}, kinds.is_state, kinds.locale, sum(kinds.entries) as entries
    from {{ ref('stg_contentful__content_type_fields') }} as fields
    inner join kinds
        on {{ contentful.equal('fields', 'kinds', type) }}
    where {{ contentful.includes('kinds.filled', contentful.marked('fields.content_type_field_id')) }}
    group by {{ contentful.columns_of('fields', field) }}, kinds.is_state, kinds.locale

),

locale_lists as (

    select
        {{ field | join(', ') }},
        {{ contentful.sorted_list(
            "locale || ': ' || cast(entries as " ~ contentful.type_of('string') ~ ')') }}
            as entries_by_locale
    from counted
    where not is_state
    group by {{ field | join(', ') }}

),

filled as (

    select {{ field | join(', ') }}, entries
    from counted
    where is_state

),

entries as (

    select space_id, environment_id, content_type_id, count(*) as entries
    from {{ ref('stg_contentful__entries') }}
    group by space_id, environment_id, content_type_id

)

select
    fields.space_id,
    fields.environment_id,
    fields.content_type_id,
    fields.content_type_field_id as field_id,
    fields.name,
    fields.position,
    fields.type,
    fields.is_localized,
    fields.is_required,
    {{ contentful.if_read('places.is_entries_read', 'coalesce(entries.entries, 0)') }} as entries,
    {{ contentful.if_read('places.is_fields_read', 'coalesce(filled.entries, 0)') }}
        as filled_entries,
    {{ contentful.if_read('places.is_fields_read',
        contentful.share('coalesce(filled.entries, 0)', 'entries.entries')) }} as filled_share,
    {{ contentful.if_read('places.is_fields_read', 'filled.entries is null') }} as is_never_filled,
    {{ contentful.if_read('places.is_fields_read',
        "coalesce(locale_lists.entries_by_locale, '')") }} as entries_by_locale,
    fields.source_relation
from {{ ref('stg_contentful__content_type_fields') }} as fields
left join {{ ref('int_contentful__environments') }} as places
    on fields.space_id = places.space_id
    and fields.environment_id = places.environment_id
left join entries
    on fields.space_id = entries.space_id
    and fields.environment_id = entries.environment_id
    and fields.content_type_id = entries.content_type_id
left join filled
    on fields.space_id = filled.space_id
    and fields.environment_id = filled.environment_id
    and fields.content_type_id = filled.content_type_id
    and fields.content_type_field_id = filled.content_type_field_id
left join locale_lists
    on fields.space_id = locale_lists.space_id
    and fields.environment_id = locale_lists.environment_id
    and fields.content_type_id = locale_lists.content_type_id
    and fields.content_type_field_id = locale_lists.content_type_field_id
