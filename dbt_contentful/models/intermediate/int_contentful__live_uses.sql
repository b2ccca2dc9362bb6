-- References from live entries to each entry and asset; an entry's references to itself are ignored.
select
    target_space_id as space_id,
    target_environment_id as environment_id,
    target_type,
    target_id,
    count(*) as live_uses,
    min(source_relation) as source_relation
from {{ ref('int_contentful__links') }}
where is_live
    and not (
        target_type = 'Entry'
        and target_id = entry_id
        and target_space_id = space_id
        and target_environment_id = environment_id
    )
group by target_space_id, target_environment_id, target_type, target_id
