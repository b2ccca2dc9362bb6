{# The rows of a source table as typed and renamed columns, from all connections.

   `columns` are (source name, model name, type), and `key` are the model names of the primary key.
   Two more columns follow: `source_relation`, the name of the connection, and `_fivetran_synced`.
   A missing table gives no rows. A missing column is NULL, because older versions of the connector
   wrote fewer columns.

   Deleted rows are left out, or have their time in `deleted_at` if `keeps_deleted`. A row that
   several connections have is taken from the one that still has it and wrote it last. #}
{% macro stage(table, columns, key, keeps_deleted=false) -%}
{%- set places = contentful.source_tables(table) %}
{%- set names = columns | map(attribute=1) | list + ['source_relation', '_fivetran_synced'] %}
{%- do names.append('deleted_at') if keeps_deleted %}
{%- if places | length < 2 %}
{{- contentful.staged_rows(places[0], columns, keeps_deleted) }}
{%- else %}
with united as (
{% for place in places %}
{{ contentful.staged_rows(place, columns, keeps_deleted) }}
{{ 'union all' if not loop.last }}
{%- endfor %}

),

numbered as (

    select
        *,
        row_number() over (
            partition by {{ key | join(', ') }}
            order by {{ 'case when deleted_at is null then 0 else 1 end, ' if keeps_deleted }}
                _fivetran_synced desc, source_relation
        ) as row_of_key
    from united

)

select {{ names | join(', ') }}
from numbered
where row_of_key = 1
{%- endif %}
{%- endmacro %}


{# The rows of a source table of one connection; no rows if `place` is undefined. #}
{% macro staged_rows(place, columns, keeps_deleted) -%}
{%- set found = place.columns if place else none %}
{%- set all = columns + [('_fivetran_synced', '_fivetran_synced', 'instant')] %}
select
{%- for name, ours, kind in all %}
    {{ contentful.staged(name, kind, found) }} as {{ ours }},
{%- endfor %}
{%- if keeps_deleted %}
    case when {{ contentful.is_deleted(found) }} then {{ contentful.staged('_fivetran_synced', 'instant', found) }} end
        as deleted_at,
{%- endif %}
    {{ contentful.text_literal(place.name) if place else contentful.nothing('string') }}
        as source_relation
{%- if not place %}
limit 0
{%- else %}
from {{ place.relation }}
{%- if not keeps_deleted %}
where not {{ contentful.is_deleted(found) }}
{%- endif %}
{%- endif %}
{%- endmacro %}


{# NULL as a type of the connector. #}
{% macro nothing(kind) -%}
  cast(null as {{ contentful.type_of(kind) }})
{%- endmacro %}


{# True if a source row is deleted. A table that never had a row may lack the column. #}
{% macro is_deleted(found) -%}
  {{ 'false' if found is none or (found and '_fivetran_deleted' not in found) else 'coalesce(_fivetran_deleted, false)' }}
{%- endmacro %}


{# A column of a source table, cast to its type; `found` are the columns of the table. #}
{% macro staged(name, kind, found) -%}
  {%- if found is none or (found and name not in found) -%}
    {{ contentful.nothing(kind) }}
  {%- elif kind == 'instant' -%}
    {{ contentful.utc(contentful.source_column(name)) }}
  {%- elif kind == 'json' -%}
    {{ contentful.json(contentful.source_column(name)) }}
  {%- else -%}
    cast({{ contentful.source_column(name) }} as {{ contentful.type_of(kind) }})
  {%- endif -%}
{%- endmacro %}


{# A source column in SQL. Names that Redshift reserves are quoted, on Redshift only: in other
   warehouses, a quoted lower-case name may be a different column. #}
{% macro source_column(name) -%}
  {{ '"' ~ name ~ '"' if target.type == 'redshift' and name in ('permissions', 'snapshot')
     else name }}
{%- endmacro %}
