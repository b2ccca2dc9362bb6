-- All environments, with the tables that were read completely in them.
{%- set tables = ['entries', 'assets', 'content_types', 'content_type_fields', 'locales',
                  'entry_snapshots'] %}
with known as (

    select space_id, environment_id, source_relation
    from {{ ref('stg_contentful__environments') }}
    union all
    select space_id, environment_id, source_relation
    from {{ ref('int_contentful__read_places') }}
    where environment_id is not null

),

places as (

    select space_id, environment_id, min(source_relation) as source_relation
    from known
    group by space_id, environment_id

),

was_read as (

    select
        space_id,
        environment_id,
        {%- for table in tables %}
        {{ contentful.any_row("table_name = '" ~ table ~ "'") }} as is_{{ table }}_read
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_contentful__read_places') }}
    where environment_id is not null
    group by space_id, environment_id

),

default_locales as (

    select space_id, environment_id, min(code) as default_locale
    from {{ ref('stg_contentful__locales') }}
    where is_default
    group by space_id, environment_id

)

select
    places.space_id,
    places.environment_id,
    spaces.organization_id,
    spaces.name as space_name,
    places.environment_id = coalesce(masters.environment_id, 'master') as is_master,
    coalesce(default_locales.default_locale, spaces.default_locale) as default_locale,
    {%- for table in tables %}
    coalesce(was_read.is_{{ table }}_read, false) as is_{{ table }}_read,
    {%- endfor %}
    {%- for column in ['links', 'fields'] %}
    coalesce(was_read.is_entries_read, false) and {{ contentful.has_column('entries', column) }}
        as is_{{ column }}_read,
    {%- endfor %}
    places.source_relation
from places
left join {{ ref('stg_contentful__spaces') }} as spaces
    on places.space_id = spaces.space_id
left join was_read
    on places.space_id = was_read.space_id
    and places.environment_id = was_read.environment_id
left join {{ ref('stg_contentful__environment_aliases') }} as masters
    on places.space_id = masters.space_id
    and masters.environment_alias_id = 'master'
left join default_locales
    on places.space_id = default_locales.space_id
    and places.environment_id = default_locales.environment_id
