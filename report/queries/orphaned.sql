-- needs: ENTRIES, ASSETS
-- at most: 10 by space, environment, content_type
select
    space_id,
    environment_id,
    content_type_id,
    record_type as kind,
    coalesce(title, record_id) as entry_or_asset,
    status,
    bytes / 1e6 as megabytes,
    updated_at::date as last_edited
from contentful__orphans
where status <> 'archived'
order by bytes desc nulls last, updated_at, record_id
