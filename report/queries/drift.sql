-- needs: CONTENT_TYPE_FIELDS
-- One direction of each pair of environments: from master if it is one of them.
select
    space_id,
    content_type_id,
    from_environment_id || ' to ' || to_environment_id as environments,
    field_id as field,
    case change
        when 'added' then 'only in the second'
        when 'removed' then 'only in the first'
        else 'different'
    end as difference,
    changed as changed_properties,
    1 as fields
from contentful__environment_drift
where from_environment_id = 'master'
    or (to_environment_id <> 'master' and from_environment_id < to_environment_id)
order by all
