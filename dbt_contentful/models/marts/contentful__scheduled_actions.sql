-- Scheduled publishing and unpublishing, with the outcome.
select
    actions.space_id,
    actions.environment_id,
    actions.scheduled_action_id,
    actions.action,
    actions.status,
    actions.entity_type,
    actions.entity_id,
    actions.scheduled_for,
    case
        when actions.status = 'scheduled' and actions.scheduled_for > {{ contentful.now() }}
            then 'upcoming'
        when actions.status = 'scheduled' then 'overdue'
        else actions.status
    end as state,
    actions.created_at,
    actions.created_by_id,
    coalesce(actions.created_by_type, actors.actor_type) as created_by_type,
    actors.actor_name as created_by_name,
    actions.canceled_at,
    actions.canceled_by_id,
    actions.source_relation
from {{ ref('stg_contentful__scheduled_actions') }} as actions
left join {{ ref('stg_contentful__spaces') }} as spaces
    on actions.space_id = spaces.space_id
left join {{ ref('int_contentful__actors') }} as actors
    on spaces.organization_id = actors.organization_id
    and actions.created_by_id = actors.actor_id
