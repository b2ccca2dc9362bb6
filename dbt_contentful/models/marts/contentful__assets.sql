-- Assets with their files, their uses, and the locales that lack a title or description.
{%- set are_known = 'places.is_locales_read and ' ~ contentful.has_column('assets', 'fields') %}
{%- set asset = ['space_id', 'environment_id', 'asset_id'] %}
with tags as (

    select record_id, space_id, environment_id, {{ contentful.sorted_list('coalesce(tag_name, tag_id)') }} as tags
    from {{ ref('int_contentful__record_tags') }}
    where record_type = 'Asset'
    group by space_id, environment_id, record_id

),

assets as (

    select {{ asset | join(', ') }}, fields from {{ ref('stg_contentful__assets') }}

),

by_field as (
    {{ contentful.json_keys('assets', 'fields', 'field_id', 'localized', asset) }}
),

by_locale as (
    {{ contentful.json_keys('by_field', 'localized', 'locale', 'content', asset + ['field_id']) }}
),

filled as (

    select {{ asset | join(', ') }}, field_id, locale
    from by_locale
    where {{ contentful.is_filled('content') }}

),

in_locales as (

    select
        assets.space_id,
        assets.environment_id,
        assets.asset_id,
        locales.code,
        {{ contentful.any_row("filled.field_id = 'title'") }} as has_title,
        {{ contentful.any_row("filled.field_id = 'description'") }} as has_description
    from assets
    inner join {{ ref('stg_contentful__locales') }} as locales
        on assets.space_id = locales.space_id
        and assets.environment_id = locales.environment_id
    left join filled
        on assets.space_id = filled.space_id
        and assets.environment_id = filled.environment_id
        and assets.asset_id = filled.asset_id
        and locales.code = filled.locale
    group by assets.space_id, assets.environment_id, assets.asset_id, locales.code

),

missing as (

    select
        space_id,
        environment_id,
        asset_id,
        {{ contentful.sorted_list('case when not has_title then code end') }} as titles,
        {{ contentful.sorted_list('case when not has_description then code end') }}
            as descriptions
    from in_locales
    group by space_id, environment_id, asset_id

)

select
    assets.space_id,
    assets.environment_id,
    assets.asset_id,
    assets.title,
    assets.status,
    {{ contentful.is_live('assets.status') }} as is_live,
    assets.file_name,
    assets.content_type as media_type,
    {{ contentful.part('assets.content_type', 1) }} as kind,
    assets.size as bytes,
    assets.width,
    assets.height,
    assets.created_at,
    assets.updated_at,
    {{ contentful.if_read('places.is_links_read', 'coalesce(uses.uses, 0)') }} as uses,
    {{ contentful.if_read('places.is_links_read', 'coalesce(uses.live_uses, 0)') }}
        as live_uses,
    {{ contentful.if_read(are_known, "coalesce(missing.titles, '')") }}
        as locales_without_title,
    {{ contentful.if_read(are_known, "coalesce(missing.descriptions, '')") }}
        as locales_without_description,
    places.space_name,
    places.is_master,
    {{ contentful.web_app_url('assets', 'assets', 'assets.asset_id') }} as web_app_url,
    {{ contentful.if_read(contentful.has_column('assets', 'tags'), "coalesce(tags.tags, '')") }} as tags,
    assets.version,
    assets.published_by_id,
    coalesce(assets.published_by_type, publishers.actor_type) as published_by_type,
    publishers.actor_name as published_by_name,
    assets.source_relation
from {{ ref('stg_contentful__assets') }} as assets
left join {{ ref('int_contentful__environments') }} as places
    on assets.space_id = places.space_id
    and assets.environment_id = places.environment_id
left join {{ ref('int_contentful__uses') }} as uses
    on assets.space_id = uses.space_id
    and assets.environment_id = uses.environment_id
    and assets.asset_id = uses.target_id
    and uses.target_type = 'Asset'
left join missing
    on assets.space_id = missing.space_id
    and assets.environment_id = missing.environment_id
    and assets.asset_id = missing.asset_id
left join tags
    on assets.space_id = tags.space_id
    and assets.environment_id = tags.environment_id
    and assets.asset_id = tags.record_id
left join {{ ref('int_contentful__actors') }} as publishers
    on places.organization_id = publishers.organization_id
    and assets.published_by_id = publishers.actor_id
