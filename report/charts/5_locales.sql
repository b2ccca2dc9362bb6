-- view: content
-- needs: ENTRIES, LOCALES, CONTENT_TYPE_FIELDS
select
    space_id,
    environment_id,
    content_type_id,
    locale,
    count(*) as entries,
    count(*) filter (missing_fields > 0) as incomplete,
    sum(missing_fields)::bigint as missing_fields
from contentful__translations
where is_live and not is_default_locale and translated_share is not null
group by all
order by all
