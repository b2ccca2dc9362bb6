-- view: content
-- needs: ENTRIES, ASSETS
-- at most: 50 by space, environment
select
    links.space_id,
    links.environment_id,
    coalesce(entries.title, assets.title, links.target_type || ' ' || links.target_id) as target,
    if(links.target_status = 'missing', 'deleted', 'unpublished') as target_is,
    count(*) as links
from contentful__entry_links as links
left join contentful__entries as entries
    on links.target_type = 'Entry'
    and links.target_space_id = entries.space_id
    and links.target_environment_id = entries.environment_id
    and links.target_id = entries.entry_id
left join contentful__assets as assets
    on links.target_type = 'Asset'
    and links.target_space_id = assets.space_id
    and links.target_environment_id = assets.environment_id
    and links.target_id = assets.asset_id
where links.is_live and links.target_status in ('missing', 'unpublished')
group by links.space_id, links.environment_id, links.target_type, links.target_id, target, target_is
order by links desc, target
