-- What the organization has bought for its spaces beyond their plans, and how much is in use. (made by `make docs` from the connector's declarations)
{{ contentful.stage('space_add_ons', [
    ('organization_id', 'organization_id', 'string'),
    ('id', 'space_add_on_id', 'string'),
    ('name', 'name', 'string'),
    ('used', 'used', 'number'),
    ('allocated', 'allocated', 'number'),
    ('created_at', 'created_at', 'instant'),
    ('updated_at', 'updated_at', 'instant'),
]) }}
