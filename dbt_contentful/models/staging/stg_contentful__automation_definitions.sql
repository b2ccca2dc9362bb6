-- What happens by itself, and when. (made by `make docs` from the connector's declarations)
{{ contentful.stage('automation_definitions', [
    ('space_id', 'space_id', 'string'),
    ('environment_id', 'environment_id', 'string'),
    ('id', 'automation_definition_id', 'string'),
    ('name', 'name', 'string'),
    ('description', 'description', 'string'),
    ('status', 'status', 'string'),
    ('triggers', 'triggers', 'json'),
    ('version', 'version', 'whole'),
    ('created_at', 'created_at', 'instant'),
    ('created_by_id', 'created_by_id', 'string'),
    ('created_by_type', 'created_by_type', 'string'),
    ('updated_at', 'updated_at', 'instant'),
    ('updated_by_id', 'updated_by_id', 'string'),
    ('updated_by_type', 'updated_by_type', 'string'),
]) }}
