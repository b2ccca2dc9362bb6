-- Tasks of entries, with their state and the number of comments on the entry.
with comments as (

    select space_id, environment_id, entry_id, count(*) as comments
    from {{ ref('stg_contentful__comments') }}
    group by space_id, environment_id, entry_id

),

read_places as (

    select space_id, environment_id
    from {{ ref('int_contentful__read_places') }}
    where table_name = 'comments'

)

select
    tasks.space_id,
    tasks.environment_id,
    tasks.entry_id,
    tasks.task_id,
    entries.title as entry_title,
    entries.content_type_id,
    tasks.body,
    tasks.status,
    tasks.assigned_to_type,
    tasks.assigned_to_id,
    assignees.actor_name as assigned_to_name,
    tasks.due_date as due_at,
    tasks.status = 'active' and coalesce(tasks.due_date < {{ contentful.now() }}, false) as is_overdue,
    tasks.created_at,
    tasks.created_by_id,
    coalesce(tasks.created_by_type, authors.actor_type) as created_by_type,
    authors.actor_name as created_by_name,
    tasks.resolved_at,
    {{ contentful.seconds('tasks.created_at', 'tasks.resolved_at') }} / 3600 as hours_to_resolution,
    {{ contentful.if_read('read_places.space_id is not null', 'coalesce(comments.comments, 0)') }}
        as comments_of_entry,
    tasks.source_relation
from {{ ref('stg_contentful__tasks') }} as tasks
left join {{ ref('stg_contentful__entries') }} as entries
    on {{ contentful.equal('tasks', 'entries', contentful.entry_key()) }}
left join comments
    on {{ contentful.equal('tasks', 'comments', contentful.entry_key()) }}
left join read_places
    on {{ contentful.equal('tasks', 'read_places', ['space_id', 'environment_id']) }}
left join {{ ref('stg_contentful__spaces') }} as spaces
    on tasks.space_id = spaces.space_id
left join {{ ref('int_contentful__actors') }} as assignees
    on spaces.organization_id = assignees.organization_id
    and tasks.assigned_to_id = assignees.actor_id
left join {{ ref('int_contentful__actors') }} as authors
    on spaces.organization_id = authors.organization_id
    and tasks.created_by_id = authors.actor_id
