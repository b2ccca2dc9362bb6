-- Apps of an organization: those that it has built, and those that are installed in its spaces.
with read_places as (

    select space_id, environment_id
    from {{ ref('int_contentful__read_places') }}
    where table_name = 'app_installations'

),

environments as (

    select
        places.organization_id,
        sum(case when read_places.space_id is null then 1 else 0 end) as unread
    from {{ ref('int_contentful__environments') }} as places
    left join read_places
        on {{ contentful.equal('places', 'read_places', ['space_id', 'environment_id']) }}
    group by places.organization_id

),

installed as (

    select
        spaces.organization_id,
        installations.app_definition_id,
        max(installations.app_name) as name,
        max(installations.app_organization_id) as app_organization_id,
        count(*) as installations,
        count(distinct installations.space_id) as spaces,
        min(installations.created_at) as first_installed_at,
        min(installations.source_relation) as source_relation
    from {{ ref('stg_contentful__app_installations') }} as installations
    inner join {{ ref('stg_contentful__spaces') }} as spaces
        on installations.space_id = spaces.space_id
    group by spaces.organization_id, installations.app_definition_id

)

select
    coalesce(apps.organization_id, installed.organization_id) as organization_id,
    coalesce(apps.app_definition_id, installed.app_definition_id) as app_definition_id,
    coalesce(apps.name, installed.name) as name,
    coalesce(apps.organization_id, installed.app_organization_id) as app_organization_id,
    apps.created_at,
    {%- for name in ['installations', 'spaces'] %}
    coalesce(installed.{{ name }}, {{ contentful.if_read('environments.unread = 0', '0') }}) as {{ name }},
    {%- endfor %}
    installed.first_installed_at,
    {{ contentful.if_read('installed.installations is not null or environments.unread = 0',
        'installed.installations is null') }} as is_unused,
    coalesce(apps.source_relation, installed.source_relation) as source_relation
from {{ ref('stg_contentful__app_definitions') }} as apps
full outer join installed
    on apps.organization_id = installed.organization_id
    and apps.app_definition_id = installed.app_definition_id
left join environments
    on coalesce(apps.organization_id, installed.organization_id) = environments.organization_id
