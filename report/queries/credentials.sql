-- needs: ACCESS_TOKENS, API_KEYS, PREVIEW_API_KEYS
select
    space_id,
    case credential_type
        when 'access_token' then 'personal access token'
        when 'api_key' then 'delivery key'
        else 'preview key'
    end as kind,
    case
        when is_revoked then 'revoked'
        when is_expired then 'expired'
        when is_never_used and is_idle then 'never used'
        when is_idle then 'idle'
        when is_idle is null then 'use not reported'
        else 'in use'
    end as state,
    count(*) as credentials,
    count(*) filter (is_without_end and credential_type = 'access_token') as without_end,
    count(*) filter (is_idle and not is_revoked and not is_expired) as idle
from contentful__credentials
group by all
order by all
