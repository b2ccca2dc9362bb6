-- needs: CONTENT_TYPE_FIELDS, ENTRIES
-- at most: 15 by space, environment, content_type
select
    space_id,
    environment_id,
    content_type_id,
    coalesce(name, field_id) as field,
    type,
    filled_entries,
    entries,
    filled_share
from contentful__content_type_fields
where entries > 0 and filled_share < 0.25
order by filled_share, entries desc, content_type_id, position
