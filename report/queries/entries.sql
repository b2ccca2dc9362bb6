-- needs: ENTRIES
-- Entries by status and last edit.
select
    space_id,
    environment_id,
    content_type_id,
    status,
    case
        when days_since_update <= 30 then '1 month'
        when days_since_update <= 91 then '3 months'
        when days_since_update <= 182 then '6 months'
        when days_since_update <= 365 then '1 year'
        when days_since_update <= 730 then '2 years'
        else 'longer'
    end as last_edited_within,
    count(*) as entries,
    count(*) filter (is_live) as live_entries,
    count(*) filter (is_live and is_stale) as stale_live_entries,
    count(*) filter (status = 'draft' and is_stale) as forgotten_drafts,
    count(*) filter (status = 'changed' and days_since_update > 30) as waiting_changes
from contentful__entries
group by all
order by all
