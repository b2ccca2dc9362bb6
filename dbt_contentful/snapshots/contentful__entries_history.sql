-- The history of entries: each state that `dbt snapshot` found since its first run.
{% snapshot contentful__entries_history %}
{{ config(
    enabled=var('contentful__using_history', false),
    unique_key=['space_id', 'environment_id', 'entry_id'],
    strategy='timestamp',
    updated_at='updated_at',
    hard_deletes='invalidate',
) }}
select * from {{ ref('stg_contentful__entries') }}
{% endsnapshot %}
