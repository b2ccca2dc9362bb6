-- view: administration
-- needs: ENVIRONMENTS
select
    coalesce(organizations.organization, limits.organization_id) as organization,
    replace(resource, '_', ' ')
        || case when limits.space_id is not null then ', ' || coalesce(spaces.space, limits.space_id) else '' end
        || case when limits.environment_id is not null then ' / ' || limits.environment_id else '' end
        as limit_of,
    used,
    resource_limit as "limit",
    used_share
from contentful__limits as limits
left join contentful_spaces as spaces on limits.space_id = spaces.space_id
left join contentful_organizations as organizations on limits.organization_id = organizations.organization_id
where used_share is not null
order by used_share desc, limit_of
