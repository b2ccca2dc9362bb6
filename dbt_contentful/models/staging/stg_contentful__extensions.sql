-- A UI extension, the older kind of app; never its parameters. (made by `make docs` from the connector's declarations)
{{ contentful.stage('extensions', [
    ('space_id', 'space_id', 'string'),
    ('environment_id', 'environment_id', 'string'),
    ('id', 'extension_id', 'string'),
    ('name', 'name', 'string'),
    ('field_types', 'field_types', 'json'),
    ('src', 'src', 'string'),
    ('srcdoc_sha256', 'srcdoc_sha256', 'string'),
    ('sidebar', 'is_sidebar', 'flag'),
    ('version', 'version', 'whole'),
    ('created_at', 'created_at', 'instant'),
    ('created_by_id', 'created_by_id', 'string'),
    ('created_by_type', 'created_by_type', 'string'),
    ('updated_at', 'updated_at', 'instant'),
    ('updated_by_id', 'updated_by_id', 'string'),
    ('updated_by_type', 'updated_by_type', 'string'),
]) }}
