-- title: Links to unpublished content
-- view: content
-- harm: visitors
-- minutes: 3
-- amount: links
-- next: Publish the content, or remove the links.
-- says: Drafts and archived content that live entries link to. The content with the most links comes first.
-- needs: ENTRIES, ASSETS
select
    links.space_id,
    links.environment_id,
    coalesce(entries.title, assets.title, links.target_id) as unpublished_content,
    links.target_type as type,
    coalesce(entries.status, assets.status) as status,
    count(distinct links.entry_id) as entries,
    count(*) as amount,
    coalesce(entries.web_app_url, assets.web_app_url) as url,
    entries.updated_by_name as owner
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
where links.is_live and links.target_status = 'unpublished'
group by all
order by amount desc, unpublished_content
