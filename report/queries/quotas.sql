-- needs: ORGANIZATION_USAGE
-- at most: 100
select
    coalesce(organizations.name, usage.organization_id) as organization,
    metric_name(metric) as metric,
    if(any_value(unit_of_measure) = 'bytes', 'gigabytes', any_value(unit_of_measure)) as unit,
    max_by(mean_7_days, day) / if(any_value(unit_of_measure) = 'bytes', 1e9, 1) as mean_of_7_days,
    max_by(used_this_month, day) / if(any_value(unit_of_measure) = 'bytes', 1e9, 1) as this_month,
    max_by(quota_share, day) as quota_share,
    max(day) as told_until,
    case when max_by(quota_share, day) is not null then 1 end as quotas_known,
    (max_by(quota_share, day) >= 0.8)::int as above_80_percent
from contentful__usage_daily as usage
left join contentful_organizations as organizations using (organization_id)
where space_id is null and day >= date_trunc('month', today())
group by 1, 2
order by quota_share desc nulls last, organization, metric
