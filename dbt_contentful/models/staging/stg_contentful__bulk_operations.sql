-- A job on many entries; Contentful keeps it for seven days, its row stays until a re-sync. (made by `make docs` from the connector's declarations)
{{ contentful.stage('bulk_operations', [
    ('space_id', 'space_id', 'string'),
    ('environment_id', 'environment_id', 'string'),
    ('id', 'bulk_operation_id', 'string'),
    ('status', 'status', 'string'),
    ('bulk_type', 'bulk_type', 'string'),
    ('completed_at', 'completed_at', 'instant'),
    ('created_at', 'created_at', 'instant'),
    ('created_by_id', 'created_by_id', 'string'),
    ('created_by_type', 'created_by_type', 'string'),
    ('updated_at', 'updated_at', 'instant'),
    ('updated_by_id', 'updated_by_id', 'string'),
    ('updated_by_type', 'updated_by_type', 'string'),
]) }}
