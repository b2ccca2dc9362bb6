-- view: administration
-- needs: ORGANIZATION_USAGE
select
    coalesce(organizations.organization, usage.organization_id) as organization,
    metric_name(metric) as api,
    day,
    used as requests
from contentful__usage_daily as usage
left join contentful_organizations as organizations using (organization_id)
where space_id is null and metric in ('cma', 'cda', 'cpa', 'gql') and day between as_of() - 90 and as_of() - 1
order by all
