{# A source column as the warehouse's JSON type. #}
{% macro json(column) -%}
  {{ return(adapter.dispatch('json', 'contentful')(column)) }}
{%- endmacro %}

{% macro default__json(column) -%}{{ contentful.no_adapter('json') }}{%- endmacro %}
{% macro duckdb__json(column) -%}cast({{ column }} as json){%- endmacro %}
{% macro postgres__json(column) -%}cast({{ column }} as jsonb){%- endmacro %}
{# Fivetran writes SUPER, or text in older destinations; only text must be parsed. #}
{% macro redshift__json(column) -%}
  case when json_typeof({{ column }}) = 'string'
    then json_parse(cast({{ column }} as varchar(65535))) else {{ column }} end
{%- endmacro %}
{% macro snowflake__json(column) -%}to_variant({{ column }}){%- endmacro %}
{% macro bigquery__json(column) -%}
  safe.parse_json(to_json_string({{ column }}), wide_number_mode => 'round')
{%- endmacro %}
{% macro spark__json(column) -%}cast({{ column }} as string){%- endmacro %}


{# The value at a path of keys, as text. Objects and lists become JSON text, JSON null becomes NULL. #}
{% macro json_text(json, path) -%}
  {{ return(adapter.dispatch('json_text', 'contentful')(json, path)) }}
{%- endmacro %}

{% macro default__json_text(json, path) -%}{{ contentful.no_adapter('json_text') }}{%- endmacro %}
{% macro duckdb__json_text(json, path) -%}
  json_extract_string({{ json }}, '$
  {%- for key in path %}."{{ key | replace("'", "''") }}"{% endfor %}')
{%- endmacro %}
{% macro postgres__json_text(json, path) -%}
  ({{ json }} #>> array[{{ contentful.quoted(path) }}])
{%- endmacro %}
{% macro redshift__json_text(json, path) -%}
  {%- set found -%}{{ json }}{% for key in path %}."{{ key }}"{% endfor %}{%- endset -%}
  case when json_typeof({{ found }}) in ('object', 'array') then json_serialize({{ found }})
    else cast({{ found }} as varchar(65535)) end
{%- endmacro %}
{% macro snowflake__json_text(json, path) -%}
  cast({{ json }}{% for key in path %}['{{ key }}']{% endfor %} as varchar)
{%- endmacro %}
{% macro bigquery__json_text(json, path) -%}
  {%- set found -%}{{ json }}{% for key in path %}['{{ key }}']{% endfor %}{%- endset -%}
  case when json_type({{ found }}) in ('object', 'array') then to_json_string({{ found }})
    else lax_string({{ found }}) end
{%- endmacro %}
{# In double quotes: Spark's parser does not accept an escaped quote in a single-quoted string. #}
{% macro spark__json_text(json, path) -%}
  get_json_object({{ json }}, "${% for key in path %}['{{ key }}']{% endfor %}")
{%- endmacro %}


{# A row for each key of a row's JSON object: the columns of `keep`, then key and value.

   `from` is a CTE or a relation, and `keep` lists columns of it. JSON other than an object gives no
   rows. #}
{% macro json_keys(from, json, key, value, keep) -%}
  {{ return(adapter.dispatch('json_keys', 'contentful')(from, json, key, value, keep | join(', '))) }}
{%- endmacro %}

{% macro default__json_keys(from, json, key, value, keep) -%}
  {{ contentful.no_adapter('json_keys') }}
{%- endmacro %}

{% macro duckdb__json_keys(from, json, key, value, keep) %}
    select {{ keep }}, pair.key as {{ key }}, pair.value as {{ value }}
    from (
        select
            {{ keep }},
            unnest(map_entries(try_cast({{ json }} as map(varchar, json)))) as pair
        from {{ from }}
    ) as pairs
{%- endmacro %}

{% macro postgres__json_keys(from, json, key, value, keep) %}
    select {{ keep }}, pair.key as {{ key }}, pair.value as {{ value }}
    from {{ from }}
    cross join lateral jsonb_each(
        case when jsonb_typeof({{ json }}) = 'object' then {{ json }} end
    ) as pair
{%- endmacro %}

{% macro redshift__json_keys(from, json, key, value, keep) %}
    select {{ keep }}, {{ key }}, {{ value }}
    from {{ from }} as outer_row, unpivot outer_row.{{ json }} as {{ value }} at {{ key }}
{%- endmacro %}

{% macro snowflake__json_keys(from, json, key, value, keep) %}
    select {{ keep }}, pair.key as {{ key }}, pair.value as {{ value }}
    from {{ from }}, lateral flatten(input => {{ json }}, mode => 'OBJECT') as pair
{%- endmacro %}

{% macro bigquery__json_keys(from, json, key, value, keep) %}
    select {{ keep }}, {{ key }}, {{ json }}[{{ key }}] as {{ value }}
    from {{ from }} cross join unnest(json_keys({{ json }}, 1)) as {{ key }}
{%- endmacro %}

{# As a variant, because text would lose its quotes: the text "[]" would look like a list. #}
{% macro spark__json_keys(from, json, key, value, keep) %}
    select {{ keep }}, {{ key }}, to_json(item) as {{ value }}
    from {{ from }}
    lateral view explode(from_json({{ json }}, 'map<string,variant>')) as {{ key }}, item
{%- endmacro %}


{# A row for each item of a row's JSON list: the columns of `keep`, then position from 0 and value. #}
{% macro json_rows(from, json, position, value, keep) -%}
  {{ return(adapter.dispatch('json_rows', 'contentful')(
      from, json, position, value, keep | join(', '))) }}
{%- endmacro %}

{% macro default__json_rows(from, json, position, value, keep) -%}
  {{ contentful.no_adapter('json_rows') }}
{%- endmacro %}

{% macro duckdb__json_rows(from, json, position, value, keep) %}
    select
        {{ keep }},
        generate_subscripts(items, 1) - 1 as {{ position }},
        unnest(items) as {{ value }}
    from (select {{ keep }}, try_cast({{ json }} as json[]) as items from {{ from }}) as lists
{%- endmacro %}

{% macro postgres__json_rows(from, json, position, value, keep) %}
    select {{ keep }}, item.position - 1 as {{ position }}, item.value as {{ value }}
    from {{ from }}
    cross join lateral jsonb_array_elements(
        case when jsonb_typeof({{ json }}) = 'array' then {{ json }} end
    ) with ordinality as item (value, position)
{%- endmacro %}

{% macro redshift__json_rows(from, json, position, value, keep) %}
    select {{ keep }}, {{ position }}, {{ value }}
    from {{ from }} as outer_row, outer_row.{{ json }} as {{ value }} at {{ position }}
{%- endmacro %}

{% macro snowflake__json_rows(from, json, position, value, keep) %}
    select {{ keep }}, item.index as {{ position }}, item.value as {{ value }}
    from {{ from }}, lateral flatten(input => {{ json }}, mode => 'ARRAY') as item
{%- endmacro %}

{% macro bigquery__json_rows(from, json, position, value, keep) %}
    select {{ keep }}, {{ position }}, {{ value }}
    from {{ from }}
    cross join unnest(json_query_array({{ json }})) as {{ value }} with offset as {{ position }}
{%- endmacro %}

{% macro spark__json_rows(from, json, position, value, keep) %}
    select {{ keep }}, {{ position }}, {{ value }}
    from {{ from }}
    lateral view posexplode(from_json({{ json }}, 'array<string>')) as {{ position }}, {{ value }}
{%- endmacro %}


{# An item that json_rows returned from a list of texts, as text. #}
{% macro json_string(value) -%}
  {{ return(adapter.dispatch('json_string', 'contentful')(value)) }}
{%- endmacro %}

{% macro default__json_string(value) -%}{{ contentful.no_adapter('json_string') }}{%- endmacro %}
{% macro duckdb__json_string(value) -%}json_extract_string({{ value }}, '$'){%- endmacro %}
{% macro postgres__json_string(value) -%}({{ value }} #>> '{}'){%- endmacro %}
{% macro redshift__json_string(value) -%}cast({{ value }} as varchar(65535)){%- endmacro %}
{% macro snowflake__json_string(value) -%}cast({{ value }} as varchar){%- endmacro %}
{% macro bigquery__json_string(value) -%}lax_string({{ value }}){%- endmacro %}
{% macro spark__json_string(value) -%}{{ value }}{%- endmacro %}


{# JSON serialized as text. #}
{% macro json_dump(json) -%}
  {{ return(adapter.dispatch('json_dump', 'contentful')(json)) }}
{%- endmacro %}

{% macro default__json_dump(json) -%}{{ contentful.no_adapter('json_dump') }}{%- endmacro %}
{% macro duckdb__json_dump(json) -%}cast({{ json }} as varchar){%- endmacro %}
{% macro postgres__json_dump(json) -%}cast({{ json }} as text){%- endmacro %}
{% macro redshift__json_dump(json) -%}json_serialize({{ json }}){%- endmacro %}
{% macro snowflake__json_dump(json) -%}to_json({{ json }}){%- endmacro %}
{% macro bigquery__json_dump(json) -%}to_json_string({{ json }}){%- endmacro %}
{% macro spark__json_dump(json) -%}{{ json }}{%- endmacro %}


{# True if a value from json_keys is not null and not an empty text, list or object. #}
{% macro is_filled(value) -%}
  (coalesce({{ contentful.json_dump(value) }}, 'null') not in ('null', '""', '[]', '{}'))
{%- endmacro %}


{# Texts as SQL literals, separated by commas. #}
{% macro quoted(texts) -%}
  {%- for text in texts -%}
    '{{ text | replace("'", "''") }}'{{ ', ' if not loop.last }}
  {%- endfor -%}
{%- endmacro %}
