-- view: content
-- needs: ENTRIES
-- The last 13 months, each of them also if nothing was published in it.
with months as (
    select unnest(range(
        date_trunc('month', as_of()) - interval 12 months,
        date_trunc('month', as_of()) + interval 1 month,
        interval 1 month
    ))::date as month
),

types as (
    select distinct space_id, environment_id, content_type_id
    from contentful__publishing_daily
    where day >= date_trunc('month', as_of()) - interval 12 months
),

kinds as (
    select 'created' as kind
    union all
    select 'first published'
)

select
    types.space_id,
    types.environment_id,
    types.content_type_id,
    months.month,
    kinds.kind,
    coalesce(sum(if(kinds.kind = 'created', days.created, days.first_published)), 0)::bigint as entries,
    datediff('month', months.month, as_of()) as months_ago
from types
cross join months
cross join kinds
left join contentful__publishing_daily as days
    on types.space_id = days.space_id
    and types.environment_id = days.environment_id
    and types.content_type_id = days.content_type_id
    and days.day >= months.month and days.day < months.month + interval 1 month
group by all
order by all
