-- A recent call of a webhook; Contentful keeps them for a while only. (made by `make docs` from the connector's declarations)
{{ contentful.stage('webhook_calls', [
    ('space_id', 'space_id', 'string'),
    ('webhook_id', 'webhook_id', 'string'),
    ('id', 'webhook_call_id', 'string'),
    ('event_type', 'event_type', 'string'),
    ('status_code', 'status_code', 'whole'),
    ('url', 'url', 'string'),
    ('errors', 'errors', 'json'),
    ('request_at', 'request_at', 'instant'),
    ('response_at', 'response_at', 'instant'),
    ('created_at', 'created_at', 'instant'),
]) }}
