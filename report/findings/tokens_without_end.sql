-- title: Access tokens that never expire
-- view: administration
-- harm: risk
-- minutes: 10
-- next: Replace them with tokens that expire.
-- says: A lost token without an end stays valid until somebody revokes it.
-- needs: ACCESS_TOKENS
select
    name as token,
    owner_name as owner,
    created_at::date as created,
    last_used_at::date as last_used,
    null::varchar as url
from contentful__credentials
where credential_type = 'access_token' and is_without_end and not is_expired
order by created_at, name
