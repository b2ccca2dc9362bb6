-- The bandwidth of assets, by day, with their files in the main environment of the space.
select
    bandwidth.organization_id,
    bandwidth.space_id,
    bandwidth.asset_id,
    cast(bandwidth.day as date) as day,
    bandwidth.used_bandwidth as bytes_served,
    assets.title,
    assets.file_name,
    assets.media_type,
    assets.bytes as file_bytes,
    assets.live_uses,
    bandwidth.source_relation
from {{ ref('stg_contentful__asset_bandwidth') }} as bandwidth
left join {{ ref('contentful__assets') }} as assets
    on bandwidth.space_id = assets.space_id
    and bandwidth.asset_id = assets.asset_id
    and assets.is_master
