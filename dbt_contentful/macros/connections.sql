{# The connections as {name, schema, database}: those of `contentful_sources`, or the only one.

   An item of `contentful_sources` is a schema, or a mapping with `schema`, and optionally `name` and
   `database`. The database is the one of the source by default. #}
{% macro connections() -%}
  {%- set found = [] -%}
  {%- for one in var('contentful_sources', []) or [var('contentful_schema', 'contentful')] -%}
    {%- set one = {'schema': one} if one is string else one -%}
    {%- do found.append({
        'name': one.get('name') or one['schema'],
        'schema': one['schema'],
        'database': one.get('database'),
    }) -%}
  {%- endfor -%}
  {{ return(found) }}
{%- endmacro %}


{# A source table of each connection that has it, as {name, relation, columns}.

   The columns are in lower case; the list is empty if dbt compiles without a connection. #}
{% macro source_tables(table) -%}
  {%- set found = [] -%}
  {%- if var('contentful__using_' ~ table, true) -%}
    {%- for one in contentful.connections() -%}
      {%- set relation = contentful.source_relation(table, one) -%}
      {%- set columns = contentful.column_names(relation) -%}
      {%- if columns is not none -%}
        {%- do found.append({'name': one.name, 'relation': relation, 'columns': columns}) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(found) }}
{%- endmacro %}


{# The relation of a source table in the schema of a connection. #}
{% macro source_relation(table, connection) -%}
  {%- set relation = source('contentful', table) -%}
  {%- set path = {'schema': connection.schema} -%}
  {%- do path.update({'database': connection.database}) if connection.database -%}
  {{ return(relation.incorporate(path=path)) }}
{%- endmacro %}


{# The column names of a relation in lower case: `none` if it does not exist, an empty list if dbt
   compiles without a connection. #}
{% macro column_names(relation) -%}
  {%- if not execute or not flags.INTROSPECT -%}
    {{ return([]) }}
  {%- endif -%}
  {%- set there = adapter.get_relation(relation.database, relation.schema, relation.identifier) -%}
  {%- if there is none -%}
    {{ return(none) }}
  {%- endif -%}
  {{ return(adapter.get_columns_in_relation(there) | map(attribute='name') | map('lower') | list) }}
{%- endmacro %}


{# True if a connection has the source table. #}
{% macro is_synced(table) -%}
  {{- return(contentful.source_tables(table) | length > 0) -}}
{%- endmacro %}


{# True if each connection that has the source table has the column, too. A user may have blocked a
   column in Fivetran: a figure made with it is then unknown. #}
{% macro has_column(table, column) -%}
  {#- A unit test of dbt has no sources. -#}
  {%- set places = [] if model.resource_type == 'unit_test' else contentful.source_tables(table) -%}
  {%- for place in places if place.columns and column not in place.columns -%}
    {{ return(false) }}
  {%- endfor -%}
  {{ return(true) }}
{%- endmacro %}
