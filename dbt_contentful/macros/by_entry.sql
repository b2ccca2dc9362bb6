{# Models with rows of each entry. An incremental run computes only the entries that have changed.

   Each entry has one more row, its state, in which the columns of other rows are NULL. The state has
   the time at which Fivetran wrote the entry, and is compared with the entry in each run; so no run
   depends on a clock, and a deletion is noticed. The state of a deleted entry stays, because the
   strategy delete+insert deletes old rows only if there is a new one with their key. #}


{# The columns that identify an entry. #}
{% macro entry_key() -%}
  {{ return(['space_id', 'environment_id', 'entry_id']) }}
{%- endmacro %}


{# Columns of a table, separated by commas. #}
{% macro columns_of(table, columns) -%}
  {%- for column in columns -%}
    {{ table }}.{{ column }}{{ ', ' if not loop.last }}
  {%- endfor -%}
{%- endmacro %}


{# The condition that two tables have equal columns. #}
{% macro equal(one, other, columns) -%}
  {%- for column in columns -%}
    {{ one }}.{{ column }} = {{ other }}.{{ column }}{{ ' and ' if not loop.last }}
  {%- endfor -%}
{%- endmacro %}


{# The keys of the entries that have to be computed.

   `entries` has the key, `_fivetran_synced` and the columns of `context`, on which the result
   depends, too. `more` is a query of the keys of further entries. #}
{% macro entries_to_compute(entries, context=[], more=none) %}
    select {{ contentful.columns_of('entries', contentful.entry_key()) }}
    from {{ entries }} as entries
    {%- if contentful.is_later_run() %}
    where not exists (
        select 1
        from {{ this }} as known
        where known.is_state
            and {{ contentful.equal('known', 'entries', contentful.entry_key()) }}
            and {{ contentful.equal('known', 'entries', ['_fivetran_synced'] + context) }}
    )
    {%- if more %}
    union
    {{ more }}
    {%- endif %}
    {%- endif %}
{% endmacro %}


{# The rows of a model: those of `computed`, and the states of `entries`, which were computed, and of
   entries that are gone.

   `columns` has the type of each column, and `state` the names of those that a state has, too. #}
{% macro rows_and_states(computed, entries, existing, columns, state=[]) %}
select
    {{ contentful.entry_key() | join(', ') }},
    {%- for name in columns %}
    {{ name }},
    {%- endfor %}
    false as is_state,
    _fivetran_synced,
    {{ contentful.run_time() }} as computed_at,
    source_relation
from {{ computed }}
union all
select
    {{ contentful.entry_key() | join(', ') }},
    {%- for name, kind in columns.items() %}
    {{ name if name in state else contentful.nothing(kind) }},
    {%- endfor %}
    true as is_state,
    _fivetran_synced,
    {{ contentful.run_time() }} as computed_at,
    source_relation
from {{ entries }}
{%- if contentful.is_later_run() %}
union all
select
    {{ contentful.entry_key() | join(', ') }},
    {%- for kind in columns.values() %}
    {{ contentful.nothing(kind) }},
    {%- endfor %}
    true as is_state,
    {{ contentful.nothing('instant') }} as _fivetran_synced,
    {{ contentful.run_time() }} as computed_at,
    source_relation
from {{ this }} as known
where is_state
    and _fivetran_synced is not null
    and not exists (
        select 1
        from {{ existing }} as existing
        where {{ contentful.equal('known', 'existing', contentful.entry_key()) }}
    )
{%- endif %}
{% endmacro %}


{# The start of this run of dbt, in UTC. #}
{% macro run_time() -%}
  cast('{{ run_started_at.strftime('%Y-%m-%d %H:%M:%S.%f') }}' as {{ contentful.type_of('instant') }})
{%- endmacro %}


{# True if an incremental model has rows of an earlier run. `dbt compile --no-introspect` has no
   connection to look for them. #}
{% macro is_later_run() -%}
  {{ return(flags.INTROSPECT and is_incremental()) }}
{%- endmacro %}
