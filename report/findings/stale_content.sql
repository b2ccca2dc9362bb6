-- title: Other stale content
-- view: content
-- harm: upkeep
-- minutes: 5
-- next: Archive the content that is no longer needed.
-- says: Live entries that nobody has edited for 180 days (default) and that no entry links to.
-- needs: ENTRIES
select
    space_id,
    environment_id,
    content_type_id,
    coalesce(title, entry_id) as entry,
    updated_at::date as last_edited,
    web_app_url as url,
    updated_by_name as owner
from contentful__entries
where is_live and is_stale and not coalesce(links_in > 0, false)
order by updated_at, entry
