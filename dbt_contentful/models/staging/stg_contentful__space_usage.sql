-- Daily usage of a space by metric; days past the API's window stay until a re-sync. (made by `make docs` from the connector's declarations)
{{ contentful.stage('space_usage', [
    ('organization_id', 'organization_id', 'string'),
    ('space_id', 'space_id', 'string'),
    ('metric', 'metric', 'string'),
    ('day', 'day', 'string'),
    ('usage', 'usage', 'number'),
    ('unit_of_measure', 'unit_of_measure', 'string'),
]) }}
