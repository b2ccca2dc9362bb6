{# The texts of a group as one text: sorted by bytes, separated by a comma and a space. #}
{% macro sorted_list(text) -%}
  {{ return(adapter.dispatch('sorted_list', 'contentful')(text)) }}
{%- endmacro %}

{% macro default__sorted_list(text) -%}{{ contentful.no_adapter('sorted_list') }}{%- endmacro %}
{# DuckDB sorts a finished list three times as fast as it aggregates in an order. #}
{% macro duckdb__sorted_list(text) -%}
  array_to_string(list_sort(list({{ text }}) filter (where {{ text }} is not null)), ', ')
{%- endmacro %}
{% macro postgres__sorted_list(text) -%}
  string_agg({{ text }}, ', ' order by {{ text }} collate "C")
{%- endmacro %}
{% macro redshift__sorted_list(text) -%}
  listagg({{ text }}, ', ') within group (order by {{ text }})
{%- endmacro %}
{% macro snowflake__sorted_list(text) -%}
  nullif(listagg({{ text }}, ', ') within group (order by {{ text }}), '')
{%- endmacro %}
{% macro bigquery__sorted_list(text) -%}
  string_agg({{ text }}, ', ' order by {{ text }})
{%- endmacro %}
{% macro spark__sorted_list(text) -%}
  nullif(array_join(array_sort(collect_list({{ text }})), ', '), '')
{%- endmacro %}
