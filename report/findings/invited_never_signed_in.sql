-- title: Invited, never signed in
-- view: administration
-- harm: upkeep
-- minutes: 3
-- next: Invite them again, or remove them.
-- says: Each of them may occupy a paid seat.
-- needs: ORGANIZATION_MEMBERSHIPS, USERS
select
    coalesce(seats.user_name, seats.user_id, 'unknown') as person,
    organizations.organization,
    seats.role,
    seats.created_at::date as invited,
    organization_link(
        seats.organization_id,
        '/organization_memberships/' || seats.organization_membership_id
    ) as url,
    null::varchar as owner
from contentful__seats as seats
left join contentful_organizations as organizations using (organization_id)
where seats.is_never_seen
order by seats.created_at, person
