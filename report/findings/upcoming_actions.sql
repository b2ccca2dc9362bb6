-- title: Upcoming scheduled actions
-- view: content
-- harm: none
-- next: Check that somebody watches these launches.
-- says: Content that will be published or unpublished by itself, the next one first.
-- needs: SCHEDULED_ACTIONS
select
    actions.space_id,
    actions.environment_id,
    coalesce(content.title, actions.entity_type || ' ' || actions.entity_id) as content,
    actions.action,
    actions.scheduled_for::date as due,
    content.web_app_url as url,
    actions.created_by_name as owner
from contentful__scheduled_actions as actions
left join contentful_content as content
    on actions.entity_type = content.record_type
    and actions.space_id = content.space_id
    and actions.environment_id = content.environment_id
    and actions.entity_id = content.record_id
where actions.state = 'upcoming'
order by due, 3
