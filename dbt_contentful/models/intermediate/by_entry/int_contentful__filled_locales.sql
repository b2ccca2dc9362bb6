-- The fields of each entry that have a value, as a list for each locale.
{{ config(unique_key=contentful.entry_key()) }}
{%- set key = contentful.entry_key() %}
{%- set entry = key + ['_fivetran_synced', 'source_relation'] %}
with to_compute as (
    {{ contentful.entries_to_compute(ref('stg_contentful__entries')) }}
),

entries as (

    select {{ contentful.columns_of('entries', entry) }}, entries.fields, entries.field_status
    from {{ ref('stg_contentful__entries') }} as entries
    inner join to_compute
        on {{ contentful.equal('entries', 'to_compute', key) }}

),

by_field as (
    {{ contentful.json_keys('entries', 'fields', 'field_id', 'localized', entry) }}
),

by_locale as (
    {{ contentful.json_keys('by_field', 'localized', 'locale', 'content', entry + ['field_id']) }}
),

-- {"*": {"en-US": "published"}}: the state of each locale.
statuses as (
    {{ contentful.json_keys('entries', 'field_status', 'all_fields', 'by_code', key) }}
),

locale_statuses as (
    {{ contentful.json_keys('statuses', 'by_code', 'code', 'locale_status', key + ['all_fields']) }}
),

published as (

    select {{ key | join(', ') }}, {{ contentful.sorted_list(contentful.marked('code')) }} as locales
    from locale_statuses
    where all_fields = '*'
        and {{ contentful.json_dump('locale_status') }} in ('"published"', '"changed"')
    group by {{ key | join(', ') }}

),

states as (

    select
        {{ contentful.columns_of('entries', entry) }},
        case when entries.field_status is not null then coalesce(published.locales, '') end
            as published_locales
    from entries
    left join published
        on {{ contentful.equal('entries', 'published', key) }}

),

computed as (

    select
        {{ entry | join(', ') }},
        locale,
        {{ contentful.sorted_list(contentful.marked('field_id')) }} as filled,
        {{ contentful.nothing('string') }} as published_locales
    from by_locale
    where {{ contentful.is_filled('content') }}
    group by {{ entry | join(', ') }}, locale

)

{{ contentful.rows_and_states('computed', 'states', ref('stg_contentful__entries'),
    {'locale': 'string', 'filled': 'string', 'published_locales': 'string'},
    state=['published_locales']) }}
