-- The access of a person to a space, and how it was given.
with read_organizations as (

    select
        organization_id,
        {{ contentful.any_row("table_name = 'team_memberships'") }}
            and {{ contentful.any_row("table_name = 'team_space_memberships'") }} as is_teams_read,
        {{ contentful.any_row("table_name = 'organization_memberships'") }} as is_members_read
    from {{ ref('int_contentful__read_places') }}
    where organization_id is not null
    group by organization_id

),

read_spaces as (

    select space_id
    from {{ ref('int_contentful__read_places') }}
    where table_name = 'space_memberships'

),

ways as (

    select * from {{ ref('int_contentful__space_access') }}

),

role_ids as (
    {{ contentful.json_rows('ways', 'role_ids', 'role_number', 'role', ['space_id', 'user_id']) }}
),

role_names as (

    select distinct
        role_ids.space_id,
        role_ids.user_id,
        coalesce(roles.name, {{ contentful.json_string('role_ids.role') }}) as name
    from role_ids
    left join {{ ref('stg_contentful__roles') }} as roles
        on role_ids.space_id = roles.space_id
        and {{ contentful.json_string('role_ids.role') }} = roles.role_id

),

roles as (

    select space_id, user_id, {{ contentful.sorted_list('name') }} as roles
    from role_names
    group by space_id, user_id

),

team_names as (

    select distinct space_id, user_id, team_name from ways where way = 'team'

),

teams as (

    select space_id, user_id, {{ contentful.sorted_list('team_name') }} as teams
    from team_names
    group by space_id, user_id

),

people as (

    select
        space_id,
        user_id,
        {{ contentful.any_row('is_admin') }} as is_admin,
        {{ contentful.any_row("way = 'direct'") }} as is_direct,
        min(source_relation) as source_relation
    from ways
    where user_id is not null
    group by space_id, user_id

)

select
    people.space_id,
    people.user_id,
    spaces.organization_id,
    actors.actor_name as user_name,
    people.is_admin,
    coalesce(roles.roles, '') as roles,
    case when people.is_direct or read_spaces.space_id is not null then people.is_direct end
        as is_direct,
    case
        when teams.teams is not null or read_organizations.is_teams_read
            then teams.teams is not null
    end as is_by_team,
    case
        when teams.teams is not null or read_organizations.is_teams_read
            then coalesce(teams.teams, '')
    end as teams,
    members.role as organization_role,
    users.is_two_factor_enabled,
    members.last_active_at,
    {{ contentful.if_read('read_organizations.is_members_read',
        "coalesce(members.status = 'pending', false)"
        ~ ' or (members.last_active_at is null and coalesce(users.sign_in_count, 0) = 0)') }}
        as is_never_seen,
    people.source_relation
from people
left join {{ ref('stg_contentful__spaces') }} as spaces
    on people.space_id = spaces.space_id
left join roles
    on people.space_id = roles.space_id
    and people.user_id = roles.user_id
left join teams
    on people.space_id = teams.space_id
    and people.user_id = teams.user_id
left join read_spaces
    on people.space_id = read_spaces.space_id
left join read_organizations
    on spaces.organization_id = read_organizations.organization_id
left join {{ ref('stg_contentful__users') }} as users
    on spaces.organization_id = users.organization_id
    and people.user_id = users.user_id
left join {{ ref('int_contentful__actors') }} as actors
    on spaces.organization_id = actors.organization_id
    and people.user_id = actors.actor_id
    and actors.actor_type = 'User'
left join {{ ref('stg_contentful__organization_memberships') }} as members
    on spaces.organization_id = members.organization_id
    and people.user_id = members.user_id
