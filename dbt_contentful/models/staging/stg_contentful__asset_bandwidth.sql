-- An asset that was among the 30 with the most traffic of a day, and how much it had. (made by `make docs` from the connector's declarations)
{{ contentful.stage('asset_bandwidth', [
    ('organization_id', 'organization_id', 'string'),
    ('day', 'day', 'string'),
    ('space_id', 'space_id', 'string'),
    ('asset_id', 'asset_id', 'string'),
    ('used_bandwidth', 'used_bandwidth', 'number'),
]) }}
