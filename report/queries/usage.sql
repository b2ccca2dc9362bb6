-- needs: ORGANIZATION_USAGE
-- API requests on each of the last 90 days.
select
    metric_name(metric) as api,
    day,
    sum(used) as requests,
    coalesce(sum(used) filter (day > today() - 30), 0) as in_the_last_30_days
from contentful__usage_daily
where space_id is null
    and metric in ('cma', 'cda', 'cpa', 'gql')
    and day > today() - 90
group by all
order by all
