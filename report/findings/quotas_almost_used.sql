-- title: Monthly quotas over 80 %
-- view: administration
-- harm: visitors
-- minutes: 60
-- next: Find the consumer in the chart of requests, or buy more.
-- says: Quotas of contentful__quotas, and their use in this month.
-- needs: ORGANIZATION_USAGE
select
    metric_name(metric) as quota,
    coalesce(any_value(organizations.organization), usage.organization_id) as organization,
    max_by(used_this_month, day) as used_this_month,
    max_by(quota_share, day) as quota_share,
    max(day) as data_up_to,
    organization_link(usage.organization_id, '/usage') as url,
    null::varchar as owner
from contentful__usage_daily as usage
left join contentful_organizations as organizations using (organization_id)
where space_id is null and day >= date_trunc('month', as_of())
group by usage.organization_id, metric
having max_by(quota_share, day) >= 0.8
order by quota_share desc, quota
