-- An organization that the token's user belongs to. (made by `make docs` from the connector's declarations)
{{ contentful.stage('organizations', [
    ('id', 'organization_id', 'string'),
    ('name', 'name', 'string'),
    ('type', 'type', 'string'),
    ('default_user_language', 'default_user_language', 'string'),
    ('version', 'version', 'whole'),
    ('created_at', 'created_at', 'instant'),
    ('updated_at', 'updated_at', 'instant'),
]) }}
