-- A space that the token's user can open. (made by `make docs` from the connector's declarations)
{{ contentful.stage('spaces', [
    ('id', 'space_id', 'string'),
    ('name', 'name', 'string'),
    ('organization_id', 'organization_id', 'string'),
    ('default_locale', 'default_locale', 'string'),
    ('type', 'type', 'string'),
    ('archived_at', 'archived_at', 'instant'),
    ('version', 'version', 'whole'),
    ('created_at', 'created_at', 'instant'),
    ('created_by_id', 'created_by_id', 'string'),
    ('updated_at', 'updated_at', 'instant'),
    ('updated_by_id', 'updated_by_id', 'string'),
]) }}
