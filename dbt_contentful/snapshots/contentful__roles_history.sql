-- Every state in which `dbt snapshot` has found a role, from the first time that it runs.
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
