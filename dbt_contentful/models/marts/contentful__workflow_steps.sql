-- The visits of workflows to their steps, with the time spent in each.
{%- set definition = ['space_id', 'environment_id', 'workflow_definition_id'] %}
with definitions as (

    select * from {{ ref('stg_contentful__workflow_definitions') }}

),

steps as (
    {{ contentful.json_rows('definitions', 'steps', 'step_number', 'step', definition) }}
),

events as (

    select
        *,
        lead(event_at) over (
            partition by space_id, environment_id, workflow_id order by event_at, event
        ) as next_event_at
    from {{ ref('stg_contentful__workflow_steps') }}

)

select
    events.space_id,
    events.environment_id,
    events.workflow_id,
    events.event_at as entered_at,
    events.event,
    events.workflow_definition_id,
    definitions.name as workflow_name,
    events.entry_id,
    events.step_id,
    events.step_name,
    steps.step_number as step_position,
    events.next_event_at as left_at,
    {{ contentful.seconds('events.event_at', 'events.next_event_at') }} / 3600 as hours,
    events.event_by_id as entered_by_id,
    coalesce(events.event_by_type, actors.actor_type) as entered_by_type,
    actors.actor_name as entered_by_name,
    events.source_relation
from events
left join definitions
    on {{ contentful.equal('events', 'definitions', definition) }}
left join steps
    on {{ contentful.equal('events', 'steps', definition) }}
    and events.step_id = {{ contentful.json_text('steps.step', ['id']) }}
left join {{ ref('stg_contentful__spaces') }} as spaces
    on events.space_id = spaces.space_id
left join {{ ref('int_contentful__actors') }} as actors
    on spaces.organization_id = actors.organization_id
    and events.event_by_id = actors.actor_id
where events.event in ('created', 'stepChanged')
