-- title: Links to unpublished content
-- view: content
-- harm: visitors
-- minutes: 3
-- amount: links
-- next: Publish the content, or remove the links.
-- says: Drafts and archived content that live entries link to. The content with the most links comes first.
-- needs: ENTRIES, ASSETS
select
    space_id,
    environment_id,
    coalesce(title, target_id) as unpublished_content,
    target_type as type,
    status,
    entries,
    links as amount,
    web_app_url as url,
    owner
from contentful_dead_targets
where target_status = 'unpublished'
order by amount desc, unpublished_content
