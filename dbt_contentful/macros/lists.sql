{# An item for sorted_list that `includes` finds; ids have no bars. #}
{% macro marked(text) -%}
  ('|' || {{ text }} || '|')
{%- endmacro %}


{# True if a list of marked texts includes a marked text. #}
{% macro includes(list, item) -%}
  (replace({{ list }}, {{ item }}, '') <> {{ list }})
{%- endmacro %}
