-- title: People not active for 90 days
-- view: administration
-- harm: upkeep
-- minutes: 3
-- next: Talk to them, then remove their access.
-- says: Members of the organization, the longest absence first.
-- needs: ORGANIZATION_MEMBERSHIPS, USERS
select
    coalesce(seats.user_name, seats.user_id) as person,
    organizations.organization,
    seats.role,
    seats.last_active_at::date as last_active,
    seats.spaces,
    organization_link(
        seats.organization_id,
        '/organization_memberships/' || seats.organization_membership_id
    ) as url,
    null::varchar as owner
from contentful__seats as seats
left join contentful_organizations as organizations using (organization_id)
where seats.is_idle
order by seats.last_active_at, person
