-- A sync, whether or not it changed anything; made by the connector itself, only when named. (made by `make docs` from the connector's declarations)
{{ contentful.stage('syncs', [
    ('started_at', 'started_at', 'instant'),
    ('ended_at', 'ended_at', 'instant'),
    ('requests', 'requests', 'whole'),
    ('rows_written', 'rows_written', 'whole'),
    ('rows_deleted', 'rows_deleted', 'whole'),
    ('due', 'due', 'json'),
    ('is_complete', 'is_complete', 'flag'),
]) }}
