-- The fields of entries that have a value, in each locale.
{{ config(materialized='table') }}
{%- set entry = ['space_id', 'environment_id', 'entry_id', 'content_type_id', 'source_relation'] %}
with entries as (

    select {{ entry | join(', ') }}, fields from {{ ref('stg_contentful__entries') }}

),

by_field as (
    {{ contentful.json_keys('entries', 'fields', 'field_id', 'localized', entry) }}
),

by_locale as (
    {{ contentful.json_keys('by_field', 'localized', 'locale', 'content', entry + ['field_id']) }}
)

select {{ entry | join(', ') }}, field_id, locale
from by_locale
where {{ contentful.is_filled('content') }}
