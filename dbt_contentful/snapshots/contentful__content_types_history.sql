-- Every state in which `dbt snapshot` has found a content type, from the first time that it runs.
{% snapshot contentful__content_types_history %}
{{ config(
    enabled=var('contentful__using_history', false),
    unique_key=['space_id', 'environment_id', 'content_type_id'],
    strategy='timestamp',
    updated_at='updated_at',
    hard_deletes='invalidate',
) }}
select * from {{ ref('stg_contentful__content_types') }}
{% endsnapshot %}
