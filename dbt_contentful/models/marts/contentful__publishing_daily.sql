-- Entries created and published per UTC day and content type. Deleted entries are not counted.
with events as (

    select
        cast(created_at as date) as day,
        space_id,
        environment_id,
        content_type_id,
        source_relation,
        'created' as event
    from {{ ref('stg_contentful__entries') }}
    union all
    select
        cast(first_published_at as date) as day,
        space_id,
        environment_id,
        content_type_id,
        source_relation,
        'first_published' as event
    from {{ ref('stg_contentful__entries') }}
    where first_published_at is not null
    union all
    select
        cast(snapshots.created_at as date) as day,
        entries.space_id,
        entries.environment_id,
        entries.content_type_id,
        entries.source_relation,
        'republished' as event
    from {{ ref('stg_contentful__entry_snapshots') }} as snapshots
    inner join {{ ref('stg_contentful__entries') }} as entries
        on snapshots.space_id = entries.space_id
        and snapshots.environment_id = entries.environment_id
        and snapshots.entry_id = entries.entry_id
    where snapshots.created_at > entries.first_published_at

),

counted as (

    select
        day,
        space_id,
        environment_id,
        content_type_id,
        min(source_relation) as source_relation,
        {%- for event in ['created', 'first_published', 'republished'] %}
        sum(case when event = '{{ event }}' then 1 else 0 end) as {{ event }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from events
    group by day, space_id, environment_id, content_type_id

)

select
    counted.day,
    counted.space_id,
    counted.environment_id,
    counted.content_type_id,
    counted.created,
    counted.first_published,
    {{ contentful.if_read('places.is_entry_snapshots_read', 'counted.republished') }} as republished,
    counted.source_relation
from counted
left join {{ ref('int_contentful__environments') }} as places
    on counted.space_id = places.space_id
    and counted.environment_id = places.environment_id
