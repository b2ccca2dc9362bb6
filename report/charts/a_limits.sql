-- view: administration
-- needs: ENVIRONMENTS
select
    coalesce(organization, organization_id) as organization,
    kind
        || case when space_id is not null then ', ' || coalesce(space, space_id) else '' end
        || case when environment_id is not null then ' / ' || environment_id else '' end
        as limit_of,
    used,
    resource_limit as "limit",
    used_share
from contentful_named_limits
where used_share is not null
order by used_share desc, limit_of
