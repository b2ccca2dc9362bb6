{# A source instant as a UTC timestamp without time zone, in any session time zone. #}
{% macro utc(column) -%}
  {{ return(adapter.dispatch('utc', 'contentful')(column)) }}
{%- endmacro %}

{% macro default__utc(column) -%}{{ contentful.no_adapter('utc') }}{%- endmacro %}
{% macro duckdb__utc(column) -%}cast({{ column }} as timestamptz) at time zone 'UTC'{%- endmacro %}
{% macro postgres__utc(column) -%}cast({{ column }} as timestamptz) at time zone 'UTC'{%- endmacro %}
{% macro redshift__utc(column) -%}cast({{ column }} as timestamptz) at time zone 'UTC'{%- endmacro %}
{% macro snowflake__utc(column) -%}
  cast(convert_timezone('UTC', cast({{ column }} as timestamp_tz)) as timestamp_ntz)
{%- endmacro %}
{% macro bigquery__utc(column) -%}datetime(cast({{ column }} as timestamp), 'UTC'){%- endmacro %}
{% macro spark__utc(column) -%}
  to_utc_timestamp(cast({{ column }} as timestamp), current_timezone())
{%- endmacro %}


{# The present time in UTC, or the value of the variable contentful__now. #}
{% macro now() -%}
  {%- if var('contentful__now', none) is not none -%}
    cast('{{ var('contentful__now') }}' as {{ contentful.type_of('instant') }})
  {%- else -%}
    {{ contentful.utc('current_timestamp') }}
  {%- endif -%}
{%- endmacro %}


{# Seconds from one timestamp to another, with fractions. #}
{% macro seconds(since, until) -%}
  {{ return(adapter.dispatch('seconds', 'contentful')(since, until)) }}
{%- endmacro %}

{% macro default__seconds(since, until) -%}{{ contentful.no_adapter('seconds') }}{%- endmacro %}
{% macro duckdb__seconds(since, until) -%}(epoch({{ until }}) - epoch({{ since }})){%- endmacro %}
{% macro postgres__seconds(since, until) -%}
  cast(extract(epoch from {{ until }} - {{ since }}) as double precision)
{%- endmacro %}
{% macro redshift__seconds(since, until) -%}
  (datediff(millisecond, {{ since }}, {{ until }}) / 1000.0::double precision)
{%- endmacro %}
{% macro snowflake__seconds(since, until) -%}
  (datediff(millisecond, {{ since }}, {{ until }}) / 1000.0::double)
{%- endmacro %}
{% macro bigquery__seconds(since, until) -%}
  (datetime_diff({{ until }}, {{ since }}, millisecond) / 1000.0)
{%- endmacro %}
{% macro spark__seconds(since, until) -%}
  (cast({{ until }} as double) - cast({{ since }} as double))
{%- endmacro %}


{# Whole days from one timestamp to another. #}
{% macro days(since, until) -%}
  cast(floor({{ contentful.seconds(since, until) }} / 86400) as {{ contentful.type_of('whole') }})
{%- endmacro %}


{# The timestamp `days` days before now; `days` is a number, known at compile time. #}
{% macro days_ago(days) -%}
  {{ return(adapter.dispatch('days_ago', 'contentful')(days)) }}
{%- endmacro %}

{% macro default__days_ago(days) -%}{{ contentful.no_adapter('days_ago') }}{%- endmacro %}
{% macro duckdb__days_ago(days) -%}({{ contentful.now() }} - interval '{{ days }} days'){%- endmacro %}
{% macro postgres__days_ago(days) -%}({{ contentful.now() }} - interval '{{ days }} days'){%- endmacro %}
{% macro redshift__days_ago(days) -%}dateadd(day, -{{ days }}, {{ contentful.now() }}){%- endmacro %}
{% macro snowflake__days_ago(days) -%}dateadd(day, -{{ days }}, {{ contentful.now() }}){%- endmacro %}
{% macro bigquery__days_ago(days) -%}
  datetime_sub({{ contentful.now() }}, interval {{ days }} day)
{%- endmacro %}
{% macro spark__days_ago(days) -%}({{ contentful.now() }} - interval '{{ days }}' day){%- endmacro %}


{# The date `days` days after another; `days` is any SQL expression of a whole number. #}
{% macro date_after(date, days) -%}
  {{ return(adapter.dispatch('date_after', 'contentful')(date, days)) }}
{%- endmacro %}

{% macro default__date_after(date, days) -%}{{ contentful.no_adapter('date_after') }}{%- endmacro %}
{% macro duckdb__date_after(date, days) -%}({{ date }} + cast({{ days }} as integer)){%- endmacro %}
{% macro postgres__date_after(date, days) -%}({{ date }} + cast({{ days }} as integer)){%- endmacro %}
{% macro redshift__date_after(date, days) -%}
  cast(dateadd(day, cast({{ days }} as integer), {{ date }}) as date)
{%- endmacro %}
{% macro snowflake__date_after(date, days) -%}
  dateadd(day, cast({{ days }} as integer), {{ date }})
{%- endmacro %}
{% macro bigquery__date_after(date, days) -%}
  date_add({{ date }}, interval cast({{ days }} as int64) day)
{%- endmacro %}
{% macro spark__date_after(date, days) -%}date_add({{ date }}, cast({{ days }} as int)){%- endmacro %}
