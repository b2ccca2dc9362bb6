-- What a user may do in the space, given directly. (made by `make docs` from the connector's declarations)
{{ contentful.stage('space_memberships', [
    ('space_id', 'space_id', 'string'),
    ('id', 'space_membership_id', 'string'),
    ('user_id', 'user_id', 'string'),
    ('admin', 'is_admin', 'flag'),
    ('role_ids', 'role_ids', 'json'),
    ('version', 'version', 'whole'),
    ('created_at', 'created_at', 'instant'),
    ('created_by_id', 'created_by_id', 'string'),
    ('created_by_type', 'created_by_type', 'string'),
    ('updated_at', 'updated_at', 'instant'),
    ('updated_by_id', 'updated_by_id', 'string'),
    ('updated_by_type', 'updated_by_type', 'string'),
]) }}
