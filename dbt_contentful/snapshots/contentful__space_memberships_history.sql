-- Every state in which `dbt snapshot` has found a membership of a space, from the first time that it runs.
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
