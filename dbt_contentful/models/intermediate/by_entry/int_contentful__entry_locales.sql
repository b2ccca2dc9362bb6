-- The fields of each entry that have a value, by locale, and the number of those to translate.
{{ config(unique_key=contentful.entry_key()) }}
{%- set key = contentful.entry_key() %}
{%- set columns = {
    'content_type_id': 'string', 'is_live': 'flag', 'locale': 'string', 'is_listed': 'flag',
    'is_default_locale': 'flag', 'filled': 'string', 'localized_fields': 'whole',
    'filled_fields': 'whole', 'default_fields': 'whole', 'translated_fields': 'whole',
    'locales_filled': 'whole', 'is_published': 'flag', 'context': 'string',
} %}
with fields as (

    select
        space_id,
        environment_id,
        content_type_id,
        {{ contentful.marked('content_type_field_id') }} as field
    from {{ ref('stg_contentful__content_type_fields') }}
    where is_localized

),

localized as (

    select
        space_id,
        environment_id,
        content_type_id,
        {{ contentful.sorted_list('field') }} as fields
    from fields
    group by space_id, environment_id, content_type_id

),

listed as (

    select space_id, environment_id, {{ contentful.sorted_list('code') }} as codes
    from {{ ref('stg_contentful__locales') }}
    group by space_id, environment_id

),

-- The context of an entry: the locales of its environment, and the localized fields of its type.
existing as (

    select
        {{ contentful.columns_of('entries', key) }},
        entries.content_type_id,
        {{ contentful.is_live('entries.status') }} as is_live,
        places.default_locale,
        {{ dbt.hash("coalesce(places.default_locale, '') || '/' || coalesce(listed.codes, '')"
            ~ " || '/' || coalesce(localized.fields, '')") }} as context,
        entries._fivetran_synced,
        entries.source_relation
    from {{ ref('stg_contentful__entries') }} as entries
    left join {{ ref('int_contentful__environments') }} as places
        on {{ contentful.equal('entries', 'places', ['space_id', 'environment_id']) }}
    left join listed
        on {{ contentful.equal('entries', 'listed', ['space_id', 'environment_id']) }}
    left join localized
        on {{ contentful.equal('entries', 'localized',
            ['space_id', 'environment_id', 'content_type_id']) }}

),

to_compute as (
    {{ contentful.entries_to_compute('existing', context=['context']) }}
),

entries as (

    select existing.*
    from existing
    inner join to_compute
        on {{ contentful.equal('existing', 'to_compute', key) }}

),

filled as (

    select
        {{ contentful.columns_of('filled', key) }},
        filled.locale,
        filled.filled as fields
    from {{ ref('int_contentful__filled_locales') }} as filled
    inner join to_compute
        on {{ contentful.equal('filled', 'to_compute', key) }}
    where not filled.is_state

),

published as (

    select
        {{ contentful.columns_of('filled', key) }},
        filled.published_locales
    from {{ ref('int_contentful__filled_locales') }} as filled
    inner join to_compute
        on {{ contentful.equal('filled', 'to_compute', key) }}
    where filled.is_state

),

by_entry as (

    select
        {{ contentful.columns_of('filled', key) }},
        count(*) as locales_filled,
        max(case when filled.locale = entries.default_locale then filled.fields end) as in_default
    from filled
    inner join entries
        on {{ contentful.equal('filled', 'entries', key) }}
    group by {{ contentful.columns_of('filled', key) }}

),

-- A row for each locale with a value, and for each other locale of the environment.
all_locales as (

    select
        {{ contentful.columns_of('filled', key) }},
        filled.locale,
        locales.code is not null as is_listed,
        filled.fields as filled
    from filled
    left join {{ ref('stg_contentful__locales') }} as locales
        on {{ contentful.equal('filled', 'locales', ['space_id', 'environment_id']) }}
        and filled.locale = locales.code
    union all
    select
        {{ contentful.columns_of('entries', key) }},
        locales.code as locale,
        true as is_listed,
        '' as filled
    from entries
    inner join {{ ref('stg_contentful__locales') }} as locales
        on {{ contentful.equal('entries', 'locales', ['space_id', 'environment_id']) }}
    where not exists (
        select 1
        from filled
        where {{ contentful.equal('filled', 'entries', key) }}
            and filled.locale = locales.code
    )

),

