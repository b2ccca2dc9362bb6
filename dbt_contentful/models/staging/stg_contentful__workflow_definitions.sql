-- The steps that content goes through. (made by `make docs` from the connector's declarations)
{{ contentful.stage('workflow_definitions', [
    ('space_id', 'space_id', 'string'),
    ('environment_id', 'environment_id', 'string'),
    ('id', 'workflow_definition_id', 'string'),
    ('name', 'name', 'string'),
    ('description', 'description', 'string'),
    ('applies_to', 'applies_to', 'json'),
    ('steps', 'steps', 'json'),
    ('start_on_entity_creation', 'is_start_on_entity_creation', 'flag'),
    ('flow_type', 'flow_type', 'string'),
    ('is_locked', 'is_locked', 'flag'),
    ('version', 'version', 'whole'),
    ('created_at', 'created_at', 'instant'),
    ('created_by_id', 'created_by_id', 'string'),
    ('updated_at', 'updated_at', 'instant'),
    ('updated_by_id', 'updated_by_id', 'string'),
]) }}
