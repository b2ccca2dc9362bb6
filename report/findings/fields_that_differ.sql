-- title: Fields that differ from the main environment
-- view: content
-- harm: upkeep
-- minutes: 15
-- next: Migrate the field in one of the two environments.
-- says: Differences of the content model. Planned changes are also in this list.
-- needs: CONTENT_TYPE_FIELDS
select
    drift.space_id,
    drift.content_type_id,
    drift.field_id as field,
    drift.to_environment_id as other_environment,
    case drift.change
        when 'added' then 'only there'
        when 'removed' then 'missing there'
        else 'different'
    end as difference,
    drift.changed as properties,
    place_link(
        drift.space_id,
        drift.to_environment_id,
        '/content_types/' || drift.content_type_id || '/fields'
    ) as url,
    null::varchar as owner
from contentful__environment_drift as drift
join contentful_mains as mains
    on drift.space_id = mains.space_id and drift.from_environment_id = mains.environment_id
order by other_environment, drift.content_type_id, field
