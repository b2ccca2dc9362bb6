-- needs: ENTRIES
-- at most: 10 by space, environment, content_type
select
    space_id,
    environment_id,
    content_type_id,
    coalesce(title, entry_id) as entry,
    status,
    updated_at::date as last_edited,
    coalesce(updated_by_name, 'name unknown') as last_edited_by,
    links_in as references_to_it
from contentful__entries
where is_stale and status <> 'archived'
order by is_live desc, links_in desc nulls last, updated_at, entry_id
