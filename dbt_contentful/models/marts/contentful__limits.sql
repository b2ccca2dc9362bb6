-- The usage of each limit of an environment, space or organization, and the day on which the limit
-- is reached at the present pace.
{%- set in_environments = {'records': ['entries', 'assets'], 'content_types': ['content_types'],
                           'locales': ['locales']} %}
{%- set in_spaces = {'environments': 'environments', 'roles': 'roles', 'webhooks': 'webhooks',
                     'api_keys': 'api_keys'} %}
{%- set limits = var('contentful__limits') %}
{%- set window = contentful.days_ago(var('contentful__pace_days')) %}
{%- set nothing = contentful.nothing('string') %}
with places as (

    {%- for resource, tables in in_environments.items() %}
    select
        '{{ resource }}' as resource,
        organization_id,
        space_id,
        environment_id,
        {% for table in tables %}is_{{ table }}_read{{ ' and ' if not loop.last }}{% endfor %} as is_read,
        source_relation
    from {{ ref('int_contentful__environments') }}
    union all
    {%- endfor %}
    {%- for resource, table in in_spaces.items() %}
    select
        '{{ resource }}' as resource,
        spaces.organization_id,
        spaces.space_id,
        {{ nothing }} as environment_id,
        read_places.space_id is not null as is_read,
        spaces.source_relation
    from {{ ref('stg_contentful__spaces') }} as spaces
    left join {{ ref('int_contentful__read_places') }} as read_places
        on spaces.space_id = read_places.space_id
        and read_places.table_name = '{{ table }}'
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}

),

counted as (

    select
        resource,
        space_id,
        environment_id,
        sum(case when deleted_at is null then 1 else 0 end) as used,
        sum(case when deleted_at is null and created_at >= {{ window }} then 1 else 0 end)
            - sum(case when deleted_at >= {{ window }} and created_at < {{ window }} then 1 else 0 end)
            as net_additions
    from {{ ref('int_contentful__lifetimes') }}
    group by resource, space_id, environment_id

),

allowed as (

    select
        places.resource,
        places.organization_id,
        places.space_id,
        places.environment_id,
        places.source_relation,
        {{ contentful.if_read('places.is_read', 'coalesce(counted.used, 0)') }} as used,
        {{ contentful.if_read('places.is_read', 'coalesce(counted.net_additions, 0)') }}
            as net_additions,
        case places.resource
            {%- for resource in (in_environments.keys() | list) + (in_spaces.keys() | list) %}
            when '{{ resource }}' then cast(
                {{ limits.get(resource, 'null') }} as {{ contentful.type_of('number') }}
            )
            {%- endfor %}
        end as resource_limit
    from places
    left join counted
        on places.resource = counted.resource
        and places.space_id = counted.space_id
        and coalesce(places.environment_id, '') = coalesce(counted.environment_id, '')

),

-- Amounts that organizations have bought beyond the plans of their spaces; all spaces share them.
bought as (

    select
        organization_id,
        case name when 'contentTypes' then 'content_types' else name end as resource,
        cast(sum(used) as {{ contentful.type_of('whole') }}) as used,
        sum(allocated) as resource_limit,
        min(source_relation) as source_relation
    from {{ ref('stg_contentful__space_add_ons') }}
    group by organization_id, name

),

added as (

    select
        organization_id,
        resource,
        case when count(*) = count(net_additions) then sum(net_additions) end as net_additions
    from allowed
    group by organization_id, resource

),

limited as (

    select
        resource,
        organization_id,
        space_id,
        environment_id,
        used,
        net_additions,
        resource_limit,
        source_relation
    from allowed
    union all
    select
        bought.resource,
        bought.organization_id,
        {{ nothing }} as space_id,
        {{ nothing }} as environment_id,
        bought.used,
        added.net_additions,
        bought.resource_limit,
        bought.source_relation
    from bought
    left join added
        on bought.organization_id = added.organization_id
        and bought.resource = added.resource

),

timed as (

    select
        *,
        case
            when used >= resource_limit then 0
            when net_additions > 0
                then ceil((resource_limit - used) * {{ var('contentful__pace_days') }} / net_additions)
        end as days_left
    from limited

)

select
    resource,
    organization_id,
    space_id,
    environment_id,
    used,
    resource_limit,
    {{ contentful.share('used', 'resource_limit') }} as used_share,
    {{ contentful.share('net_additions', var('contentful__pace_days')) }} as pace_per_day,
    -- More than 100 years counts as never.
    case
        when days_left < 36500
            then {{ contentful.date_after('cast(' ~ contentful.now() ~ ' as date)', 'days_left') }}
    end as reached_on,
    source_relation
from timed
