-- needs: SPACE_MEMBERS
-- at most: 100 by space
select
    space_id,
    coalesce(user_name, user_id) as person,
    case when is_admin then 'Admin' when roles = '' then 'no role' else roles end as role,
    teams,
    organization_role,
    is_two_factor_enabled as two_factor,
    is_never_seen as never_seen,
    last_active_at::date as last_active
from contentful__access
order by is_admin desc, is_two_factor_enabled nulls last, last_active_at nulls first, user_id
