-- needs: ENTRIES
-- Entries created in the last year, by the time from creation to first publication.
select
    space_id,
    environment_id,
    content_type_id,
    case
        when hours_to_first_publication is null then 'not yet'
        when hours_to_first_publication <= 24 then '1 day'
        when hours_to_first_publication <= 168 then '1 week'
        when hours_to_first_publication <= 730 then '1 month'
        else 'longer'
    end as published_within,
    count(*) as entries
from contentful__entries
where age_days <= 365
group by all
order by all
