-- What someone has to do about an entry. (made by `make docs` from the connector's declarations)
{{ contentful.stage('tasks', [
    ('space_id', 'space_id', 'string'),
    ('environment_id', 'environment_id', 'string'),
    ('entry_id', 'entry_id', 'string'),
    ('id', 'task_id', 'string'),
    ('body', 'body', 'string'),
    ('status', 'status', 'string'),
    ('assigned_to_type', 'assigned_to_type', 'string'),
    ('assigned_to_id', 'assigned_to_id', 'string'),
    ('due_date', 'due_date', 'instant'),
    ('resolved_at', 'resolved_at', 'instant'),
    ('resolved_by_id', 'resolved_by_id', 'string'),
    ('version', 'version', 'whole'),
    ('created_at', 'created_at', 'instant'),
    ('created_by_id', 'created_by_id', 'string'),
    ('updated_at', 'updated_at', 'instant'),
    ('updated_by_id', 'updated_by_id', 'string'),
]) }}
