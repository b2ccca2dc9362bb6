-- Entries in each locale of their environment, with the share of fields that is translated.
{%- set is_known = 'places.is_content_type_fields_read and ' ~ contentful.has_column('entries', 'fields') %}
select
    locales.space_id,
    locales.environment_id,
    locales.entry_id,
    locales.locale,
    locales.content_type_id,
    locales.is_live,
    locales.is_default_locale,
    {{ contentful.if_read('places.is_content_type_fields_read', 'locales.localized_fields') }}
        as localized_fields,
    {{ contentful.if_read(is_known, 'locales.filled_fields') }} as filled_fields,
    {{ contentful.if_read(is_known, 'locales.default_fields - locales.translated_fields') }}
        as missing_fields,
    {{ contentful.if_read(is_known,
        contentful.share('locales.translated_fields', 'locales.default_fields')) }}
        as translated_share,
    locales.is_published,
    locales.source_relation
from {{ ref('int_contentful__entry_locales') }} as locales
left join {{ ref('int_contentful__environments') }} as places
    on locales.space_id = places.space_id
    and locales.environment_id = places.environment_id
where locales.is_listed
