-- needs: ENTRIES, ASSETS
-- at most: 10 by space, environment, content_type
select
    links.space_id,
    links.environment_id,
    links.content_type_id,
    coalesce(entries.title, links.entry_id) as entry,
    links.field_id as field,
    links.locale,
    links.target_type,
    links.target_id as target,
    case target_status when 'missing' then 'target is missing' else 'target is unpublished' end as problem
from contentful__entry_links as links
join contentful__entries as entries using (space_id, environment_id, entry_id)
where links.is_live and target_status in ('missing', 'unpublished')
order by target_status, entries.links_in desc, links.entry_id, links.field_id, links.locale, position
