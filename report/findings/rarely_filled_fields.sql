-- title: Rarely filled fields (under 25 %)
-- view: content
-- harm: upkeep
-- minutes: 20
-- next: Talk to the editors, then remove the fields.
-- says: Fields that under a quarter of the entries of their content type fill. Empty fields come first.
-- needs: CONTENT_TYPE_FIELDS, ENTRIES
select
    space_id,
    environment_id,
    content_type_id,
    coalesce(name, field_id) as field,
    type,
    filled_entries as filled_by,
    entries,
    filled_share,
    place_link(space_id, environment_id, '/content_types/' || content_type_id || '/fields') as url,
    null::varchar as owner
from contentful__content_type_fields
where entries > 0 and filled_share < 0.25
order by filled_share, entries desc, content_type_id, position
