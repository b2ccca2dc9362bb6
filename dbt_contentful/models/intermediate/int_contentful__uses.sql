-- References to each record, and those from live entries without an entry's references to itself.
{{ config(materialized='table') }}
select
    target_space_id as space_id,
    target_environment_id as environment_id,
    target_type,
    target_id,
    count(*) as uses,
    sum(case
        when is_live
            and not (
                target_type = 'Entry'
                and target_id = entry_id
                and target_space_id = space_id
                and target_environment_id = environment_id
            ) then 1
        else 0
    end) as live_uses,
    min(source_relation) as source_relation
from {{ ref('int_contentful__links') }}
where target_space_id is not null
group by target_space_id, target_environment_id, target_type, target_id
