-- A language that content is written in. (made by `make docs` from the connector's declarations)
{{ contentful.stage('locales', [
    ('space_id', 'space_id', 'string'),
    ('environment_id', 'environment_id', 'string'),
    ('id', 'locale_id', 'string'),
    ('name', 'name', 'string'),
    ('code', 'code', 'string'),
    ('internal_code', 'internal_code', 'string'),
    ('fallback_code', 'fallback_code', 'string'),
    ('is_default', 'is_default', 'flag'),
    ('optional', 'is_optional', 'flag'),
    ('content_management_api', 'is_content_management_api', 'flag'),
    ('content_delivery_api', 'is_content_delivery_api', 'flag'),
    ('version', 'version', 'whole'),
    ('created_at', 'created_at', 'instant'),
    ('created_by_id', 'created_by_id', 'string'),
    ('updated_at', 'updated_at', 'instant'),
    ('updated_by_id', 'updated_by_id', 'string'),
]) }}
