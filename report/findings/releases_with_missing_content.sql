-- title: Releases with deleted or archived content
-- view: content
-- harm: risk
-- minutes: 10
-- amount: records
-- next: Remove this content from the release, or restore it.
-- says: Active releases that contain content that no longer exists or is archived.
-- needs: RELEASES, ENTRIES, ASSETS
select
    space_id,
    environment_id,
    coalesce(title, release_id) as release,
    entities as content,
    missing_entities as deleted,
    archived_entities as archived,
    missing_entities + archived_entities as amount,
    place_link(space_id, environment_id, '/releases/' || release_id) as url,
    created_by_name as owner
from contentful__releases
where status = 'active' and missing_entities + archived_entities > 0
order by amount desc, release
