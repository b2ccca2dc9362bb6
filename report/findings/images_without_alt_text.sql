-- title: Published images without alt text
-- view: content
-- harm: visitors
-- minutes: 2
-- amount: uses
-- next: Describe the images for people who cannot see them.
-- says: Live images without a description in at least one locale. Images that are used most come first.
-- needs: ASSETS, LOCALES
select
    space_id,
    environment_id,
    coalesce(title, asset_id) as image,
    locales_without_description as locales,
    coalesce(live_uses, 0)::bigint as amount,
    web_app_url as url,
    published_by_name as owner
from contentful__assets
where is_live and kind = 'image' and locales_without_description <> ''
order by amount desc, image
