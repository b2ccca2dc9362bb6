-- needs: ORGANIZATION_USAGE
-- at most: 100
with latest as (
    select
        coalesce(organizations.name, usage.organization_id) as organization,
        metric,
        any_value(unit_of_measure) as unit,
        max_by(mean_7_days, day) as mean_of_7_days,
        max_by(used_this_month, day) as this_month,
        max_by(quota_share, day) as quota_share,
        max(day) as latest_day
    from contentful__usage_daily as usage
    left join contentful_organizations as organizations using (organization_id)
    where space_id is null and day >= date_trunc('month', today())
    group by 1, 2
)

select
    organization,
    metric_name(metric) as metric,
    if(unit = 'bytes', 'gigabytes', unit) as unit,
    mean_of_7_days / if(latest.unit = 'bytes', 1e9, 1) as mean_of_7_days,
    this_month / if(latest.unit = 'bytes', 1e9, 1) as this_month,
    quota_share,
    latest_day,
    (quota_share is not null)::int as quotas_known,
    -- NULL if no quota is known.
    if(count(quota_share) over () > 0, coalesce(quota_share >= 0.8, false)::int, null)
        as above_80_percent
from latest
order by quota_share desc nulls last, organization, metric
