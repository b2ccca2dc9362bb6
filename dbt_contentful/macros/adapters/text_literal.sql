{# A text as a SQL literal. Where dbt escapes quotes with a backslash, backslashes are escaped too. #}
{% macro text_literal(text) -%}
  {%- set quote = dbt.escape_single_quotes("'") -%}
  {%- set safe = text | replace('\\', '\\\\') if quote.startswith('\\') else text -%}
  '{{ safe | replace("'", quote) }}'
{%- endmacro %}
