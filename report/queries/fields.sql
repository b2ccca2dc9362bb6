-- needs: CONTENT_TYPE_FIELDS, ENTRIES
-- Fields of content types with entries, by the share of entries that fill them.
select
    space_id,
    environment_id,
    content_type_id,
    case
        when is_never_filled then 'no entry'
        when filled_share < 0.25 then 'under 25%'
        when filled_share < 0.75 then '25% to 75%'
        when filled_share < 1 then '75% or more'
        else 'all entries'
    end as filled_in,
    count(*) as fields,
    count(*) filter (is_never_filled) as never_filled
from contentful__content_type_fields
where entries > 0
group by all
order by all
