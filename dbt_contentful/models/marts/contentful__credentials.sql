-- Tokens and keys, with their owners and signs that they are no longer needed.
with credentials as (

    select
        'access_token' as credential_type,
        organization_id,
        {{ contentful.nothing('string') }} as space_id,
        access_token_id as credential_id,
        name,
        user_id as owner_id,
        created_at,
        last_used_at,
        expires_at,
        revoked_at,
        source_relation
    from {{ ref('stg_contentful__access_tokens') }}
    {%- for table, id in [('api_keys', 'api_key_id'), ('preview_api_keys', 'preview_api_key_id')] %}
    union all
    select
        '{{ id[:-3] }}' as credential_type,
        spaces.organization_id,
        tokens.space_id,
        tokens.{{ id }} as credential_id,
        tokens.name,
        tokens.created_by_id as owner_id,
        tokens.created_at,
        {{ contentful.nothing('instant') }} as last_used_at,
        {{ contentful.nothing('instant') }} as expires_at,
        {{ contentful.nothing('instant') }} as revoked_at,
        tokens.source_relation
    from {{ ref('stg_contentful__' ~ table) }} as tokens
    left join {{ ref('stg_contentful__spaces') }} as spaces
        on tokens.space_id = spaces.space_id
    {%- endfor %}

)

select
    credentials.credential_type,
    credentials.organization_id,
    credentials.space_id,
    credentials.credential_id,
    credentials.name,
    credentials.owner_id,
    actors.actor_name as owner_name,
    credentials.created_at,
    credentials.last_used_at,
    credentials.expires_at,
    credentials.revoked_at,
    -- The API does not report when keys were used.
    case when credential_type = 'access_token' then last_used_at is null end as is_never_used,
    case
        when credential_type = 'access_token'
            then coalesce(last_used_at, created_at)
                < {{ contentful.days_ago(var('contentful__idle_days')) }}
    end as is_idle,
    coalesce(expires_at <= {{ contentful.now() }}, false) as is_expired,
    revoked_at is not null as is_revoked,
    expires_at is null and revoked_at is null as is_without_end,
    credentials.source_relation
from credentials
left join {{ ref('int_contentful__actors') }} as actors
    on credentials.organization_id = actors.organization_id
    and credentials.owner_id = actors.actor_id
