-- title: Delivery and preview keys
-- view: administration
-- harm: none
-- next: Delete the keys that no website or app needs.
-- says: Contentful does not report the use of keys.
-- needs: API_KEYS, PREVIEW_API_KEYS
select
    space_id,
    coalesce(name, credential_id) as key,
    case credential_type when 'api_key' then 'delivery' else 'preview' end as kind,
    created_at::date as created,
    case credential_type
        when 'api_key' then space_link(space_id, '/api/keys/' || credential_id)
    end as url,
    owner_name as owner
from contentful__credentials
where credential_type <> 'access_token'
order by created_at, key
