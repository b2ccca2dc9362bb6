-- title: Live content of people who left
-- view: content
-- harm: risk
-- minutes: 30
-- amount: live entries
-- next: Name a new owner for each of them.
-- says: People outside the organization who were the last to edit live entries.
-- needs: ENTRIES, USERS
select
    entries.space_id,
    entries.environment_id,
    coalesce(any_value(people.name), 'User ' || entries.updated_by_id) as person,
    count(*) as amount,
    count(*) filter (entries.is_stale) as stale_entries,
    max(entries.updated_at)::date as last_edit,
    null::varchar as url,
    null::varchar as owner
from contentful__entries as entries
join contentful_spaces as spaces using (space_id)
left join contentful_people as people
    on spaces.organization_id = people.organization_id and entries.updated_by_id = people.user_id
where entries.is_live
    and entries.updated_by_type = 'User'
    and coalesce(people.is_gone, true)
group by entries.space_id, entries.environment_id, entries.updated_by_id
order by amount desc, person
