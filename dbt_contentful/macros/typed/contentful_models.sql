{# Prints a model and its documentation for each content type of an environment, as JSON for
   write_models.py, which chooses the names. `space` (one, or a list) and `environment` (also an
   alias) select the environment; if several match, the one with the most entries is used. A space
   without an environment selects `master`. Without `locale`, the models have a row in each locale.
   `prefix` starts the names of new models. #}
{% macro contentful_models(space=none, environment=none, locale=none, prefix='contentful_') -%}
  {%- if execute -%}
    {%- set models = [] -%}
    {%- set spaces = space if space is sequence and space is not string else [space] -%}
    {%- for one in spaces -%}
      {%- set place = contentful.place_of_models(one, environment) -%}
      {%- do models.extend(contentful.models_in(place[0], place[1], locale, prefix)) -%}
    {%- endfor -%}
    {%- do print(tojson(models)) -%}
  {%- endif -%}
{%- endmacro %}


{# The models of an environment. `names` are the possible names of a model, as (stem, ending). #}
{% macro models_in(space, environment, locale, prefix) -%}
  {%- set locales = contentful.locales_of(space, environment, locale) -%}
  {%- set kinds = run_query(
      'select content_type_id, name, description from '
      ~ ref('contentful', 'stg_contentful__content_types')
      ~ ' where ' ~ contentful.in_environment(space, environment)
      ~ ' order by content_type_id') -%}
  {%- set models = [] -%}
  {%- for kind in kinds.rows -%}
    {%- do models.append({
        'names': [
            contentful.name_parts(prefix ~ kind[0]),
            contentful.name_parts(prefix ~ space ~ '_' ~ kind[0]),
            contentful.name_parts(prefix ~ space ~ '_' ~ environment ~ '_' ~ kind[0]),
        ],
        'content_type': kind[0],
        'title': kind[1],
        'description': kind[2],
        'space': space,
        'environment': environment,
        'locale': locale or locales,
        'default_locale': locales[0],
        'fields': contentful.found_fields(kind[0], space, environment),
    }) -%}
  {%- endfor -%}
  {{ return(models) }}
{%- endmacro %}


{# The environment with the most entries, as (space, environment), among the environments that have
   content types and match the given names. An alias is a name of its target, too; the alias `master`
   comes first, to let the models follow it. #}
{% macro place_of_models(space, environment) -%}
  {%- set space = space or '*' -%}
  {%- set environment = environment or ('*' if space == '*' else 'master') -%}
  {%- set query -%}
    with kinds as (
        select distinct space_id, environment_id
        from {{ ref('contentful', 'stg_contentful__content_types') }}
    ),
    names as (
        select space_id, environment_id, environment_id as name from kinds
        union all
        select kinds.space_id, kinds.environment_id, aliases.environment_alias_id as name
        from kinds
        inner join {{ ref('contentful', 'stg_contentful__environment_aliases') }} as aliases
            on kinds.space_id = aliases.space_id and kinds.environment_id = aliases.environment_id
    ),
    counted as (
        select space_id, environment_id, count(*) as entries
        from {{ ref('contentful', 'stg_contentful__entries') }}
        group by space_id, environment_id
    )
    select names.space_id, names.name
    from names
    left join counted
        on names.space_id = counted.space_id and names.environment_id = counted.environment_id
    order by coalesce(counted.entries, 0) desc,
        case when names.name = 'master' then 0 when names.name = names.environment_id then 1 else 2 end,
        names.space_id, names.name
  {%- endset -%}
  {%- set there = [] -%}
  {%- for place in run_query(query).rows -%}
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
      ~ ' where ' ~ contentful.in_environment(space, environment)
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
