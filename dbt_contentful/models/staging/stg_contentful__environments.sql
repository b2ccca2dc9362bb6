-- A version of the space's content and content model. (made by `make docs` from the connector's declarations)
{{ contentful.stage('environments', [
    ('space_id', 'space_id', 'string'),
    ('id', 'environment_id', 'string'),
    ('name', 'name', 'string'),
    ('status', 'status', 'string'),
    ('alias_ids', 'alias_ids', 'json'),
    ('version', 'version', 'whole'),
    ('created_at', 'created_at', 'instant'),
    ('created_by_id', 'created_by_id', 'string'),
    ('created_by_type', 'created_by_type', 'string'),
    ('updated_at', 'updated_at', 'instant'),
    ('updated_by_id', 'updated_by_id', 'string'),
    ('updated_by_type', 'updated_by_type', 'string'),
]) }}
