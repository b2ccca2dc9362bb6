-- Usage of a space, by metric and day; days that the API no longer tells stay. (made by `make docs` from the connector's declarations)
{{ contentful.stage('space_usage', [
    ('organization_id', 'organization_id', 'string'),
    ('space_id', 'space_id', 'string'),
    ('metric', 'metric', 'string'),
    ('day', 'day', 'string'),
    ('usage', 'usage', 'number'),
    ('unit_of_measure', 'unit_of_measure', 'string'),
]) }}
