-- An app that the organization has built. (made by `make docs` from the connector's declarations)
{{ contentful.stage('app_definitions', [
    ('organization_id', 'organization_id', 'string'),
    ('id', 'app_definition_id', 'string'),
    ('name', 'name', 'string'),
    ('src', 'src', 'string'),
    ('bundle_id', 'bundle_id', 'string'),
    ('locations', 'locations', 'json'),
    ('shared', 'is_shared', 'flag'),
    ('version', 'version', 'whole'),
    ('created_at', 'created_at', 'instant'),
    ('created_by_id', 'created_by_id', 'string'),
    ('created_by_type', 'created_by_type', 'string'),
    ('updated_at', 'updated_at', 'instant'),
    ('updated_by_id', 'updated_by_id', 'string'),
    ('updated_by_type', 'updated_by_type', 'string'),
]) }}
