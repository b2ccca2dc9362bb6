-- view: content
-- needs: ENTRIES
select
    space_id,
    environment_id,
    content_type_id,
    least(days_since_update // 30, 36)::int as months,
    count(*) as entries
from contentful__entries
where is_live
group by all
order by all
