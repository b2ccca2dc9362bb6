-- A personal access token of a member; never the token itself. (made by `make docs` from the connector's declarations)
{{ contentful.stage('access_tokens', [
    ('organization_id', 'organization_id', 'string'),
    ('id', 'access_token_id', 'string'),
    ('name', 'name', 'string'),
    ('type', 'type', 'string'),
    ('user_id', 'user_id', 'string'),
    ('application_id', 'application_id', 'string'),
    ('scopes', 'scopes', 'json'),
    ('expires_at', 'expires_at', 'instant'),
    ('last_used_at', 'last_used_at', 'instant'),
    ('revoked_at', 'revoked_at', 'instant'),
    ('created_at', 'created_at', 'instant'),
    ('updated_at', 'updated_at', 'instant'),
]) }}
