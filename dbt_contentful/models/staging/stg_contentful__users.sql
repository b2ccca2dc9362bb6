-- A person who belongs to the organization. (made by `make docs` from the connector's declarations)
{{ contentful.stage('users', [
    ('organization_id', 'organization_id', 'string'),
    ('id', 'user_id', 'string'),
    ('first_name', 'first_name', 'string'),
    ('last_name', 'last_name', 'string'),
    ('email', 'email', 'string'),
    ('avatar_url', 'avatar_url', 'string'),
    ('activated', 'is_activated', 'flag'),
    ('confirmed', 'is_confirmed', 'flag'),
    ('two_factor_enabled', 'is_two_factor_enabled', 'flag'),
    ('sign_in_count', 'sign_in_count', 'whole'),
    ('preferred_language', 'preferred_language', 'string'),
    ('version', 'version', 'whole'),
    ('created_at', 'created_at', 'instant'),
    ('updated_at', 'updated_at', 'instant'),
]) }}
