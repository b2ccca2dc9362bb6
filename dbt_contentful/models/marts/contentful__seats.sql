-- The members of an organization, and signs that nobody uses a seat.
with space_counts as (

    select organization_id, user_id, count(*) as spaces
    from {{ ref('contentful__access') }}
    group by organization_id, user_id

),

-- SPACE_MEMBERS lists all people of a space.
unread as (

    select
        spaces.organization_id,
        sum(case when read_places.space_id is null then 1 else 0 end) as spaces
    from {{ ref('stg_contentful__spaces') }} as spaces
    left join {{ ref('int_contentful__read_places') }} as read_places
        on spaces.space_id = read_places.space_id
        and read_places.table_name = 'space_members'
    group by spaces.organization_id

)

select
    members.organization_id,
    members.organization_membership_id,
    members.user_id,
    actors.actor_name as user_name,
    members.role,
    members.status,
    members.created_at,
    members.last_active_at,
    {{ contentful.days('members.last_active_at', contentful.now()) }} as days_since_active,
    members.status = 'pending' or (members.last_active_at is null and coalesce(users.sign_in_count, 0) = 0)
        as is_never_seen,
    coalesce(members.last_active_at, members.created_at)
        < {{ contentful.days_ago(var('contentful__idle_days')) }} as is_idle,
    users.is_two_factor_enabled,
    {{ contentful.if_read('unread.spaces = 0', 'coalesce(space_counts.spaces, 0)') }} as spaces,
    members.source_relation
from {{ ref('stg_contentful__organization_memberships') }} as members
left join {{ ref('stg_contentful__users') }} as users
    on {{ contentful.equal('members', 'users', ['organization_id', 'user_id']) }}
left join {{ ref('int_contentful__actors') }} as actors
    on members.organization_id = actors.organization_id
    and members.user_id = actors.actor_id
    and actors.actor_type = 'User'
left join space_counts
    on {{ contentful.equal('members', 'space_counts', ['organization_id', 'user_id']) }}
left join unread
    on members.organization_id = unread.organization_id
