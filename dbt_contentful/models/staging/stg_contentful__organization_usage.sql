-- Daily usage of the organization by metric; days past the API's window stay until a re-sync. (made by `make docs` from the connector's declarations)
{{ contentful.stage('organization_usage', [
    ('organization_id', 'organization_id', 'string'),
    ('metric', 'metric', 'string'),
    ('day', 'day', 'string'),
    ('usage', 'usage', 'number'),
    ('unit_of_measure', 'unit_of_measure', 'string'),
]) }}
