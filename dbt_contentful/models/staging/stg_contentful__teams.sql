-- A group of users who get rights together. (made by `make docs` from the connector's declarations)
{{ contentful.stage('teams', [
    ('organization_id', 'organization_id', 'string'),
    ('id', 'team_id', 'string'),
    ('name', 'name', 'string'),
    ('description', 'description', 'string'),
    ('member_count', 'member_count', 'whole'),
    ('version', 'version', 'whole'),
    ('created_at', 'created_at', 'instant'),
    ('created_by_id', 'created_by_id', 'string'),
    ('created_by_type', 'created_by_type', 'string'),
    ('updated_at', 'updated_at', 'instant'),
    ('updated_by_id', 'updated_by_id', 'string'),
    ('updated_by_type', 'updated_by_type', 'string'),
]) }}
