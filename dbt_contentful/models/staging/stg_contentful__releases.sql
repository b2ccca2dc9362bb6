-- Content that is published together. (made by `make docs` from the connector's declarations)
{{ contentful.stage('releases', [
    ('space_id', 'space_id', 'string'),
    ('environment_id', 'environment_id', 'string'),
    ('id', 'release_id', 'string'),
    ('title', 'title', 'string'),
    ('status', 'status', 'string'),
    ('schema_version', 'schema_version', 'string'),
    ('entities', 'entities', 'json'),
    ('last_action', 'last_action', 'json'),
    ('archived_at', 'archived_at', 'instant'),
    ('archived_by_id', 'archived_by_id', 'string'),
    ('version', 'version', 'whole'),
    ('created_at', 'created_at', 'instant'),
    ('created_by_id', 'created_by_id', 'string'),
    ('updated_at', 'updated_at', 'instant'),
    ('updated_by_id', 'updated_by_id', 'string'),
]) }}
