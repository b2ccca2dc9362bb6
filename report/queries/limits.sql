-- needs: ENVIRONMENTS
-- at most: 100 by space
with known as (
    select
        *,
        -- Unknown if no limit is known at all, or if a limit is known but its usage is not.
        count(resource_limit) over () > 0 and (resource_limit is null or used is not null) as is_known
    from contentful__limits
)

select
    space_id,
    case
        when space_id is null then 'the whole organization'
        else coalesce(environment_id, 'the whole space')
    end as counted_in,
    replace(resource, '_', ' ') as resource,
    used,
    resource_limit as "limit",
    used_share,
    pace_per_day,
    reached_on,
    (resource_limit is not null)::int as limits_known,
    if(is_known, coalesce(used_share >= 0.8, false)::int, null) as above_80_percent,
    if(is_known, coalesce(reached_on < today() + 180, false)::int, null)
        as reached_within_half_a_year
from known
order by used_share desc nulls last, used desc nulls last, resource
