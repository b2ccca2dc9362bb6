-- Entries in each locale of their environment, with the share of fields that is translated.
with localized_fields as (

    select space_id, environment_id, content_type_id, count(*) as fields
    from {{ ref('stg_contentful__content_type_fields') }}
    where is_localized
    group by space_id, environment_id, content_type_id

),

filled as (

    select
        filled.space_id,
        filled.environment_id,
        filled.entry_id,
        filled.field_id,
        filled.locale
    from {{ ref('int_contentful__entry_fields') }} as filled
    inner join {{ ref('stg_contentful__content_type_fields') }} as fields
        on filled.space_id = fields.space_id
        and filled.environment_id = fields.environment_id
        and filled.content_type_id = fields.content_type_id
        and filled.field_id = fields.content_type_field_id
    where fields.is_localized

),

-- Only fields that are filled in the default locale can be translated.
in_default as (

    select filled.space_id, filled.environment_id, filled.entry_id, filled.field_id
    from filled
    inner join {{ ref('int_contentful__environments') }} as places
        on filled.space_id = places.space_id
        and filled.environment_id = places.environment_id
        and filled.locale = places.default_locale

),

default_counts as (

    select space_id, environment_id, entry_id, count(*) as fields
    from in_default
    group by space_id, environment_id, entry_id

),

counts as (

    select
        filled.space_id,
        filled.environment_id,
        filled.entry_id,
        filled.locale,
        count(*) as filled_fields,
        sum(case when in_default.field_id is not null then 1 else 0 end) as translated_fields
    from filled
    left join in_default
        on filled.space_id = in_default.space_id
        and filled.environment_id = in_default.environment_id
        and filled.entry_id = in_default.entry_id
        and filled.field_id = in_default.field_id
    group by filled.space_id, filled.environment_id, filled.entry_id, filled.locale

),

entry_locales as (

    select
        entries.space_id,
        entries.environment_id,
        entries.entry_id,
        entries.content_type_id,
        entries.status,
        entries.source_relation,
        locales.code as locale,
        coalesce(locales.code = places.default_locale, false) as is_default_locale,
        places.is_content_type_fields_read
    from {{ ref('stg_contentful__entries') }} as entries
    inner join {{ ref('stg_contentful__locales') }} as locales
        on entries.space_id = locales.space_id
        and entries.environment_id = locales.environment_id
    left join {{ ref('int_contentful__environments') }} as places
        on entries.space_id = places.space_id
        and entries.environment_id = places.environment_id

)

select
    entry_locales.space_id,
    entry_locales.environment_id,
    entry_locales.entry_id,
    entry_locales.locale,
    entry_locales.content_type_id,
    {{ contentful.is_live('entry_locales.status') }} as is_live,
    entry_locales.is_default_locale,
    {{ contentful.if_read('entry_locales.is_content_type_fields_read',
        'coalesce(localized_fields.fields, 0)') }} as localized_fields,
    {{ contentful.if_read('entry_locales.is_content_type_fields_read',
        'coalesce(counts.filled_fields, 0)') }} as filled_fields,
    {{ contentful.if_read('entry_locales.is_content_type_fields_read',
        'coalesce(default_counts.fields, 0) - coalesce(counts.translated_fields, 0)') }}
        as missing_fields,
    {{ contentful.if_read('entry_locales.is_content_type_fields_read',
        contentful.share('coalesce(counts.translated_fields, 0)', 'default_counts.fields')) }}
        as translated_share,
    entry_locales.source_relation
from entry_locales
left join localized_fields
    on entry_locales.space_id = localized_fields.space_id
    and entry_locales.environment_id = localized_fields.environment_id
    and entry_locales.content_type_id = localized_fields.content_type_id
left join default_counts
    on entry_locales.space_id = default_counts.space_id
    and entry_locales.environment_id = default_counts.environment_id
    and entry_locales.entry_id = default_counts.entry_id
left join counts
    on entry_locales.space_id = counts.space_id
    and entry_locales.environment_id = counts.environment_id
    and entry_locales.entry_id = counts.entry_id
    and entry_locales.locale = counts.locale
