{# Prints a model and its documentation for each content type of an environment, as JSON for
   write_models.py. `space` and `environment` select the environment; if several match, the one with
   the most entries is used. A space without an environment selects `master`. Without `locale`, the
   models have a row in each locale. #}
{% macro contentful_models(space=none, environment=none, locale=none, prefix='contentful_') -%}
  {%- if execute -%}
    {%- set place = contentful.place_of_models(space, environment) -%}
    {%- set locales = contentful.locales_of(place[0], place[1], locale) -%}
    {%- set kinds = run_query(
        'select content_type_id, name, description from '
        ~ ref('contentful', 'stg_contentful__content_types')
        ~ ' where space_id = ' ~ contentful.text_literal(place[0])
        ~ ' and environment_id = ' ~ contentful.text_literal(place[1])
        ~ ' order by content_type_id') -%}
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


{# The environment with the most entries, as (space, environment), among the environments that have
   content types and match the given names. #}
{% macro place_of_models(space, environment) -%}
  {%- set space = space or '*' -%}
  {%- set environment = environment or ('*' if space == '*' else 'master') -%}
  {%- set places = run_query(
      'select kinds.space_id, kinds.environment_id from (select distinct space_id, environment_id from '
      ~ ref('contentful', 'stg_contentful__content_types') ~ ') as kinds'
      ~ ' left join (select space_id, environment_id, count(*) as entries from '
      ~ ref('contentful', 'stg_contentful__entries') ~ ' group by space_id, environment_id) as counted'
      ~ ' on kinds.space_id = counted.space_id and kinds.environment_id = counted.environment_id'
      ~ ' order by coalesce(counted.entries, 0) desc, kinds.space_id, kinds.environment_id').rows -%}
  {%- set there = [] -%}
  {%- for place in places -%}
    {%- if space | string in (place[0], '*') and environment | string in (place[1], '*') -%}
      {{ return((place[0], place[1])) }}
    {%- endif -%}
    {%- do there.append(place[0] ~ '/' ~ place[1]) -%}
  {%- endfor -%}
  {{ exceptions.raise_compiler_error(
      'No content types found in ' ~ space ~ '/' ~ environment ~ '. Available: '
      ~ contentful.listed(there) ~ '.') }}
{%- endmacro %}


{# The locale codes of an environment, the default first; each wanted code must exist. #}
{% macro locales_of(space, environment, wanted=none) -%}
  {%- set found = run_query(
      'select code from ' ~ ref('contentful', 'stg_contentful__locales')
      ~ ' where space_id = ' ~ contentful.text_literal(space)
      ~ ' and environment_id = ' ~ contentful.text_literal(environment)
      ~ ' order by case when is_default then 0 else 1 end, code') -%}
  {%- set codes = found.columns[0].values() | list -%}
  {%- set wanted = [wanted] if wanted is string else wanted or codes[:1] or ['with any code'] -%}
  {%- for code in wanted if code not in codes -%}
    {{ exceptions.raise_compiler_error(
        'No locale ' ~ code ~ ' in ' ~ space ~ '/' ~ environment ~ '. Available: '
        ~ contentful.listed(codes) ~ '.') }}
  {%- endfor -%}
  {{ return(codes) }}
{%- endmacro %}


{# Up to ten names for a sentence, and the number of further names. #}
{% macro listed(names) -%}
  {{ return((names[:10] | join(', ') or 'none')
      ~ (' and ' ~ (names | length - 10) ~ ' more' if names | length > 10 else '')) }}
{%- endmacro %}
