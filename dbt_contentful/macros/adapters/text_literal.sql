{# A text as a literal in SQL. Where dbt escapes a quote by a backslash, backslashes need one, too. #}
{% macro text_literal(text) -%}
  {%- set quote = dbt.escape_single_quotes("'") -%}
  {%- set safe = text | replace('\\', '\\\\') if quote.startswith('\\') else text -%}
  '{{ safe | replace("'", quote) }}'
{%- endmacro %}
