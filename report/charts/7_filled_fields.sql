-- view: content
-- needs: CONTENT_TYPE_FIELDS, ENTRIES
select
    space_id,
    environment_id,
    content_type_id,
    least(floor(filled_share * 10), 9) / 10 as filled_from,
    count(*) as fields
from contentful__content_type_fields
where entries > 0 and filled_share is not null
group by all
order by all
