-- needs: WORKFLOWS, WORKFLOW_DEFINITIONS
-- also: WORKFLOW_STEPS
select
    space_id,
    environment_id,
    coalesce(workflow_name, workflow_definition_id) as workflow,
    coalesce(step_name, 'removed step') as step,
    step_position,
    case
        when hours_in_step is null then 'unknown'
        when hours_in_step <= 7 * 24 then '1 week'
        when hours_in_step <= 30 * 24 then '1 month'
        else 'longer'
    end as in_this_step_for,
    count(*) as open_workflows
from contentful__workflows
where state = 'open'
group by all
order by workflow, step_position
