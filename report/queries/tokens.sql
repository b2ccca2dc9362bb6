-- needs: ACCESS_TOKENS, API_KEYS, PREVIEW_API_KEYS
-- at most: 100 by space
select
    space_id,
    case credential_type
        when 'access_token' then 'personal access token'
        when 'api_key' then 'delivery key'
        else 'preview key'
    end as kind,
    name,
    coalesce(owner_name, 'name unknown') as owner,
    case
        when is_revoked then 'revoked'
        when is_expired then 'expired'
        when is_never_used and is_idle then 'never used'
        when is_idle then 'idle'
        when is_idle is null then 'use not reported'
        else 'in use'
    end as state,
    created_at::date as created,
    last_used_at::date as last_used,
    expires_at::date as expires
from contentful__credentials
order by is_revoked, is_expired, is_idle desc nulls last, last_used_at nulls first, name
