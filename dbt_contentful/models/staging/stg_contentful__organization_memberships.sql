-- What a user may do in the organization. (made by `make docs` from the connector's declarations)
{{ contentful.stage('organization_memberships', [
    ('organization_id', 'organization_id', 'string'),
    ('id', 'organization_membership_id', 'string'),
    ('user_id', 'user_id', 'string'),
    ('role', 'role', 'string'),
    ('status', 'status', 'string'),
    ('last_active_at', 'last_active_at', 'instant'),
    ('sso_last_sign_in_at', 'sso_last_sign_in_at', 'instant'),
    ('version', 'version', 'whole'),
    ('created_at', 'created_at', 'instant'),
    ('created_by_id', 'created_by_id', 'string'),
    ('created_by_type', 'created_by_type', 'string'),
    ('updated_at', 'updated_at', 'instant'),
    ('updated_by_id', 'updated_by_id', 'string'),
    ('updated_by_type', 'updated_by_type', 'string'),
]) }}
