-- title: Missing translations
-- view: content
-- harm: visitors
-- minutes: 15
-- amount: fields
-- next: Translate the fields that only the default locale has.
-- says: Live entries with localized fields that are empty in another locale. Entries that many others link to come first.
-- needs: ENTRIES, LOCALES, CONTENT_TYPE_FIELDS
select
    translations.space_id,
    translations.environment_id,
    translations.content_type_id,
    coalesce(entries.title, translations.entry_id) as entry,
    string_agg(translations.locale, ', ' order by translations.locale) as locales,
    sum(translations.missing_fields) as amount,
    entries.links_in,
    entries.web_app_url as url,
    entries.updated_by_name as owner
from contentful__translations as translations
join contentful__entries as entries using (space_id, environment_id, entry_id)
where translations.is_live
    and not translations.is_default_locale
    and translations.missing_fields > 0
group by all
order by links_in desc nulls last, amount desc, entry
