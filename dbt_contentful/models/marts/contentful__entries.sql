-- Entries with their status, age, authors and references.
with links_out as (

    select space_id, environment_id, entry_id, count(*) as links
    from {{ ref('int_contentful__links') }}
    group by space_id, environment_id, entry_id

),

links_in as (

    select target_space_id, target_environment_id, target_id, count(*) as links
    from {{ ref('int_contentful__links') }}
    where target_type = 'Entry'
    group by target_space_id, target_environment_id, target_id

),

filled_locales as (

    select space_id, environment_id, entry_id, count(distinct locale) as locales
    from {{ ref('int_contentful__entry_fields') }}
    group by space_id, environment_id, entry_id

)

select
    entries.space_id,
    entries.environment_id,
    entries.entry_id,
    entries.content_type_id,
    entries.title,
    entries.status,
    {{ contentful.is_live('entries.status') }} as is_live,
    entries.created_at,
    entries.updated_at,
    entries.first_published_at,
    entries.published_at,
    {{ contentful.days('entries.created_at', contentful.now()) }} as age_days,
    {{ contentful.days('entries.updated_at', contentful.now()) }} as days_since_update,
    {{ contentful.is_stale('entries.updated_at') }} as is_stale,
    {{ contentful.seconds('entries.created_at', 'entries.first_published_at') }} / 3600
        as hours_to_first_publication,
    entries.created_by_id,
    coalesce(entries.created_by_type, authors.actor_type) as created_by_type,
    authors.actor_name as created_by_name,
    entries.updated_by_id,
    coalesce(entries.updated_by_type, editors.actor_type) as updated_by_type,
    editors.actor_name as updated_by_name,
    coalesce(links_out.links, 0) as links_out,
    {{ contentful.if_read('places.is_entries_read', 'coalesce(links_in.links, 0)') }} as links_in,
    coalesce(filled_locales.locales, 0) as locales_filled,
    entries.source_relation
from {{ ref('stg_contentful__entries') }} as entries
left join {{ ref('int_contentful__environments') }} as places
    on entries.space_id = places.space_id
    and entries.environment_id = places.environment_id
left join {{ ref('int_contentful__actors') }} as authors
    on places.organization_id = authors.organization_id
    and entries.created_by_id = authors.actor_id
left join {{ ref('int_contentful__actors') }} as editors
    on places.organization_id = editors.organization_id
    and entries.updated_by_id = editors.actor_id
left join links_out
    on entries.space_id = links_out.space_id
    and entries.environment_id = links_out.environment_id
    and entries.entry_id = links_out.entry_id
left join links_in
    on entries.space_id = links_in.target_space_id
    and entries.environment_id = links_in.target_environment_id
    and entries.entry_id = links_in.target_id
left join filled_locales
    on entries.space_id = filled_locales.space_id
    and entries.environment_id = filled_locales.environment_id
    and entries.entry_id = filled_locales.entry_id
