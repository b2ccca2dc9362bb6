-- needs: SCHEDULED_ACTIONS
-- at most: 50 by space, environment
select
    actions.space_id,
    actions.environment_id,
    actions.action,
    actions.entity_type,
    coalesce(entries.title, assets.title, actions.entity_id) as title,
    actions.state,
    actions.scheduled_for::date as due,
    coalesce(actions.created_by_name, 'name unknown') as scheduled_by
from contentful__scheduled_actions as actions
left join contentful__entries as entries
    on actions.space_id = entries.space_id
    and actions.environment_id = entries.environment_id
    and actions.entity_id = entries.entry_id
left join contentful__assets as assets
    on actions.space_id = assets.space_id
    and actions.environment_id = assets.environment_id
    and actions.entity_id = assets.asset_id
where actions.state in ('overdue', 'failed', 'upcoming')
order by actions.state = 'overdue' desc, actions.state = 'failed' desc, scheduled_for
