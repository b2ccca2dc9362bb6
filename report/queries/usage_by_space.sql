-- needs: SPACE_USAGE
-- at most: 30 by space
select
    space_id,
    metric,
    any_value(unit_of_measure) as unit,
    sum(used) filter (day > today() - 30) as last_30_days,
    sum(used) filter (day <= today() - 30) as the_30_days_before,
    max_by(used_this_month, day) as this_month,
    max_by(quota_share, day) as quota_share
from contentful__usage_daily
where space_id is not null and day > today() - 60
group by space_id, metric
order by last_30_days desc nulls last, metric
