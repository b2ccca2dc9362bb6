-- That a workflow of an entry was started, moved to another step, completed or deleted. (made by `make docs` from the connector's declarations)
{{ contentful.stage('workflow_steps', [
    ('space_id', 'space_id', 'string'),
    ('environment_id', 'environment_id', 'string'),
    ('entry_id', 'entry_id', 'string'),
    ('workflow_id', 'workflow_id', 'string'),
    ('event_at', 'event_at', 'instant'),
    ('event', 'event', 'string'),
    ('workflow_definition_id', 'workflow_definition_id', 'string'),
    ('workflow_version', 'workflow_version', 'whole'),
    ('step_id', 'step_id', 'string'),
    ('step_name', 'step_name', 'string'),
    ('step_annotations', 'step_annotations', 'json'),
    ('event_by_id', 'event_by_id', 'string'),
    ('event_by_type', 'event_by_type', 'string'),
]) }}
