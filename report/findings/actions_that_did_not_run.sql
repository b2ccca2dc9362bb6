-- title: Scheduled actions that did not run
-- view: content
-- harm: visitors
-- minutes: 5
-- next: Publish or unpublish by hand, or cancel the action.
-- says: Actions that failed or are overdue.
-- needs: SCHEDULED_ACTIONS
select
    space_id,
    environment_id,
    content,
    action,
    state,
    scheduled_for::date as due,
    web_app_url as url,
    created_by_name as owner
from contentful_actions
where state in ('overdue', 'failed')
order by due, content
