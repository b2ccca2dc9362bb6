-- view: content
-- needs: ENTRIES
-- Entries created in the last year up to 30 days ago, by the days until their first publication.
with entries as (
    select
        space_id,
        environment_id,
        content_type_id,
        floor(hours_to_first_publication / 24)::int as days
    from contentful__entries
    where age_days between 30 and 395
),

steps as (
    select unnest(range(0, 31)) as days
)

select
    entries.space_id,
    entries.environment_id,
    entries.content_type_id,
    steps.days,
    count(*) filter (entries.days <= steps.days) as published,
    count(*) as created
from entries
cross join steps
group by all
order by all
