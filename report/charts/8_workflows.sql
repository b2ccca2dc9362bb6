-- view: content
-- needs: WORKFLOWS, WORKFLOW_DEFINITIONS
-- also: WORKFLOW_STEPS
select
    space_id,
    environment_id,
    coalesce(workflow_name, workflow_definition_id) as workflow,
    coalesce(step_name, 'removed step') as step,
    coalesce(step_position, -1) as step_position,
    case
        when hours_in_step is null then 'unknown'
        when hours_in_step <= 30 * 24 then 'up to 30 days'
        else 'over 30 days'
    end as in_step_for,
    count(*) as open_workflows
from contentful__workflows
where state = 'open'
group by all
order by workflow, step_position
