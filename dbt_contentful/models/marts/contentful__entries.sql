-- Entries with their status, age, authors and references.
with tags as (

    select record_id, space_id, environment_id, {{ contentful.sorted_list('coalesce(tag_name, tag_id)') }} as tags
    from {{ ref('int_contentful__record_tags') }}
    where record_type = 'Entry'
    group by space_id, environment_id, record_id

),

filled as (

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
    places.space_name,
    places.is_master,
    {{ contentful.web_app_url('entries', 'entries', 'entries.entry_id') }} as web_app_url,
    {{ contentful.if_read(contentful.has_column('entries', 'tags'), "coalesce(tags.tags, '')") }} as tags,
    entries.version,
    entries.published_by_id,
    coalesce(entries.published_by_type, publishers.actor_type) as published_by_type,
    publishers.actor_name as published_by_name,
    {%- if var('contentful__page_types') %}
    {{ contentful.if_read('places.is_links_read', 'reached.entry_id is not null') }} as is_reached,
    {%- else %}
    {{ contentful.nothing('flag') }} as is_reached,
    {%- endif %}
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
left join tags
    on entries.space_id = tags.space_id
    and entries.environment_id = tags.environment_id
    and entries.entry_id = tags.record_id
left join {{ ref('int_contentful__actors') }} as publishers
    on places.organization_id = publishers.organization_id
    and entries.published_by_id = publishers.actor_id
left join {{ ref('int_contentful__reached') }} as reached
    on {{ contentful.equal('entries', 'reached', contentful.entry_key()) }}
