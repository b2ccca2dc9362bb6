-- Webhooks with the results of their recent calls.
select
    webhooks.space_id,
    webhooks.webhook_id,
    webhooks.name,
    webhooks.url,
    webhooks.is_active,
    webhooks.created_at,
    webhooks.updated_at,
    health.calls_total as calls,
    health.calls_healthy as healthy_calls,
    {{ contentful.share('health.calls_healthy', 'health.calls_total') }} as healthy_share,
    health.calls_healthy < health.calls_total * {{ var('contentful__healthy_share') }} as is_failing,
    webhooks.source_relation
from {{ ref('stg_contentful__webhooks') }} as webhooks
left join {{ ref('stg_contentful__webhook_health') }} as health
    on webhooks.space_id = health.space_id
    and webhooks.webhook_id = health.webhook_id
