-- What someone wrote about an entry. (made by `make docs` from the connector's declarations)
{{ contentful.stage('comments', [
    ('space_id', 'space_id', 'string'),
    ('environment_id', 'environment_id', 'string'),
    ('entry_id', 'entry_id', 'string'),
    ('id', 'comment_id', 'string'),
    ('body', 'body', 'json'),
    ('status', 'status', 'string'),
    ('parent_comment_id', 'parent_comment_id', 'string'),
    ('field_id', 'field_id', 'string'),
    ('locale', 'locale', 'string'),
    ('version', 'version', 'whole'),
    ('created_at', 'created_at', 'instant'),
    ('created_by_id', 'created_by_id', 'string'),
    ('created_by_type', 'created_by_type', 'string'),
    ('updated_at', 'updated_at', 'instant'),
    ('updated_by_id', 'updated_by_id', 'string'),
    ('updated_by_type', 'updated_by_type', 'string'),
]) }}
