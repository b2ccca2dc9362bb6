-- What its members may do in the space. (made by `make docs` from the connector's declarations)
{{ contentful.stage('roles', [
    ('space_id', 'space_id', 'string'),
    ('id', 'role_id', 'string'),
    ('name', 'name', 'string'),
    ('description', 'description', 'string'),
    ('policies', 'policies', 'json'),
    ('permissions', 'allowed_permissions', 'json'),
    ('version', 'version', 'whole'),
    ('created_at', 'created_at', 'instant'),
    ('created_by_id', 'created_by_id', 'string'),
    ('created_by_type', 'created_by_type', 'string'),
    ('updated_at', 'updated_at', 'instant'),
    ('updated_by_id', 'updated_by_id', 'string'),
    ('updated_by_type', 'updated_by_type', 'string'),
]) }}
