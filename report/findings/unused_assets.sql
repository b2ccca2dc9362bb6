-- title: Assets that no live entry uses
-- view: content
-- harm: upkeep
-- minutes: 1
-- amount: MB
-- next: Archive or delete the files.
-- says: The largest files come first.
-- needs: ENTRIES, ASSETS
select
    orphans.space_id,
    orphans.environment_id,
    coalesce(orphans.title, orphans.record_id) as asset,
    assets.kind,
    orphans.status,
    orphans.updated_at::date as last_edited,
    round(coalesce(orphans.bytes, 0) / 1e6, 3) as amount,
    assets.web_app_url as url,
    assets.published_by_name as owner
from contentful__orphans as orphans
left join contentful__assets as assets
    on orphans.space_id = assets.space_id
    and orphans.environment_id = assets.environment_id
    and orphans.record_id = assets.asset_id
where orphans.record_type = 'Asset' and orphans.status <> 'archived'
order by amount desc, asset
