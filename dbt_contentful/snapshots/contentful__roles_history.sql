-- The history of roles: each state that `dbt snapshot` found since its first run.
{% snapshot contentful__roles_history %}
{{ config(
    enabled=var('contentful__using_history', false),
    unique_key=['space_id', 'role_id'],
    strategy='timestamp',
    updated_at='updated_at',
    hard_deletes='invalidate',
) }}
select * from {{ ref('stg_contentful__roles') }}
{% endsnapshot %}
