{# The rows of a source table that are not deleted, as typed and renamed columns.

   `columns` are (source name, model name, type). A missing table gives no rows. A missing column is
   NULL, because older versions of the connector wrote fewer columns. #}
{% macro stage(table, columns) -%}
{%- set found = contentful.source_columns(table) %}
select
{%- for name, ours, kind in columns %}
    {{ contentful.staged(name, kind, found) }} as {{ ours }}{{ ',' if not loop.last }}
{%- endfor %}
{%- if found is none %}
limit 0
{%- else %}
from {{ source('contentful', table) }}
where not {{ contentful.is_deleted(found) }}
{%- endif %}
{%- endmacro %}


{# True if a source row is deleted. A table that never had a row may lack the column. #}
{% macro is_deleted(found) -%}
  {{ 'false' if found and '_fivetran_deleted' not in found else 'coalesce(_fivetran_deleted, false)' }}
{%- endmacro %}


{# A column of a source table, cast to its type; `found` is the result of source_columns. #}
{% macro staged(name, kind, found) -%}
  {%- if found is none or (found and name not in found) -%}
    cast(null as {{ contentful.type_of(kind) }})
  {%- elif kind == 'instant' -%}
    {{ contentful.utc(contentful.source_column(name)) }}
  {%- elif kind == 'json' -%}
    {{ contentful.json(contentful.source_column(name)) }}
  {%- else -%}
    cast({{ contentful.source_column(name) }} as {{ contentful.type_of(kind) }})
  {%- endif -%}
{%- endmacro %}


{# A source column in SQL. Names that Redshift reserves are quoted, on Redshift only: in other
   warehouses, a quoted lower-case name may be a different column. #}
{% macro source_column(name) -%}
  {{ '"' ~ name ~ '"' if target.type == 'redshift' and name in ('permissions', 'snapshot')
     else name }}
{%- endmacro %}


{# The column names of a source table, in lower case. The result is `none` if the table is missing,
   and an empty list if dbt compiles without a connection. #}
{% macro source_columns(table) -%}
  {{- return(adapter.dispatch('source_columns', 'contentful')(table)) -}}
{%- endmacro %}

{% macro default__source_columns(table) -%}
  {%- set using = var('contentful__using_' ~ table, none) -%}
  {%- if using is not none and not using -%}
    {{ return(none) }}
  {%- elif not execute or not flags.INTROSPECT -%}
    {{ return([]) }}
  {%- endif -%}
  {%- set place = source('contentful', table) -%}
  {%- set relation = adapter.get_relation(place.database, place.schema, place.identifier) -%}
  {%- if relation is none -%}
    {{ return(none) }}
  {%- endif -%}
  {%- set names = [] -%}
  {%- for column in adapter.get_columns_in_relation(relation) -%}
    {%- do names.append(column.name | lower) -%}
  {%- endfor -%}
  {{ return(names) }}
{%- endmacro %}


{# True if a source table exists. #}
{% macro is_synced(table) -%}
  {{- return(contentful.source_columns(table) is not none) -}}
{%- endmacro %}
