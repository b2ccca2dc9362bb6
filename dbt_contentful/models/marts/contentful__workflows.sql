-- Workflows with the current step of their entry, and the time spent in it.
{%- set definition = ['space_id', 'environment_id', 'workflow_definition_id'] %}
with definitions as (

    select * from {{ ref('stg_contentful__workflow_definitions') }}

),

steps as (
    {{ contentful.json_rows('definitions', 'steps', 'step_number', 'step', definition) }}
),

entered as (

    select space_id, environment_id, workflow_id, step_id, max(event_at) as entered_at
    from {{ ref('stg_contentful__workflow_steps') }}
    where event in ('created', 'stepChanged')
    group by space_id, environment_id, workflow_id, step_id

)

select
    workflows.space_id,
    workflows.environment_id,
    workflows.workflow_id,
    workflows.workflow_definition_id,
    definitions.name as workflow_name,
    workflows.entity_type,
    workflows.entity_id,
    workflows.step_id,
    {{ contentful.json_text('steps.step', ['name']) }} as step_name,
    steps.step_number as step_position,
    case
        when workflows.deleted_at is not null then 'deleted'
        when workflows.completed_at is not null then 'completed'
        else 'open'
    end as state,
    workflows.created_at,
    workflows.completed_at,
    entered.entered_at as step_entered_at,
    case
        when workflows.completed_at is null and workflows.deleted_at is null
            then {{ contentful.seconds('entered.entered_at', contentful.now()) }} / 3600
    end as hours_in_step,
    {{ contentful.seconds('workflows.created_at', 'workflows.completed_at') }} / 3600
        as hours_to_completion,
    workflows.source_relation
from {{ ref('stg_contentful__workflows') }} as workflows
left join definitions
    on workflows.space_id = definitions.space_id
    and workflows.environment_id = definitions.environment_id
    and workflows.workflow_definition_id = definitions.workflow_definition_id
left join steps
    on workflows.space_id = steps.space_id
    and workflows.environment_id = steps.environment_id
    and workflows.workflow_definition_id = steps.workflow_definition_id
    and workflows.step_id = {{ contentful.json_text('steps.step', ['id']) }}
left join entered
    on workflows.space_id = entered.space_id
    and workflows.environment_id = entered.environment_id
    and workflows.workflow_id = entered.workflow_id
    and workflows.step_id = entered.step_id
