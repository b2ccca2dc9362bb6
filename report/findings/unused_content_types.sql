-- title: Content types without entries
-- view: content
-- harm: upkeep
-- minutes: 10
-- next: Delete the content type, or create its first entry.
-- says: Each of them counts toward the limit of the environment.
-- needs: CONTENT_TYPES, ENTRIES
select
    space_id,
    environment_id,
    content_type_id,
    status,
    updated_at::date as last_edited,
    place_link(space_id, environment_id, '/content_types/' || content_type_id || '/fields') as url,
    null::varchar as owner
from contentful__content_types
where is_unused
order by updated_at, content_type_id
