-- title: Overdue tasks
-- view: content
-- harm: risk
-- minutes: 15
-- next: Finish the task, or agree on another day.
-- says: Active tasks after their due day.
-- needs: TASKS
select
    tasks.space_id,
    tasks.environment_id,
    left(tasks.body, 120) as task,
    tasks.entry_title as entry,
    tasks.due_at::date as due,
    entries.web_app_url as url,
    tasks.assigned_to_name as owner
from contentful__tasks as tasks
left join contentful__entries as entries using (space_id, environment_id, entry_id)
where tasks.is_overdue
order by due, task
