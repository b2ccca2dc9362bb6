-- A sync of the connector. (made by `make docs` from the connector's declarations)
{{ contentful.stage('syncs', [
    ('started_at', 'started_at', 'instant'),
    ('ended_at', 'ended_at', 'instant'),
    ('requests', 'requests', 'whole'),
    ('rows_written', 'rows_written', 'whole'),
    ('rows_deleted', 'rows_deleted', 'whole'),
]) }}
