-- The fields of each entry that have a value, as a list for each locale.
{{ config(unique_key=contentful.entry_key()) }}
{%- set key = contentful.entry_key() %}
{%- set entry = key + ['_fivetran_synced', 'source_relation'] %}
with to_compute as (
    {{ contentful.entries_to_compute(ref('stg_contentful__entries')) }}
),

entries as (

    select {{ contentful.columns_of('entries', entry) }}, entries.fields
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

computed as (

    select
        {{ entry | join(', ') }},
        locale,
        {{ contentful.sorted_list(contentful.marked('field_id')) }} as filled
    from by_locale
    where {{ contentful.is_filled('content') }}
    group by {{ entry | join(', ') }}, locale

)

{{ contentful.rows_and_states('computed', 'entries', ref('stg_contentful__entries'),
    {'locale': 'string', 'filled': 'string'}) }}
