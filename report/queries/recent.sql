-- needs: ENTRIES
-- The last 30 days, and the 30 days before.
select
    space_id,
    environment_id,
    content_type_id,
    coalesce(sum(created) filter (day > today() - 30), 0) as created,
    coalesce(sum(created) filter (day <= today() - 30), 0) as created_before,
    coalesce(sum(first_published) filter (day > today() - 30), 0) as first_published,
    coalesce(sum(first_published) filter (day <= today() - 30), 0) as first_published_before
from contentful__publishing_daily
where day > today() - 60
group by all
order by all
