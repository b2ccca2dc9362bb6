-- Entries with their status, age, authors and references.
with filled as (

    select space_id, environment_id, entry_id, locales_filled
    from {{ ref('int_contentful__entry_locales') }}
    where is_state

),

links as (

    select space_id, environment_id, entry_id, links_out
    from {{ ref('int_contentful__entry_links') }}
    where is_state

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
    {{ contentful.if_read(contentful.has_column('entries', 'links'), 'links.links_out') }}
        as links_out,
    {{ contentful.if_read('places.is_links_read', 'coalesce(uses.uses, 0)') }} as links_in,
    {{ contentful.if_read(contentful.has_column('entries', 'fields'), 'filled.locales_filled') }}
        as locales_filled,
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
left join links
    on entries.space_id = links.space_id
    and entries.environment_id = links.environment_id
    and entries.entry_id = links.entry_id
left join {{ ref('int_contentful__uses') }} as uses
    on entries.space_id = uses.space_id
    and entries.environment_id = uses.environment_id
    and entries.entry_id = uses.target_id
    and uses.target_type = 'Entry'
left join filled
    on entries.space_id = filled.space_id
    and entries.environment_id = filled.environment_id
    and entries.entry_id = filled.entry_id
