-- A run of an automation. (made by `make docs` from the connector's declarations)
{{ contentful.stage('automation_executions', [
    ('space_id', 'space_id', 'string'),
    ('environment_id', 'environment_id', 'string'),
    ('id', 'automation_execution_id', 'string'),
    ('automation_definition_id', 'automation_definition_id', 'string'),
    ('status', 'status', 'string'),
    ('errors', 'errors', 'json'),
    ('created_at', 'created_at', 'instant'),
    ('created_by_id', 'created_by_id', 'string'),
    ('created_by_type', 'created_by_type', 'string'),
    ('updated_at', 'updated_at', 'instant'),
]) }}
