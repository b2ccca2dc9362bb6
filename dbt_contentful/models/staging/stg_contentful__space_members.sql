-- A user who can open the space, directly or through teams. (made by `make docs` from the connector's declarations)
{{ contentful.stage('space_members', [
    ('space_id', 'space_id', 'string'),
    ('user_id', 'user_id', 'string'),
    ('admin', 'is_admin', 'flag'),
    ('role_ids', 'role_ids', 'json'),
    ('membership_ids', 'membership_ids', 'json'),
]) }}
