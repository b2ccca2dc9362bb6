-- needs: CONTENT_TYPES, ENTRIES
select
    space_id,
    environment_id,
    content_type_id,
    status,
    entries,
    live_entries,
    last_entry_updated_at::date as last_edited,
    1 as content_types,
    is_unused::int as unused
from contentful__content_types
order by entries, content_type_id
