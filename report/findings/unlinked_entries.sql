-- title: Entries that nothing links to
-- view: content
-- harm: upkeep
-- minutes: 3
-- next: Link to the entry, or archive it.
-- says: Entries of types that live entries usually link to. Pages are not in this list if contentful__page_types names their content types.
-- needs: ENTRIES
select
    orphans.space_id,
    orphans.environment_id,
    orphans.content_type_id,
    coalesce(orphans.title, orphans.record_id) as entry,
    orphans.status,
    orphans.updated_at::date as last_edited,
    entries.web_app_url as url,
    entries.updated_by_name as owner
from contentful__orphans as orphans
left join contentful__entries as entries
    on orphans.space_id = entries.space_id
    and orphans.environment_id = entries.environment_id
    and orphans.record_id = entries.entry_id
where orphans.record_type = 'Entry' and orphans.is_type_referenced and orphans.status <> 'archived'
order by orphans.updated_at, entry
