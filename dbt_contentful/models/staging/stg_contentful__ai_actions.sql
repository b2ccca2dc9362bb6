-- A prompt that editors can run on content. (made by `make docs` from the connector's declarations)
{{ contentful.stage('ai_actions', [
    ('space_id', 'space_id', 'string'),
    ('id', 'ai_action_id', 'string'),
    ('name', 'name', 'string'),
    ('description', 'description', 'string'),
    ('configuration', 'configuration', 'json'),
    ('instruction', 'instruction', 'json'),
    ('test_cases', 'test_cases', 'json'),
    ('published_version', 'published_version', 'whole'),
    ('published_at', 'published_at', 'instant'),
    ('published_by_id', 'published_by_id', 'string'),
    ('version', 'version', 'whole'),
    ('created_at', 'created_at', 'instant'),
    ('created_by_id', 'created_by_id', 'string'),
    ('updated_at', 'updated_at', 'instant'),
    ('updated_by_id', 'updated_by_id', 'string'),
]) }}
