-- needs: WEBHOOKS, WEBHOOK_HEALTH
select
    space_id,
    name as webhook,
    url as address,
    case
        when not is_active then 'switched off'
        when calls is null then 'health not read'
        when calls = 0 then 'not called recently'
        when is_failing then 'failing'
        else 'healthy'
    end as state,
    calls as recent_calls,
    healthy_share,
    1 as webhooks,
    (is_active and is_failing)::int as failing
from contentful__webhooks
order by is_failing desc nulls last, healthy_share, name
