-- title: Limits almost reached
-- view: administration
-- harm: visitors
-- minutes: 60
-- next: Delete records that are not needed, or contact Contentful in time.
-- says: Over 80 % of a limit is used, or the pace of the last 90 days reaches it within half a year. At the limit, nothing new can be created.
-- needs: ENVIRONMENTS
select
    kind as limit_of,
    organization,
    coalesce(space, 'all spaces') as counted_in,
    environment_id as counted_environment,
    used,
    resource_limit as "limit",
    used_share,
    reached_on as full_on,
    organization_link(organization_id, '/usage') as url,
    null::varchar as owner
from contentful_named_limits
where used_share >= 0.8 or reached_on < as_of() + 180
order by used_share desc nulls last, limit_of
