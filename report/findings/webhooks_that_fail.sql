-- title: Webhooks that fail
-- view: administration
-- harm: visitors
-- minutes: 30
-- next: Open the calls of the webhook, and repair the receiver.
-- says: Active webhooks; under 90 % (default) of their recent calls succeeded.
-- needs: WEBHOOKS, WEBHOOK_HEALTH
select
    space_id,
    name as webhook,
    contentful__webhooks.url as address,
    calls as recent_calls,
    healthy_share,
    space_link(space_id, '/settings/webhooks/' || webhook_id) as url,
    null::varchar as owner
from contentful__webhooks
where is_active and is_failing
order by healthy_share, webhook
