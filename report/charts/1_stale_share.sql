-- view: content
-- needs: ENTRIES
select
    space_id,
    environment_id,
    content_type_id,
    count(*) filter (is_live) as live_entries,
    count(*) filter (is_live and is_stale) as stale_entries
from contentful__entries
group by all
having count(*) filter (is_live) > 0
order by all
