{# The rows of a source table that are not deleted, as typed and renamed columns.

   `columns` are (name of the source, our name, type). A table that is not there has no rows, a
   column that is not there is NULL: older versions of the connector wrote fewer. #}
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


{# Whether a row of a source table is deleted. A table that never had a row may lack the column. #}
{% macro is_deleted(found) -%}
  {{ 'false' if found and '_fivetran_deleted' not in found else 'coalesce(_fivetran_deleted, false)' }}
{%- endmacro %}


{# One column of a source table in its type; `found` is what source_columns returned. #}
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


{# A column of a source in SQL. Only words that Redshift reserves are quoted, and only there:
   elsewhere a quoted name in lower case may be another one. #}
{% macro source_column(name) -%}
  {{ '"' ~ name ~ '"' if target.type == 'redshift' and name in ('permissions', 'snapshot')
     else name }}
{%- endmacro %}


{# The names of a source table's columns in lower case; none where it is not there; an empty list
   where nobody can be asked, which is where one compiles without a connection. #}
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


{# Whether a table of the source is there. #}
{% macro is_synced(table) -%}
  {{- return(contentful.source_columns(table) is not none) -}}
{%- endmacro %}
