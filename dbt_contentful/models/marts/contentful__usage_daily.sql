-- What an organization or space used on a day.
{%- set quotas = var('contentful__quotas') %}
with told as (

    select
        organization_id,
        cast(null as {{ contentful.type_of('string') }}) as space_id,
        metric,
        cast(day as date) as day,
        cast(usage as {{ contentful.type_of('number') }}) as used,
        unit_of_measure
    from {{ ref('stg_contentful__organization_usage') }}
    union all
    select
        organization_id,
        space_id,
        metric,
        cast(day as date) as day,
        cast(usage as {{ contentful.type_of('number') }}) as used,
        unit_of_measure
    from {{ ref('stg_contentful__space_usage') }}

),

-- Days may be missing, so the last seven are those of the calendar.
with_earlier as (

    select
        told.organization_id,
        told.space_id,
        told.metric,
        told.day,
        avg(case when earlier.day > {{ contentful.date_after('told.day', -7) }} then earlier.used end)
            as mean_7_days,
        sum(case
            when extract(year from earlier.day) = extract(year from told.day)
                and extract(month from earlier.day) = extract(month from told.day)
                then earlier.used
        end) as used_this_month
    from told
    inner join told as earlier
        on told.organization_id = earlier.organization_id
        and coalesce(told.space_id, '') = coalesce(earlier.space_id, '')
        and told.metric = earlier.metric
        and earlier.day <= told.day
        and earlier.day > {{ contentful.date_after('told.day', -31) }}
    group by told.organization_id, told.space_id, told.metric, told.day

)

select
    told.organization_id,
    told.space_id,
    told.metric,
    told.day,
    told.used,
    told.unit_of_measure,
    with_earlier.mean_7_days,
    with_earlier.used_this_month,
    {%- if quotas %}
    case told.metric
        {%- for metric, quota in quotas.items() %}
        when '{{ metric }}' then {{ contentful.share('with_earlier.used_this_month', quota) }}
        {%- endfor %}
    end as quota_share
    {%- else %}
    cast(null as {{ contentful.type_of('number') }}) as quota_share
    {%- endif %}
from told
inner join with_earlier
    on told.organization_id = with_earlier.organization_id
    and coalesce(told.space_id, '') = coalesce(with_earlier.space_id, '')
    and told.metric = with_earlier.metric
    and told.day = with_earlier.day
