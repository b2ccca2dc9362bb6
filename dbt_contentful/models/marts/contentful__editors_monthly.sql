-- Entries of people and apps, by month: created, last edited and last published.
{%- set deeds = [('created', 'created'), ('last_edited', 'updated'), ('last_published', 'published')] %}
with deeds as (

    {%- for name, column in deeds %}
    select
        space_id,
        environment_id,
        {{ column }}_by_id as actor_id,
        {{ column }}_by_type as actor_type,
        cast({{ dbt.date_trunc('month', column ~ '_at') }} as date) as month,
        '{{ name }}' as deed,
        source_relation
    from {{ ref('stg_contentful__entries') }}
    where {{ column }}_by_id is not null
        and {{ column }}_at is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

counted as (

    select
        space_id,
        environment_id,
        actor_id,
        month,
        max(actor_type) as actor_type,
        {%- for name, _ in deeds %}
        sum(case when deed = '{{ name }}' then 1 else 0 end) as entries_{{ name }},
        {%- endfor %}
        min(source_relation) as source_relation
    from deeds
    group by space_id, environment_id, actor_id, month

)

select
    counted.space_id,
    counted.environment_id,
    counted.actor_id,
    counted.month,
    coalesce(counted.actor_type, actors.actor_type) as actor_type,
    actors.actor_name,
    actors.is_gone,
    {%- for name, _ in deeds %}
    counted.entries_{{ name }},
    {%- endfor %}
    counted.source_relation
from counted
left join {{ ref('stg_contentful__spaces') }} as spaces
    on counted.space_id = spaces.space_id
left join {{ ref('int_contentful__actors') }} as actors
    on spaces.organization_id = actors.organization_id
    and counted.actor_id = actors.actor_id
