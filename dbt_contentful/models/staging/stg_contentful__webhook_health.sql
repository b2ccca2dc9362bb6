-- How many of a webhook's recent calls succeeded. (made by `make docs` from the connector's declarations)
{{ contentful.stage('webhook_health', [
    ('space_id', 'space_id', 'string'),
    ('webhook_id', 'webhook_id', 'string'),
    ('calls_total', 'calls_total', 'whole'),
    ('calls_healthy', 'calls_healthy', 'whole'),
]) }}
