-- Entries that a live page reaches by references between live entries, in a number of steps.
-- depends_on: {{ ref('int_contentful__links') }}
{%- set page_types = var('contentful__page_types') %}
{%- set key = ['space_id', 'environment_id', 'entry_id'] %}
{{ config(materialized='table') }}
{%- if page_types %}
with step_0 as (

    select {{ key | join(', ') }}, source_relation
    from {{ ref('stg_contentful__entries') }}
    where content_type_id in ({{ contentful.quoted(page_types) }})
        and {{ contentful.is_live('status') }}

),
{%- for step in range(1, var('contentful__reach_steps') + 1) %}

step_{{ step }} as (

    select distinct
        links.target_space_id as space_id,
        links.target_environment_id as environment_id,
        links.target_id as entry_id,
        links.source_relation
    from step_{{ step - 1 }} as reached
    inner join {{ ref('int_contentful__links') }} as links
        on {{ contentful.equal('reached', 'links', key) }}
    where links.target_type = 'Entry'
        and links.is_target_live

),
{%- endfor %}

all_steps as (

    {%- for step in range(0, var('contentful__reach_steps') + 1) %}
    select * from step_{{ step }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select {{ key | join(', ') }}, min(source_relation) as source_relation
from all_steps
group by {{ key | join(', ') }}
{%- else %}
select {{ key | join(', ') }}, source_relation
from {{ ref('stg_contentful__entries') }}
where false
{%- endif %}
