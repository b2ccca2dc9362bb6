-- All entries and assets as targets of references, with the last run that found another state.
{%- set key = ['space_id', 'environment_id', 'target_type', 'target_id'] %}
{{ config(unique_key=key) }}
with found as (

    select
        space_id,
        environment_id,
        'Entry' as target_type,
        entry_id as target_id,
        coalesce({{ contentful.is_live('status') }}, false) as is_live,
        source_relation
    from {{ ref('stg_contentful__entries') }}
    union all
    select
        space_id,
        environment_id,
        'Asset' as target_type,
        asset_id as target_id,
        coalesce({{ contentful.is_live('status') }}, false) as is_live,
        source_relation
    from {{ ref('stg_contentful__assets') }}

)

select
    {{ key | join(', ') }},
    is_live,
    false as is_gone,
    {{ contentful.run_time() }} as changed_at,
    source_relation
from found
{%- if contentful.is_later_run() %}
where not exists (
    select 1
    from {{ this }} as known
    where {{ contentful.equal('known', 'found', key + ['is_live']) }}
        and not known.is_gone
)
union all
select
    {{ key | join(', ') }},
    false as is_live,
    true as is_gone,
    {{ contentful.run_time() }} as changed_at,
    source_relation
from {{ this }} as known
where not known.is_gone
    and not exists (
        select 1
        from found
        where {{ contentful.equal('known', 'found', key) }}
    )
{%- endif %}