described as (

    select
        {{ contentful.columns_of('entries', key) }},
        entries.content_type_id,
        entries.is_live,
        all_locales.locale,
        all_locales.is_listed,
        coalesce(all_locales.locale = entries.default_locale, false) as is_default_locale,
        all_locales.filled,
        coalesce(by_entry.in_default, '') as filled_in_default,
        {{ contentful.includes('published.published_locales',
            contentful.marked('all_locales.locale')) }} as is_published,
        entries._fivetran_synced,
        entries.source_relation
    from all_locales
    inner join entries
        on {{ contentful.equal('all_locales', 'entries', key) }}
    left join by_entry
        on {{ contentful.equal('entries', 'by_entry', key) }}
    left join published
        on {{ contentful.equal('entries', 'published', key) }}

),

-- Many entries fill the same fields, so these are counted once.
{%- set type = ['space_id', 'environment_id', 'content_type_id'] %}
kinds as (

    select distinct {{ type | join(', ') }}, filled, filled_in_default from described

),

counted as (

    select
        {{ contentful.columns_of('kinds', type) }},
        kinds.filled,
        kinds.filled_in_default,
        count(*) as localized_fields,
        {%- set in_both = contentful.includes('kinds.filled', 'fields.field') ~ ' and '
            ~ contentful.includes('kinds.filled_in_default', 'fields.field') %}
        sum(case when {{ contentful.includes('kinds.filled', 'fields.field') }} then 1 else 0 end)
            as filled_fields,
        sum(case when {{ contentful.includes('kinds.filled_in_default', 'fields.field') }}
            then 1 else 0 end) as default_fields,
        sum(case when {{ in_both }} then 1 else 0 end) as translated_fields
    from kinds
    inner join fields
        on {{ contentful.equal('kinds', 'fields', type) }}
    group by {{ contentful.columns_of('kinds', type) }}, kinds.filled, kinds.filled_in_default

),

computed as (

    select
        {{ contentful.columns_of('described', key) }},
        described.content_type_id,
        described.is_live,
        described.locale,
        described.is_listed,
        described.is_default_locale,
        described.filled,
        {%- for name in ['localized', 'filled', 'default', 'translated'] %}
        coalesce(counted.{{ name }}_fields, 0) as {{ name }}_fields,
        {%- endfor %}
        {{ contentful.nothing('whole') }} as locales_filled,
        described.is_published,
        {{ contentful.nothing('string') }} as context,
        described._fivetran_synced,
        described.source_relation
    from described
    left join counted
        on {{ contentful.equal('described', 'counted', type + ['filled', 'filled_in_default']) }}

),

lists_of_entries as (

    select distinct {{ key | join(', ') }}, fields from filled

),

fields_of_entries as (

    select {{ key | join(', ') }}, {{ contentful.sorted_list('fields') }} as filled
    from lists_of_entries
    group by {{ key | join(', ') }}

),

states as (

    select
        {{ contentful.columns_of('entries', key) }},
        entries.content_type_id,
        entries.is_live,
        fields_of_entries.filled,
        coalesce(by_entry.locales_filled, 0) as locales_filled,
        entries.context,
        entries._fivetran_synced,
        entries.source_relation
    from entries
    left join by_entry
        on {{ contentful.equal('entries', 'by_entry', key) }}
    left join fields_of_entries
        on {{ contentful.equal('entries', 'fields_of_entries', key) }}

)

{{ contentful.rows_and_states('computed', 'states', 'existing', columns,
    state=['content_type_id', 'is_live', 'filled', 'locales_filled', 'context']) }}
