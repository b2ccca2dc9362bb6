-- title: Published entries with an empty required field
-- view: content
-- harm: visitors
-- minutes: 5
-- amount: fields
-- next: Fill the fields, or make them optional.
-- says: Contentful checks required fields only when an entry is published, so fields that became required later may be empty.
-- needs: ENTRIES, CONTENT_TYPE_FIELDS, LOCALES
select
    missing.space_id,
    missing.environment_id,
    missing.content_type_id,
    coalesce(missing.title, missing.entry_id) as entry,
    string_agg(distinct missing.field_name, ', ' order by missing.field_name) as empty_fields,
    string_agg(distinct missing.locale, ', ' order by missing.locale) as locales,
    count(*) as amount,
    entries.web_app_url as url,
    entries.updated_by_name as owner
from contentful__missing_fields as missing
join contentful__entries as entries using (space_id, environment_id, entry_id)
where missing.is_required and missing.is_live
group by all
order by amount desc, entry
