-- The history of content types: each state that `dbt snapshot` found since its first run.
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
