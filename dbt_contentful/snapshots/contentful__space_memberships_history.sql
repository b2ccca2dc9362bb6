-- The history of space memberships: each state that `dbt snapshot` found since its first run.
{% snapshot contentful__space_memberships_history %}
{{ config(
    enabled=var('contentful__using_history', false),
    unique_key=['space_id', 'space_membership_id'],
    strategy='timestamp',
    updated_at='updated_at',
    hard_deletes='invalidate',
) }}
select * from {{ ref('stg_contentful__space_memberships') }}
{% endsnapshot %}
