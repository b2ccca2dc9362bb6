-- An entry or an asset as a release of Timeline would publish it. (made by `make docs` from the connector's declarations)
{{ contentful.stage('release_entities', [
    ('space_id', 'space_id', 'string'),
    ('environment_id', 'environment_id', 'string'),
    ('release_id', 'release_id', 'string'),
    ('type', 'type', 'string'),
    ('id', 'release_entity_id', 'string'),
    ('content_type_id', 'content_type_id', 'string'),
    ('fields', 'fields', 'json'),
    ('tags', 'tags', 'json'),
    ('concepts', 'concepts', 'json'),
    ('version', 'version', 'whole'),
    ('created_at', 'created_at', 'instant'),
    ('created_by_id', 'created_by_id', 'string'),
    ('created_by_type', 'created_by_type', 'string'),
    ('updated_at', 'updated_at', 'instant'),
    ('updated_by_id', 'updated_by_id', 'string'),
    ('updated_by_type', 'updated_by_type', 'string'),
]) }}
