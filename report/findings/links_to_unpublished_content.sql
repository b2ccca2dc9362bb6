-- title: Links to unpublished content
-- view: content
-- harm: visitors
-- minutes: 3
-- amount: links
-- next: Publish the content, or remove the links.
-- says: Drafts and archived content that live entries link to. The content with the most links comes first.
-- needs: ENTRIES, ASSETS
with targets as (
    select
        space_id,
        environment_id,
        target_space_id,
        target_environment_id,
        target_type,
        target_id,
        count(distinct entry_id) as entries,
        count(*) as amount
    from contentful__entry_links
    where is_live and target_status = 'unpublished'
    group by all
)

select
    targets.space_id,
    targets.environment_id,
    coalesce(content.title, targets.target_id) as unpublished_content,
    targets.target_type as type,
    content.status,
    targets.entries,
    targets.amount,
    content.web_app_url as url,
    content.owner
from targets
left join contentful_content as content
    on targets.target_type = content.record_type
    and targets.target_space_id = content.space_id
    and targets.target_environment_id = content.environment_id
    and targets.target_id = content.record_id
order by amount desc, unpublished_content
