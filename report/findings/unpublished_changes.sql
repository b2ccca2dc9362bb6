-- title: Unpublished changes older than 30 days
-- view: content
-- harm: risk
-- minutes: 5
-- next: Publish the changes, or discard them.
-- says: Visitors still see the version before the edit. The oldest edits come first.
-- needs: ENTRIES
select
    space_id,
    environment_id,
    content_type_id,
    coalesce(title, entry_id) as entry,
    updated_at::date as last_edited,
    published_at::date as last_published,
    web_app_url as url,
    updated_by_name as owner
from contentful__entries
where status = 'changed' and days_since_update > 30
order by updated_at, entry
