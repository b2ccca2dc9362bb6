-- The daily usage of organizations and spaces.
{%- set quotas = var('contentful__quotas') %}
with reported as (

    select
        organization_id,
        {{ contentful.nothing('string') }} as space_id,
        metric,
        cast(day as date) as day,
        cast(usage as {{ contentful.type_of('number') }}) as used,
        unit_of_measure,
        source_relation
    from {{ ref('stg_contentful__organization_usage') }}
    union all
    select
        organization_id,
        space_id,
        metric,
        cast(day as date) as day,
        cast(usage as {{ contentful.type_of('number') }}) as used,
        unit_of_measure,
        source_relation
    from {{ ref('stg_contentful__space_usage') }}

),

-- Days may be missing, so the window is the last seven days of the calendar.
with_earlier as (

    select
        reported.organization_id,
        reported.space_id,
        reported.metric,
        reported.day,
        avg(case when earlier.day > {{ contentful.date_after('reported.day', -7) }} then earlier.used end)
            as mean_7_days,
        sum(case
            when extract(year from earlier.day) = extract(year from reported.day)
                and extract(month from earlier.day) = extract(month from reported.day)
                then earlier.used
        end) as used_this_month
    from reported
    inner join reported as earlier
        on reported.organization_id = earlier.organization_id
        and coalesce(reported.space_id, '') = coalesce(earlier.space_id, '')
        and reported.metric = earlier.metric
        and earlier.day <= reported.day
        and earlier.day > {{ contentful.date_after('reported.day', -31) }}
    group by reported.organization_id, reported.space_id, reported.metric, reported.day

)

select
    reported.organization_id,
    reported.space_id,
    reported.metric,
    reported.day,
    reported.used,
    reported.unit_of_measure,
    with_earlier.mean_7_days,
    with_earlier.used_this_month,
    {%- if quotas %}
    case reported.metric
        {%- for metric, quota in quotas.items() %}
        when '{{ metric }}' then {{ contentful.share('with_earlier.used_this_month', quota) }}
        {%- endfor %}
    end as quota_share,
    {%- else %}
    {{ contentful.nothing('number') }} as quota_share,
    {%- endif %}
    reported.source_relation
from reported
inner join with_earlier
    on reported.organization_id = with_earlier.organization_id
    and coalesce(reported.space_id, '') = coalesce(with_earlier.space_id, '')
    and reported.metric = with_earlier.metric
    and reported.day = with_earlier.day
