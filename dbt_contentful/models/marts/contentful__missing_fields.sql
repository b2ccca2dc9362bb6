-- Fields of entries without a value that are required, or that search engines need.
{%- set seo_fields = var('contentful__seo_fields') %}
{%- set is_seo = 'content_type_field_id in (' ~ contentful.quoted(seo_fields) ~ ')' if seo_fields
    else 'false' %}
with fields as (

    select
        space_id,
        environment_id,
        content_type_id,
        content_type_field_id as field_id,
        name as field_name,
        coalesce(is_localized, false) as is_localized,
        coalesce(is_required, false) as is_required,
        {{ is_seo }} as is_seo
    from {{ ref('stg_contentful__content_type_fields') }}
    where not coalesce(is_omitted, false)
        and not coalesce(is_disabled, false)
        and (coalesce(is_required, false) or {{ is_seo }})

)

select
    locales.space_id,
    locales.environment_id,
    locales.entry_id,
    fields.field_id,
    locales.locale,
    locales.content_type_id,
    entries.title,
    locales.is_live,
    fields.field_name,
    fields.is_required and (locales.is_default_locale or not coalesce(codes.is_optional, false))
        as is_required,
    fields.is_seo,
    locales.source_relation
from {{ ref('int_contentful__entry_locales') }} as locales
inner join fields
    on {{ contentful.equal('locales', 'fields', ['space_id', 'environment_id', 'content_type_id']) }}
inner join {{ ref('stg_contentful__locales') }} as codes
    on {{ contentful.equal('locales', 'codes', ['space_id', 'environment_id']) }}
    and locales.locale = codes.code
inner join {{ ref('stg_contentful__entries') }} as entries
    on {{ contentful.equal('locales', 'entries', contentful.entry_key()) }}
where (fields.is_localized or locales.is_default_locale)
    and not {{ contentful.includes('locales.filled', contentful.marked('fields.field_id')) }}
    and (
        fields.is_seo
        or (fields.is_required and (locales.is_default_locale or not coalesce(codes.is_optional, false)))
    )
    and {{ contentful.has_column('entries', 'fields') }}
