-- needs: SPACE_MEMBERS
-- A seat is one person in one space.
select
    space_id,
    case when is_admin then 'Admin' when roles = '' then 'no role' else roles end as role,
    count(*) as seats,
    count(*) filter (is_admin) as admin_seats,
    count(*) filter (is_two_factor_enabled = false) as seats_without_two_factor,
    count(*) filter (is_admin and is_two_factor_enabled = false) as admin_seats_without_two_factor,
    count(*) filter (is_never_seen) as seats_of_people_never_seen,
    count(*) filter (last_active_at < today() - 90) as seats_idle_for_90_days
from contentful__access
group by all
order by all
