{# Makes the tables of the source from Parquet files, for Spark, which has no warehouse here. #}
{% macro tables_from_files() -%}
  {%- set files = var('spark_files', {}) -%}
  {%- if execute and target.type == 'spark' and files -%}
    {%- for table, file in files.items() -%}
      {%- do run_query('create schema if not exists ' ~ table.split('.')[0]) -%}
      {%- do run_query('create table if not exists ' ~ table ~ " using parquet location '" ~ file ~ "'") -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro %}
