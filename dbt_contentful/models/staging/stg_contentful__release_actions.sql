-- That a release was published, unpublished or validated. (made by `make docs` from the connector's declarations)
{{ contentful.stage('release_actions', [
    ('space_id', 'space_id', 'string'),
    ('environment_id', 'environment_id', 'string'),
    ('id', 'release_action_id', 'string'),
    ('action', 'action', 'string'),
    ('status', 'status', 'string'),
    ('release_id', 'release_id', 'string'),
    ('started_at', 'started_at', 'instant'),
    ('completed_at', 'completed_at', 'instant'),
    ('created_at', 'created_at', 'instant'),
    ('created_by_id', 'created_by_id', 'string'),
    ('created_by_type', 'created_by_type', 'string'),
    ('updated_at', 'updated_at', 'instant'),
    ('updated_by_id', 'updated_by_id', 'string'),
    ('updated_by_type', 'updated_by_type', 'string'),
]) }}
