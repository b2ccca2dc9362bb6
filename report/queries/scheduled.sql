-- needs: SCHEDULED_ACTIONS
-- By week; past actions only of the last half year, except overdue ones.
select
    space_id,
    environment_id,
    date_trunc('week', scheduled_for)::date as week,
    state,
    count(*) as actions,
    count(*) filter (state = 'upcoming') as upcoming,
    count(*) filter (state = 'overdue') as overdue
from contentful__scheduled_actions
where scheduled_for >= today() - 182 or state in ('upcoming', 'overdue')
group by all
order by all
