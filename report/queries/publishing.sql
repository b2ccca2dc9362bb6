-- needs: ENTRIES
-- also: ENTRY_SNAPSHOTS
-- The last 36 months.
select
    space_id,
    environment_id,
    content_type_id,
    date_trunc('month', day)::date as month,
    sum(created) as created,
    sum(first_published) as first_published,
    sum(republished) as republished
from contentful__publishing_daily
where day >= date_trunc('month', today()) - interval 35 months
group by all
order by all
