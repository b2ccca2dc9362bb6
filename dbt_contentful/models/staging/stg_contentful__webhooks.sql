-- A call to another system when content changes. (made by `make docs` from the connector's declarations)
{{ contentful.stage('webhooks', [
    ('space_id', 'space_id', 'string'),
    ('id', 'webhook_id', 'string'),
    ('name', 'name', 'string'),
    ('url', 'url', 'string'),
    ('topics', 'topics', 'json'),
    ('filters', 'filters', 'json'),
    ('header_names', 'header_names', 'json'),
    ('active', 'is_active', 'flag'),
    ('version', 'version', 'whole'),
    ('created_at', 'created_at', 'instant'),
    ('created_by_id', 'created_by_id', 'string'),
    ('updated_at', 'updated_at', 'instant'),
    ('updated_by_id', 'updated_by_id', 'string'),
]) }}
