-- A key of the Content Delivery API; never its token. (made by `make docs` from the connector's declarations)
{{ contentful.stage('api_keys', [
    ('space_id', 'space_id', 'string'),
    ('id', 'api_key_id', 'string'),
    ('name', 'name', 'string'),
    ('description', 'description', 'string'),
    ('environment_ids', 'environment_ids', 'json'),
    ('preview_api_key_id', 'preview_api_key_id', 'string'),
    ('policies', 'policies', 'json'),
    ('version', 'version', 'whole'),
    ('created_at', 'created_at', 'instant'),
    ('created_by_id', 'created_by_id', 'string'),
    ('created_by_type', 'created_by_type', 'string'),
    ('updated_at', 'updated_at', 'instant'),
    ('updated_by_id', 'updated_by_id', 'string'),
    ('updated_by_type', 'updated_by_type', 'string'),
]) }}
