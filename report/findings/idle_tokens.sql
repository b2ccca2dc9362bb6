-- title: Idle access tokens
-- view: administration
-- harm: risk
-- minutes: 5
-- next: Talk to the owner, then revoke the token.
-- says: Valid tokens that were not used for 90 days (default), and tokens that were never used.
-- needs: ACCESS_TOKENS
select
    name as token,
    owner_name as owner,
    created_at::date as created,
    last_used_at::date as last_used,
    expires_at::date as expires,
    null::varchar as url
from contentful__credentials
where credential_type = 'access_token' and is_idle and not is_revoked and not is_expired
order by last_used_at nulls first, created_at, name
