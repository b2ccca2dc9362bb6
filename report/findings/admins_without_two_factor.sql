-- title: Admins without two-factor authentication
-- view: administration
-- harm: risk
-- minutes: 10
-- next: Have them turn it on, or take the admin role away.
-- says: People who can change everything in a space.
-- needs: SPACE_MEMBERS, USERS
select
    coalesce(any_value(user_name), user_id) as person,
    string_agg(distinct contentful_spaces.space, ', ' order by contentful_spaces.space) as spaces,
    any_value(organization_role) as organization_role,
    max(last_active_at)::date as last_active,
    null::varchar as url,
    any_value(user_name) as owner
from contentful__access
join contentful_spaces using (space_id)
where is_admin and is_two_factor_enabled = false
group by user_id
order by count(*) desc, person
