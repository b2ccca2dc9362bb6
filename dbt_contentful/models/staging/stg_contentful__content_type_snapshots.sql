-- A content type as it once was published. (made by `make docs` from the connector's declarations)
{{ contentful.stage('content_type_snapshots', [
    ('space_id', 'space_id', 'string'),
    ('environment_id', 'environment_id', 'string'),
    ('content_type_id', 'content_type_id', 'string'),
    ('id', 'content_type_snapshot_id', 'string'),
    ('snapshot_type', 'snapshot_type', 'string'),
    ('snapshot', 'snapshot_record', 'json'),
    ('created_at', 'created_at', 'instant'),
    ('created_by_id', 'created_by_id', 'string'),
    ('created_by_type', 'created_by_type', 'string'),
    ('updated_at', 'updated_at', 'instant'),
    ('updated_by_id', 'updated_by_id', 'string'),
    ('updated_by_type', 'updated_by_type', 'string'),
]) }}
