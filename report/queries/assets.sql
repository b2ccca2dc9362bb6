-- needs: ASSETS
select
    space_id,
    environment_id,
    coalesce(kind, 'no file') as kind,
    count(*) as assets,
    sum(bytes) / 1e6 as megabytes,
    count(*) filter (is_live) as live_assets,
    -- NULL if the locales were not read.
    case when count(locales_without_title) > 0
        then count(*) filter (is_live and locales_without_title <> '') end as live_assets_without_title,
    case when count(locales_without_description) > 0
        then count(*) filter (is_live and kind = 'image' and locales_without_description <> '') end
        as live_images_without_description
from contentful__assets
group by all
order by all
