-- needs: ENTRIES, ASSETS
-- Entries and assets that no live entry refers to.
select
    space_id,
    environment_id,
    content_type_id,
    record_type as kind,
    status,
    count(*) as orphans,
    count(*) filter (record_type = 'Entry') as orphaned_entries,
    count(*) filter (record_type = 'Asset') as orphaned_assets,
    coalesce(sum(bytes), 0) / 1e6 as megabytes
from contentful__orphans
where status <> 'archived'
group by all
order by all
