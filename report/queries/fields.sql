-- needs: CONTENT_TYPE_FIELDS, ENTRIES
-- Fields by how many entries fill them, where there are entries.
select
    space_id,
    environment_id,
    content_type_id,
    case
        when is_never_filled then 'never'
        when filled_share < 0.25 then 'under a quarter'
        when filled_share < 0.75 then 'about half'
        when filled_share < 1 then 'most entries'
        else 'every entry'
    end as filled_in,
    count(*) as fields,
    count(*) filter (is_never_filled) as never_filled
from contentful__content_type_fields
where entries > 0
group by all
order by all
