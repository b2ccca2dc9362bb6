-- Possible actors of an organization: its users and the apps that it has built.
select
    organization_id,
    user_id as actor_id,
    'User' as actor_type,
    coalesce(
        nullif(trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), ''),
        nullif(email, '')
    ) as actor_name,
    source_relation
from {{ ref('stg_contentful__users') }}
union all
select
    organization_id,
    app_definition_id as actor_id,
    'AppDefinition' as actor_type,
    name as actor_name,
    source_relation
from {{ ref('stg_contentful__app_definitions') }}
