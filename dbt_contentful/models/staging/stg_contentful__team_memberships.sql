-- That a user belongs to a team. (made by `make docs` from the connector's declarations)
{{ contentful.stage('team_memberships', [
    ('organization_id', 'organization_id', 'string'),
    ('id', 'team_membership_id', 'string'),
    ('team_id', 'team_id', 'string'),
    ('user_id', 'user_id', 'string'),
    ('organization_membership_id', 'organization_membership_id', 'string'),
    ('admin', 'is_admin', 'flag'),
    ('version', 'version', 'whole'),
    ('created_at', 'created_at', 'instant'),
    ('created_by_id', 'created_by_id', 'string'),
    ('created_by_type', 'created_by_type', 'string'),
    ('updated_at', 'updated_at', 'instant'),
    ('updated_by_id', 'updated_by_id', 'string'),
    ('updated_by_type', 'updated_by_type', 'string'),
]) }}
