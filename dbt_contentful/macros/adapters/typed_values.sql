{# The kind of value at a path of keys: string, number, boolean, object, array, or NULL. #}
{% macro json_kind(json, path) -%}
  {{ return(adapter.dispatch('json_kind', 'contentful')(json, path)) }}
{%- endmacro %}

{% macro default__json_kind(json, path) -%}{{ contentful.no_adapter('json_kind') }}{%- endmacro %}
{% macro duckdb__json_kind(json, path) -%}
  case json_type({{ json }}, {{ contentful.duckdb_path(path) }})
    when 'VARCHAR' then 'string' when 'BOOLEAN' then 'boolean' when 'OBJECT' then 'object'
    when 'ARRAY' then 'array' when 'NULL' then null
    when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end
{%- endmacro %}
{% macro postgres__json_kind(json, path) -%}
  nullif(jsonb_typeof({{ json }} #> array[{{ contentful.quoted(path) }}]), 'null')
{%- endmacro %}
{% macro redshift__json_kind(json, path) -%}
  nullif(json_typeof({{ json }}{% for key in path %}."{{ key }}"{% endfor %}), 'null')
{%- endmacro %}
{% macro snowflake__json_kind(json, path) -%}
  case typeof({{ json }}{% for key in path %}['{{ key }}']{% endfor %})
    when 'VARCHAR' then 'string' when 'BOOLEAN' then 'boolean' when 'OBJECT' then 'object'
    when 'ARRAY' then 'array'
    when 'INTEGER' then 'number' when 'DECIMAL' then 'number' when 'DOUBLE' then 'number' end
{%- endmacro %}
{% macro bigquery__json_kind(json, path) -%}
  nullif(json_type({{ json }}{% for key in path %}['{{ key }}']{% endfor %}), 'null')
{%- endmacro %}
{# The schema of a variant is, for example, STRING, BIGINT, DECIMAL(2,1) or OBJECT<...>. #}
{% macro spark__json_kind(json, path) -%}
  case regexp_extract(schema_of_variant(try_variant_get(try_parse_json({{ json }}),
      "${% for key in path %}['{{ key }}']{% endfor %}", 'variant')), '^[A-Z]+', 0)
    when 'STRING' then 'string' when 'BOOLEAN' then 'boolean' when 'OBJECT' then 'object'
    when 'ARRAY' then 'array'
    when 'BIGINT' then 'number' when 'DECIMAL' then 'number' when 'DOUBLE' then 'number' end
{%- endmacro %}

{% macro duckdb_path(path) -%}
  '${% for key in path %}."{{ key | replace("'", "''") }}"{% endfor %}'
{%- endmacro %}


{# The value at a path of keys, as JSON. #}
{% macro json_get(json, path) -%}
  {{ return(adapter.dispatch('json_get', 'contentful')(json, path)) }}
{%- endmacro %}

{% macro default__json_get(json, path) -%}{{ contentful.no_adapter('json_get') }}{%- endmacro %}
{% macro duckdb__json_get(json, path) -%}
  json_extract({{ json }}, {{ contentful.duckdb_path(path) }})
{%- endmacro %}
{% macro postgres__json_get(json, path) -%}
  ({{ json }} #> array[{{ contentful.quoted(path) }}])
{%- endmacro %}
{% macro redshift__json_get(json, path) -%}
  {{ json }}{% for key in path %}."{{ key }}"{% endfor %}
{%- endmacro %}
{% macro snowflake__json_get(json, path) -%}
  {{ json }}{% for key in path %}['{{ key }}']{% endfor %}
{%- endmacro %}
{% macro bigquery__json_get(json, path) -%}
  {{ json }}{% for key in path %}['{{ key }}']{% endfor %}
{%- endmacro %}
{% macro spark__json_get(json, path) -%}{{ contentful.json_text(json, path) }}{%- endmacro %}


{# The list at a path of keys, as an array of texts. For objects, the value at the path `inner`. #}
{% macro json_list(json, path, inner) -%}
  {{ return(adapter.dispatch('json_list', 'contentful')(json, path, inner)) }}
{%- endmacro %}

{% macro default__json_list(json, path, inner) -%}{{ contentful.no_adapter('json_list') }}{%- endmacro %}
{% macro duckdb__json_list(json, path, inner) -%}
  json_extract_string({{ contentful.json_get(json, path) }}, '$[*]
  {%- for key in inner %}."{{ key }}"{% endfor %}')
{%- endmacro %}
{% macro postgres__json_list(json, path, inner) -%}
  array(
    select item.value #>> array[{{ contentful.quoted(inner) }}]::text[]
    from jsonb_array_elements({{ contentful.json_get(json, path) }}) with ordinality
        as item (value, position)
    where item.value #>> array[{{ contentful.quoted(inner) }}]::text[] is not null
    order by item.position
  )
{%- endmacro %}
{# Redshift's array type is SUPER, and no function maps over it. #}
{% macro redshift__json_list(json, path, inner) -%}{{ contentful.json_get(json, path) }}{%- endmacro %}
{% macro snowflake__json_list(json, path, inner) -%}
  filter(transform(
    cast({{ contentful.json_get(json, path) }} as array),
    item variant -> cast(item{% for key in inner %}['{{ key }}']{% endfor %} as varchar)
  ), item varchar -> item is not null)
{%- endmacro %}
{% macro bigquery__json_list(json, path, inner) -%}
  array(
    select lax_string(item{% for key in inner %}['{{ key }}']{% endfor %})
    from unnest(json_query_array({{ contentful.json_get(json, path) }})) as item with offset
    where lax_string(item{% for key in inner %}['{{ key }}']{% endfor %}) is not null
    order by offset
  )
{%- endmacro %}
{% macro spark__json_list(json, path, inner) -%}
  {%- set items -%}
    from_json({{ contentful.json_get(json, path) }}, 'array<string>')
  {%- endset -%}
  {%- if inner -%}
  filter(transform({{ items }}, item -> {{ contentful.json_text('item', inner) }}), item -> item is not null)
  {%- else -%}
  filter({{ items }}, item -> item is not null)
  {%- endif -%}
{%- endmacro %}


{# A text as a whole number; NULL for any other text. #}
{% macro safe_whole(text) -%}
  {{ return(adapter.dispatch('safe_whole', 'contentful')(text)) }}
{%- endmacro %}

{% macro default__safe_whole(text) -%}{{ contentful.no_adapter('safe_whole') }}{%- endmacro %}
{# try_cast alone would round 1.5 to 2. #}
{% macro duckdb__safe_whole(text) -%}
  case when regexp_full_match({{ text }}, '-?[0-9]{1,18}') then cast({{ text }} as bigint) end
{%- endmacro %}
{% macro postgres__safe_whole(text) -%}
  case when {{ text }} ~ '^-?[0-9]{1,18}$' then cast({{ text }} as bigint) end
{%- endmacro %}
{% macro redshift__safe_whole(text) -%}
  case when {{ text }} ~ '^-?[0-9]{1,18}$' then cast({{ text }} as bigint) end
{%- endmacro %}
{% macro snowflake__safe_whole(text) -%}
  case when rlike({{ text }}, '-?[0-9]{1,18}') then cast({{ text }} as bigint) end
{%- endmacro %}
{% macro bigquery__safe_whole(text) -%}safe_cast({{ text }} as int64){%- endmacro %}
{% macro spark__safe_whole(text) -%}
  case when {{ text }} rlike '^-?[0-9]{1,18}$' then cast({{ text }} as bigint) end
{%- endmacro %}


{# A date or time of a field as an instant in UTC; NULL for any other text. Without a time zone, UTC
   is assumed. #}
{% macro safe_instant(text) -%}
  {{ return(adapter.dispatch('safe_instant', 'contentful')(contentful.iso(text))) }}
{%- endmacro %}

{% macro default__safe_instant(iso) -%}{{ contentful.no_adapter('safe_instant') }}{%- endmacro %}
{% macro duckdb__safe_instant(iso) -%}
  (try_cast({{ iso }} as timestamptz) at time zone 'UTC')
{%- endmacro %}
{# Postgres 15 has no cast that returns NULL on failure, so the text is checked first. #}
{% macro postgres__safe_instant(iso) -%}
  (
    select
      case when parts.day <= extract(day from
          make_date(parts.year, parts.month, 1) + interval '1 month' - interval '1 day')
        then cast(parts.iso as timestamptz) at time zone 'UTC' end
    from (
      select
        given.iso,
        cast(substr(given.iso, 1, 4) as integer) as year,
        cast(substr(given.iso, 6, 2) as integer) as month,
        cast(substr(given.iso, 9, 2) as integer) as day
      from (select {{ iso }} as iso) as given
      where given.iso ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-[0-3][0-9]T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])$'
    ) as parts
  )
{%- endmacro %}
{% macro redshift__safe_instant(iso) -%}
  (try_cast({{ iso }} as timestamptz) at time zone 'UTC')
{%- endmacro %}
{% macro snowflake__safe_instant(iso) -%}
  cast(convert_timezone('UTC', try_to_timestamp_tz({{ iso }})) as timestamp_ntz)
{%- endmacro %}
{% macro bigquery__safe_instant(iso) -%}
  datetime(safe_cast({{ iso }} as timestamp), 'UTC')
{%- endmacro %}
{% macro spark__safe_instant(iso) -%}
  to_utc_timestamp(try_cast({{ iso }} as timestamp), current_timezone())
{%- endmacro %}


{# A date or time in Contentful's format, completed with seconds and time zone; else NULL.

   A time zone is `Z` or an offset of ISO 8601: `-05:00`, `-0500` or `-05`. #}
{% macro iso(text) -%}
  case
    when {{ text }} like '____-__-__' then {{ text }} || 'T00:00:00Z'
    when {{ text }} like '____-__-__T__:__' then {{ text }} || ':00Z'
    when {{ text }} like '____-__-__T__:__Z' or {{ text }} like '____-__-__T__:__+__:__'
        or {{ text }} like '____-__-__T__:__-__:__'
      then substr({{ text }}, 1, 16) || ':00' || substr({{ text }}, 17)
    when {{ text }} like '____-__-__T__:__+____' or {{ text }} like '____-__-__T__:__-____'
      then substr({{ text }}, 1, 16) || ':00' || substr({{ text }}, 17, 3) || ':' || substr({{ text }}, 20)
    when {{ text }} like '____-__-__T__:__+__' or {{ text }} like '____-__-__T__:__-__'
      then substr({{ text }}, 1, 16) || ':00' || substr({{ text }}, 17) || ':00'
    when {{ text }} like '____-__-__T__:__:%Z' or {{ text }} like '____-__-__T__:__:%+__:__'
        or {{ text }} like '____-__-__T__:__:%-__:__'
      then {{ text }}
    when {{ text }} like '____-__-__T__:__:%+____' or {{ text }} like '____-__-__T__:__:%-____'
      then substr({{ text }}, 1, length({{ text }}) - 2) || ':' || substr({{ text }}, length({{ text }}) - 1)
    when {{ text }} like '____-__-__T__:__:%+__' or {{ text }} like '____-__-__T__:__:%-__'
      then {{ text }} || ':00'
    when {{ text }} like '____-__-__T__:__:%' then {{ text }} || 'Z'
  end
{%- endmacro %}
