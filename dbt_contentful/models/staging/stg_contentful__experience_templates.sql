-- What experiences start from. (made by `make docs` from the connector's declarations)
{{ contentful.stage('experience_templates', [
    ('space_id', 'space_id', 'string'),
    ('environment_id', 'environment_id', 'string'),
    ('id', 'experience_template_id', 'string'),
    ('name', 'name', 'string'),
    ('published_version', 'published_version', 'whole'),
    ('published_at', 'published_at', 'instant'),
    ('published_by_id', 'published_by_id', 'string'),
    ('first_published_at', 'first_published_at', 'instant'),
    ('record', 'record', 'json'),
    ('version', 'version', 'whole'),
    ('created_at', 'created_at', 'instant'),
    ('created_by_id', 'created_by_id', 'string'),
    ('updated_at', 'updated_at', 'instant'),
    ('updated_by_id', 'updated_by_id', 'string'),
]) }}
