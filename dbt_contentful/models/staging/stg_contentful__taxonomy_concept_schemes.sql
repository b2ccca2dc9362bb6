-- A vocabulary: a set of concepts. (made by `make docs` from the connector's declarations)
{{ contentful.stage('taxonomy_concept_schemes', [
    ('organization_id', 'organization_id', 'string'),
    ('id', 'taxonomy_concept_scheme_id', 'string'),
    ('uri', 'uri', 'string'),
    ('pref_label', 'pref_label', 'json'),
    ('definition', 'definition', 'json'),
    ('top_concept_ids', 'top_concept_ids', 'json'),
    ('concept_ids', 'concept_ids', 'json'),
    ('total_concepts', 'total_concepts', 'whole'),
    ('version', 'version', 'whole'),
    ('created_at', 'created_at', 'instant'),
    ('created_by_id', 'created_by_id', 'string'),
    ('created_by_type', 'created_by_type', 'string'),
    ('updated_at', 'updated_at', 'instant'),
    ('updated_by_id', 'updated_by_id', 'string'),
    ('updated_by_type', 'updated_by_type', 'string'),
]) }}
