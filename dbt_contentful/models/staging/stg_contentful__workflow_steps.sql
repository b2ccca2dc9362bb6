-- That a workflow came to a step. (made by `make docs` from the connector's declarations)
{{ contentful.stage('workflow_steps', [
    ('space_id', 'space_id', 'string'),
    ('environment_id', 'environment_id', 'string'),
    ('workflow_id', 'workflow_id', 'string'),
    ('step_id', 'step_id', 'string'),
    ('started_at', 'started_at', 'instant'),
]) }}
