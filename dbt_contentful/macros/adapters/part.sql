{# The n-th part of a text split at slashes, from 1; NULL or empty beyond the last part. #}
{% macro part(text, number) -%}
  {{ return(adapter.dispatch('part', 'contentful')(text, number)) }}
{%- endmacro %}

{% macro default__part(text, number) -%}split_part({{ text }}, '/', {{ number }}){%- endmacro %}
{% macro bigquery__part(text, number) -%}
  split({{ text }}, '/')[safe_offset({{ number - 1 }})]
{%- endmacro %}
