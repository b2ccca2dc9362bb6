-- title: Content in one workflow step for over 30 days
-- view: content
-- harm: risk
-- minutes: 10
-- next: Move the content to the next step, or end the workflow.
-- says: Open workflows, the longest wait first.
-- needs: WORKFLOWS, WORKFLOW_DEFINITIONS, WORKFLOW_STEPS
select
    workflows.space_id,
    workflows.environment_id,
    coalesce(entries.title, workflows.entity_id) as entry,
    coalesce(workflows.workflow_name, workflows.workflow_definition_id) as workflow,
    coalesce(workflows.step_name, 'removed step') as step,
    floor(workflows.hours_in_step / 24)::int as days_in_step,
    entries.web_app_url as url,
    entries.updated_by_name as owner
from contentful__workflows as workflows
left join contentful__entries as entries
    on workflows.space_id = entries.space_id
    and workflows.environment_id = entries.environment_id
    and workflows.entity_id = entries.entry_id
where workflows.state = 'open' and workflows.hours_in_step > 30 * 24
order by workflows.hours_in_step desc, entry
