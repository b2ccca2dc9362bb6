{# A part of a whole, from 0 to 1; NULL if the whole is 0 or NULL. #}
{% macro share(part, whole) -%}
  cast({{ part }} as {{ contentful.type_of('number') }}) / nullif({{ whole }}, 0)
{%- endmacro %}


{# True if the condition holds in any row of a group. #}
{% macro any_row(condition) -%}
  (max(case when {{ condition }} then 1 else 0 end) = 1)
{%- endmacro %}


{# The value if the table was read; else NULL, because the value is unknown, not zero or false. #}
{% macro if_read(is_read, value) -%}
  case when {{ is_read }} then {{ value }} end
{%- endmacro %}


{# Live: published, with or without later edits, and not archived. #}
{% macro is_live(status) -%}
  ({{ status }} in ('published', 'changed'))
{%- endmacro %}


{# Stale: not edited for contentful__stale_days. #}
{% macro is_stale(updated_at) -%}
  ({{ updated_at }} < {{ contentful.days_ago(var('contentful__stale_days')) }})
{%- endmacro %}
