-- A content model that can be installed in environments. (made by `make docs` from the connector's declarations)
{{ contentful.stage('environment_templates', [
    ('organization_id', 'organization_id', 'string'),
    ('id', 'environment_template_id', 'string'),
    ('name', 'name', 'string'),
    ('description', 'description', 'string'),
    ('version_name', 'version_name', 'string'),
    ('version_description', 'version_description', 'string'),
    ('for_templated_spaces', 'is_for_templated_spaces', 'flag'),
    ('entities', 'entities', 'json'),
    ('version', 'version', 'whole'),
    ('created_at', 'created_at', 'instant'),
    ('created_by_id', 'created_by_id', 'string'),
    ('created_by_type', 'created_by_type', 'string'),
    ('updated_at', 'updated_at', 'instant'),
    ('updated_by_id', 'updated_by_id', 'string'),
    ('updated_by_type', 'updated_by_type', 'string'),
]) }}
