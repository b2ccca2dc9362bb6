-- title: Upcoming scheduled actions
-- view: content
-- harm: none
-- next: Check that somebody watches these launches.
-- says: Content that will be published or unpublished by itself, the next one first.
-- needs: SCHEDULED_ACTIONS
select
    space_id,
    environment_id,
    content,
    action,
    scheduled_for::date as due,
    web_app_url as url,
    created_by_name as owner
from contentful_actions
where state = 'upcoming'
order by due, content
