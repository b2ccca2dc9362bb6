-- title: Apps that no environment has
-- view: administration
-- harm: upkeep
-- minutes: 5
-- next: Delete the apps.
-- says: Apps of the organization that are installed nowhere.
-- needs: APP_DEFINITIONS, APP_INSTALLATIONS
select
    coalesce(apps.name, apps.app_definition_id) as app,
    organizations.organization,
    apps.created_at::date as created,
    organization_link(
        apps.organization_id, '/apps/definitions/' || apps.app_definition_id
    ) as url,
    null::varchar as owner
from contentful__apps as apps
left join contentful_organizations as organizations using (organization_id)
where apps.is_unused
order by apps.created_at, app
