-- title: Forgotten drafts
-- view: content
-- harm: upkeep
-- minutes: 2
-- next: Publish or delete the drafts.
-- says: Drafts that nobody has edited for 180 days (default).
-- needs: ENTRIES
select
    space_id,
    environment_id,
    content_type_id,
    coalesce(title, entry_id) as entry,
    created_at::date as created,
    updated_at::date as last_edited,
    web_app_url as url,
    updated_by_name as owner
from contentful__entries
where status = 'draft' and is_stale
order by updated_at, entry
