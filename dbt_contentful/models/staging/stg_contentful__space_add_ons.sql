-- What a space may hold, and holds. (made by `make docs` from the connector's declarations)
{{ contentful.stage('space_add_ons', [
    ('organization_id', 'organization_id', 'string'),
    ('space_id', 'space_id', 'string'),
    ('records_used', 'records_used', 'whole'),
    ('records_allocated', 'records_allocated', 'whole'),
    ('environments_used', 'environments_used', 'whole'),
    ('environments_allocated', 'environments_allocated', 'whole'),
    ('content_types_used', 'content_types_used', 'whole'),
    ('content_types_allocated', 'content_types_allocated', 'whole'),
]) }}
