-- Possible actors of an organization: its users and the apps that it has built, also deleted ones.
{%- set user = [
    ('organization_id', 'organization_id', 'string'), ('id', 'actor_id', 'string'),
    ('first_name', 'first_name', 'string'), ('last_name', 'last_name', 'string'),
    ('email', 'email', 'string'),
] %}
{%- set app = [
    ('organization_id', 'organization_id', 'string'), ('id', 'actor_id', 'string'),
    ('name', 'name', 'string'),
] %}
{%- set key = ['organization_id', 'actor_id'] %}
select
    organization_id,
    actor_id,
    'User' as actor_type,
    coalesce(
        nullif(trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), ''),
        nullif(email, '')
    ) as actor_name,
    deleted_at is not null as is_gone,
    source_relation
from (
    {{ contentful.stage('users', user, key, keeps_deleted=true) }}
) as users
union all
select
    organization_id,
    actor_id,
    'AppDefinition' as actor_type,
    name as actor_name,
    deleted_at is not null as is_gone,
    source_relation
from (
    {{ contentful.stage('app_definitions', app, key, keeps_deleted=true) }}
) as apps
