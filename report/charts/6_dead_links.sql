-- view: content
-- needs: ENTRIES, ASSETS
-- at most: 50 by space, environment
with targets as (
    select
        space_id,
        environment_id,
        target_space_id,
        target_environment_id,
        target_type,
        target_id,
        target_status,
        count(*) as links
    from contentful__entry_links
    where is_live and target_status in ('missing', 'unpublished')
    group by all
)

select
    targets.space_id,
    targets.environment_id,
    coalesce(content.title, targets.target_type || ' ' || targets.target_id) as target,
    if(targets.target_status = 'missing', 'deleted', 'unpublished') as target_is,
    targets.links
from targets
left join contentful_content as content
    on targets.target_type = content.record_type
    and targets.target_space_id = content.space_id
    and targets.target_environment_id = content.environment_id
    and targets.target_id = content.record_id
order by links desc, target
