-- needs: SPACE_USAGE
-- at most: 30 by space
select
    space_id,
    metric_name(metric) as metric,
    if(any_value(unit_of_measure) = 'bytes', 'gigabytes', any_value(unit_of_measure)) as unit,
    sum(used) filter (day > today() - 30) / if(any_value(unit_of_measure) = 'bytes', 1e9, 1) as last_30_days,
    sum(used) filter (day <= today() - 30) / if(any_value(unit_of_measure) = 'bytes', 1e9, 1) as the_30_days_before
from contentful__usage_daily
where space_id is not null and day > today() - 60
group by 1, 2
order by last_30_days desc nulls last, metric
