-- title: Usage and limits
-- view: administration
-- harm: none
-- next: Plan for the limits that are full first.
-- says: Records are counted per environment, so a clone counts again. Limits come from SPACE_ADD_ONS and contentful__limits.
-- needs: ENVIRONMENTS
select
    kind as type,
    organization,
    coalesce(space, 'all spaces') as counted_in,
    environment_id as counted_environment,
    used,
    resource_limit as "limit",
    used_share,
    pace_per_day,
    reached_on as full_on,
    organization_link(organization_id, '/usage') as url,
    null::varchar as owner
from contentful_named_limits
order by used_share desc nulls last, used desc nulls last, type
