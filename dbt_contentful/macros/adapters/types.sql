{# The warehouse's name for a type of the connector: string, whole, number, flag, instant or json. #}
{% macro type_of(kind) -%}
  {{ return(adapter.dispatch('type_of', 'contentful')(kind)) }}
{%- endmacro %}

{% macro default__type_of(kind) -%}
  {{ contentful.no_adapter('type_of') }}
{%- endmacro %}

{% macro duckdb__type_of(kind) -%}
  {{ return({'string': 'varchar', 'whole': 'bigint', 'number': 'double', 'flag': 'boolean',
             'instant': 'timestamp', 'json': 'json'}[kind]) }}
{%- endmacro %}

{% macro postgres__type_of(kind) -%}
  {{ return({'string': 'text', 'whole': 'bigint', 'number': 'double precision', 'flag': 'boolean',
             'instant': 'timestamp', 'json': 'jsonb'}[kind]) }}
{%- endmacro %}

{% macro redshift__type_of(kind) -%}
  {{ return({'string': 'varchar(65535)', 'whole': 'bigint', 'number': 'double precision',
             'flag': 'boolean', 'instant': 'timestamp', 'json': 'super'}[kind]) }}
{%- endmacro %}

{% macro snowflake__type_of(kind) -%}
  {{ return({'string': 'varchar', 'whole': 'bigint', 'number': 'double', 'flag': 'boolean',
             'instant': 'timestamp_ntz', 'json': 'variant'}[kind]) }}
{%- endmacro %}

{% macro bigquery__type_of(kind) -%}
  {{ return({'string': 'string', 'whole': 'int64', 'number': 'float64', 'flag': 'bool',
             'instant': 'datetime', 'json': 'json'}[kind]) }}
{%- endmacro %}

{# Databricks uses the macros of Spark, because dbt falls back to them. #}
{% macro spark__type_of(kind) -%}
  {{ return({'string': 'string', 'whole': 'bigint', 'number': 'double', 'flag': 'boolean',
             'instant': 'timestamp', 'json': 'string'}[kind]) }}
{%- endmacro %}


{# Fails at parse time on an unsupported warehouse. #}
{% macro no_adapter(macro) -%}
  {{ exceptions.raise_compiler_error("contentful: no " ~ macro ~ " for " ~ target.type ~
     ". Supported: BigQuery, Databricks, DuckDB, Postgres, Redshift, Snowflake and Spark.") }}
{%- endmacro %}
