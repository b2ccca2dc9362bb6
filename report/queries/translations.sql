-- needs: ENTRIES, LOCALES, CONTENT_TYPE_FIELDS
-- Live entries in each locale except the default, if they have localized fields to translate.
select
    space_id,
    environment_id,
    content_type_id,
    locale,
    case
        when missing_fields = 0 then 'complete'
        when translated_share > 0 then 'partly'
        else 'not at all'
    end as translated,
    count(*) as entries,
    count(*) filter (missing_fields > 0) as incomplete,
    sum(missing_fields) as missing_fields
from contentful__translations
where is_live and not is_default_locale and translated_share is not null
group by all
order by all
