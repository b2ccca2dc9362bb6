-- title: People and their access
-- view: administration
-- harm: none
-- next: Keep the number of admins small.
-- says: One row per person and space, admins first.
-- needs: SPACE_MEMBERS
select
    space_id,
    coalesce(user_name, user_id) as person,
    case when is_admin then 'Admin' when roles = '' then 'no role' else roles end as roles,
    teams,
    organization_role,
    is_two_factor_enabled as two_factor,
    last_active_at::date as last_active,
    null::varchar as url,
    null::varchar as owner
from contentful__access
order by is_admin desc, person
