-- title: Links to deleted content
-- view: content
-- harm: visitors
-- minutes: 5
-- amount: links
-- next: Remove the links, or create the content again.
-- says: Content that does not exist, and that live entries link to. The content with the most links comes first.
-- needs: ENTRIES, ASSETS
select
    links.space_id,
    links.environment_id,
    links.target_type || ' ' || links.target_id as deleted_content,
    any_value(entries.title order by entries.links_in desc, links.entry_id) as linked_from,
    count(distinct links.entry_id) as entries,
    count(*) as amount,
    any_value(entries.web_app_url order by entries.links_in desc, links.entry_id) as url,
    mode(entries.updated_by_name) as owner
from contentful__entry_links as links
join contentful__entries as entries using (space_id, environment_id, entry_id)
where links.is_live and links.target_status = 'missing'
group by links.space_id, links.environment_id, links.target_type, links.target_id
order by amount desc, deleted_content
