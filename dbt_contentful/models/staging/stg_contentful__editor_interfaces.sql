-- How the web app shows the entries of a content type. (made by `make docs` from the connector's declarations)
{{ contentful.stage('editor_interfaces', [
    ('space_id', 'space_id', 'string'),
    ('environment_id', 'environment_id', 'string'),
    ('content_type_id', 'content_type_id', 'string'),
    ('controls', 'controls', 'json'),
    ('group_controls', 'group_controls', 'json'),
    ('sidebar', 'sidebar', 'json'),
    ('editors', 'editors', 'json'),
    ('editor', 'editor', 'json'),
    ('editor_layout', 'editor_layout', 'json'),
    ('version', 'version', 'whole'),
    ('created_at', 'created_at', 'instant'),
    ('created_by_id', 'created_by_id', 'string'),
    ('created_by_type', 'created_by_type', 'string'),
    ('updated_at', 'updated_at', 'instant'),
    ('updated_by_id', 'updated_by_id', 'string'),
    ('updated_by_type', 'updated_by_type', 'string'),
]) }}
