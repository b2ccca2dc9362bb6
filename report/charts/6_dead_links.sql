-- view: content
-- needs: ENTRIES, ASSETS
-- at most: 50 by space, environment
-- A title that several targets have gets the id: each target is a bar.
select
    space_id,
    environment_id,
    coalesce(title, target_type)
        || case when count(*) over (partition by coalesce(title, target_type)) > 1
            then ' ' || target_id else '' end as target,
    if(target_status = 'missing', 'deleted', 'unpublished') as target_is,
    links
from contentful_dead_targets
order by links desc, target
