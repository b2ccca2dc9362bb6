-- needs: ENVIRONMENTS
-- at most: 100 by space
select
    space_id,
    coalesce(environment_id, 'the whole space') as counted_in,
    replace(resource, '_', ' ') as resource,
    used,
    resource_limit as "limit",
    used_share,
    pace_per_day,
    reached_on,
    case when resource_limit is not null then 1 end as limits_known,
    (used_share >= 0.8)::int as above_80_percent,
    case when resource_limit is not null then coalesce(reached_on < today() + 180, false)::int end
        as reached_within_half_a_year
from contentful__limits
order by used_share desc nulls last, used desc nulls last, resource
