-- title: Stale content that other entries link to
-- view: content
-- harm: risk
-- minutes: 10
-- amount: links
-- next: Check the content; edit, archive or confirm it.
-- says: Live entries that nobody has edited for 180 days (default) and that others link to.
-- needs: ENTRIES
select
    space_id,
    environment_id,
    content_type_id,
    coalesce(title, entry_id) as entry,
    updated_at::date as last_edited,
    links_in as amount,
    web_app_url as url,
    updated_by_name as owner
from contentful__entries
where is_live and is_stale and links_in > 0
order by links_in desc, updated_at, entry
