{# A part of a whole between 0 and 1; NULL where there is no whole. #}
{% macro share(part, whole) -%}
  cast({{ part }} as {{ contentful.type_of('number') }}) / nullif({{ whole }}, 0)
{%- endmacro %}


{# Whether the condition holds in any row of a group. #}
{% macro any_row(condition) -%}
  (max(case when {{ condition }} then 1 else 0 end) = 1)
{%- endmacro %}


{# What is not known where the table was not read: neither zero nor false, but NULL. #}
{% macro if_read(is_read, value) -%}
  case when {{ is_read }} then {{ value }} end
{%- endmacro %}


{# Live is published, with or without later edits, and not archived. #}
{% macro is_live(status) -%}
  ({{ status }} in ('published', 'changed'))
{%- endmacro %}


{# Stale is not edited for contentful__stale_days. #}
{% macro is_stale(updated_at) -%}
  ({{ updated_at }} < {{ contentful.days_ago(var('contentful__stale_days')) }})
{%- endmacro %}
