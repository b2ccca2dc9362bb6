-- title: Usage by space
-- view: administration
-- harm: none
-- next: Look at spaces whose usage grew.
-- says: The last 30 days, and the 30 days before.
-- needs: SPACE_USAGE
select
    space_id,
    metric_name(metric) as metric,
    if(any_value(unit_of_measure) = 'bytes', 'gigabytes', any_value(unit_of_measure)) as unit,
    sum(used) filter (day > as_of() - 30) / if(any_value(unit_of_measure) = 'bytes', 1e9, 1) as last_30_days,
    sum(used) filter (day <= as_of() - 30) / if(any_value(unit_of_measure) = 'bytes', 1e9, 1) as the_30_days_before,
    organization_link(any_value(organization_id), '/usage') as url,
    null::varchar as owner
from contentful__usage_daily
where space_id is not null and day > as_of() - 60
group by space_id, metric
order by last_30_days desc nulls last, metric
