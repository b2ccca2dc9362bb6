-- Each way in which a person has access to a space: as a member, by a team, or because the space
-- lists the person as a member.
select
    space_id,
    user_id,
    is_admin,
    role_ids,
    'direct' as way,
    space_membership_id as membership_id,
    {{ contentful.nothing('string') }} as team_name,
    source_relation
from {{ ref('stg_contentful__space_memberships') }}
union all
select
    team_spaces.space_id,
    team_users.user_id,
    team_spaces.is_admin,
    team_spaces.role_ids,
    'team' as way,
    team_spaces.team_space_membership_id as membership_id,
    coalesce(teams.name, team_spaces.team_id) as team_name,
    team_spaces.source_relation
from {{ ref('stg_contentful__team_space_memberships') }} as team_spaces
inner join {{ ref('stg_contentful__team_memberships') }} as team_users
    on team_spaces.organization_id = team_users.organization_id
    and team_spaces.team_id = team_users.team_id
left join {{ ref('stg_contentful__teams') }} as teams
    on team_spaces.organization_id = teams.organization_id
    and team_spaces.team_id = teams.team_id
union all
select
    space_id,
    user_id,
    is_admin,
    role_ids,
    'listed' as way,
    {{ contentful.nothing('string') }} as membership_id,
    {{ contentful.nothing('string') }} as team_name,
    source_relation
from {{ ref('stg_contentful__space_members') }}
