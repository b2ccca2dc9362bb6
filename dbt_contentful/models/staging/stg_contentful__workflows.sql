-- Where a piece of content stands in its workflow. (made by `make docs` from the connector's declarations)
{{ contentful.stage('workflows', [
    ('space_id', 'space_id', 'string'),
    ('environment_id', 'environment_id', 'string'),
    ('id', 'workflow_id', 'string'),
    ('step_id', 'step_id', 'string'),
    ('entity_type', 'entity_type', 'string'),
    ('entity_id', 'entity_id', 'string'),
    ('workflow_definition_id', 'workflow_definition_id', 'string'),
    ('completed_at', 'completed_at', 'instant'),
    ('completed_by_id', 'completed_by_id', 'string'),
    ('deleted_at', 'deleted_at', 'instant'),
    ('deleted_by_id', 'deleted_by_id', 'string'),
    ('version', 'version', 'whole'),
    ('created_at', 'created_at', 'instant'),
    ('created_by_id', 'created_by_id', 'string'),
    ('updated_at', 'updated_at', 'instant'),
    ('updated_by_id', 'updated_by_id', 'string'),
]) }}
