{# Prints a model and its documentation for each content type of an environment, as JSON for
   write_models.py. Without `space` it is the environment with the most entries; without `locale`
   the models have a row in each locale. #}
{% macro contentful_models(space=none, environment='master', locale=none, prefix='contentful_') -%}
  {%- if execute -%}
    {%- set place = contentful.place_of_models(space, environment) -%}
    {%- set locales = contentful.locales_of(place[0], place[1]) -%}
    {%- set kinds = run_query(
        'select content_type_id, name, description from '
        ~ ref('contentful', 'stg_contentful__content_types')
        ~ " where space_id = '" ~ place[0] ~ "' and environment_id = '" ~ place[1]
        ~ "' order by content_type_id") -%}
    {%- set models = [] -%}
    {%- set taken = [] -%}
    {%- for kind in kinds.rows -%}
      {%- set fields = contentful.contentful_fields(kind[0], place[0], place[1]) -%}
      {%- set name = contentful.column_name(prefix ~ kind[0], '', taken) -%}
      {%- do taken.append(name) -%}
      {%- do models.append({
          'name': name,
          'content_type': kind[0],
          'title': kind[1],
          'description': kind[2],
          'space': place[0],
          'environment': place[1],
          'locale': locale or locales,
          'default_locale': locales[0],
          'fields': fields,
      }) -%}
    {%- endfor -%}
    {%- do print(tojson(models)) -%}
  {%- endif -%}
{%- endmacro %}


{% macro place_of_models(space, environment) -%}
  {%- if space is not none -%}
    {{ return((space, environment)) }}
  {%- endif -%}
  {%- set found = run_query(
      'select space_id, environment_id, count(*) as entries from '
      ~ ref('contentful', 'stg_contentful__entries')
      ~ ' group by space_id, environment_id order by count(*) desc, space_id, environment_id limit 1') -%}
  {%- if not found.rows -%}
    {{ exceptions.raise_compiler_error('contentful_models: there is no entry; was ENTRIES synced?') }}
  {%- endif -%}
  {{ return((found.rows[0][0], found.rows[0][1])) }}
{%- endmacro %}


{# The codes of an environment, the default one first. #}
{% macro locales_of(space, environment) -%}
  {%- set found = run_query(
      'select code from ' ~ ref('contentful', 'stg_contentful__locales')
      ~ " where space_id = '" ~ space ~ "' and environment_id = '" ~ environment
      ~ "' order by case when is_default then 0 else 1 end, code") -%}
  {{ return(found.columns[0].values() | list) }}
{%- endmacro %}
