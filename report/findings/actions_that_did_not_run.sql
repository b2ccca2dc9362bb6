-- title: Scheduled actions that did not run
-- view: content
-- harm: visitors
-- minutes: 5
-- next: Publish or unpublish by hand, or cancel the action.
-- says: Actions that failed or are overdue.
-- needs: SCHEDULED_ACTIONS
select
    actions.space_id,
    actions.environment_id,
    coalesce(entries.title, assets.title, actions.entity_type || ' ' || actions.entity_id) as content,
    actions.action,
    actions.state,
    actions.scheduled_for::date as due,
    coalesce(entries.web_app_url, assets.web_app_url) as url,
    actions.created_by_name as owner
from contentful__scheduled_actions as actions
left join contentful__entries as entries
    on actions.space_id = entries.space_id
    and actions.environment_id = entries.environment_id
    and actions.entity_id = entries.entry_id
left join contentful__assets as assets
    on actions.space_id = assets.space_id
    and actions.environment_id = assets.environment_id
    and actions.entity_id = assets.asset_id
where actions.state in ('overdue', 'failed')
order by due, content
