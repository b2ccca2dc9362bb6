{# The address of a record in Contentful's web app; `place` has the space and the environment. #}
{% macro web_app_url(place, path, id) -%}
  'https://{{ var('contentful__web_app_host') }}/spaces/' || {{ place }}.space_id
    || case
        when {{ place }}.environment_id = 'master' then ''
        else '/environments/' || {{ place }}.environment_id
    end || '/{{ path }}/' || {{ id }}
{%- endmacro %}
