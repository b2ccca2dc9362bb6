{# The part of a text at a number from 1, where slashes divide it; NULL or empty beyond the end. #}
{% macro part(text, number) -%}
  {{ return(adapter.dispatch('part', 'contentful')(text, number)) }}
{%- endmacro %}

{% macro default__part(text, number) -%}split_part({{ text }}, '/', {{ number }}){%- endmacro %}
{% macro bigquery__part(text, number) -%}
  split({{ text }}, '/')[safe_offset({{ number - 1 }})]
{%- endmacro %}
