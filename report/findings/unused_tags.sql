-- title: Unused tags
-- view: content
-- harm: upkeep
-- minutes: 1
-- next: Delete the tags.
-- says: Tags that neither entries nor assets have.
-- needs: TAGS, ENTRIES, ASSETS
select
    space_id,
    environment_id,
    coalesce(name, tag_id) as tag,
    visibility,
    created_at::date as created,
    place_link(space_id, environment_id, '/settings/tags') as url,
    null::varchar as owner
from contentful__tags
where is_unused
order by created_at, tag
