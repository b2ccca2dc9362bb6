-- needs: ENTRIES
-- at most: 15 by space, environment
select
    space_id,
    environment_id,
    coalesce(updated_by_name, 'name unknown') as last_edited_by,
    count(*) as entries
from contentful__entries
where days_since_update <= 90
group by all
order by entries desc, last_edited_by
