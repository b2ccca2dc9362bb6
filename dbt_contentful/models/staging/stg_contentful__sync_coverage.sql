-- Whether each table could be read in each place, and why not; made by the connector itself. (made by `make docs` from the connector's declarations)
{{ contentful.stage('sync_coverage', [
    ('table_name', 'table_name', 'string'),
    ('place', 'place', 'string'),
    ('organization_id', 'organization_id', 'string'),
    ('space_id', 'space_id', 'string'),
    ('environment_id', 'environment_id', 'string'),
    ('status', 'status', 'string'),
    ('reason', 'reason', 'string'),
]) }}
