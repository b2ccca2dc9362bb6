-- The references from entries, with the status of each target.
select
    links.space_id,
    links.environment_id,
    links.entry_id,
    links.field_id,
    links.locale,
    links.position,
    links.kind,
    links.content_type_id,
    links.is_live,
    links.target_type,
    links.target_space_id,
    links.target_environment_id,
    links.target_id,
    case
        when links.is_target_live then 'ok'
        when not links.is_target_live then 'unpublished'
        when links.target_type = 'Entry' and places.is_entries_read then 'missing'
        when links.target_type = 'Asset' and places.is_assets_read then 'missing'
        else 'unknown'
    end as target_status,
    links.source_relation
from {{ ref('int_contentful__links') }} as links
left join {{ ref('int_contentful__environments') }} as places
    on links.target_space_id = places.space_id
    and links.target_environment_id = places.environment_id
