-- needs: ENTRIES, ASSETS
-- References from live entries to missing or unpublished content.
select
    space_id,
    environment_id,
    content_type_id,
    field_id as field,
    case target_status when 'missing' then 'target is missing' else 'target is unpublished' end as problem,
    count(*) as broken_references,
    count(*) filter (target_status = 'missing') as missing,
    count(*) filter (target_status = 'unpublished') as not_live
from contentful__entry_links
where is_live and target_status in ('missing', 'unpublished')
group by all
order by all
