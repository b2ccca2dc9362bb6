{# The entries of a content type, with a typed column for each field.

   `environment` may be an alias, which is resolved when the model runs.
   `locale` is a code, or a list of codes for a row in each of them. `fields` are (id, type, column,
   is localized), as contentful_fields returns them; by default they are queried from the warehouse
   at compile time. Fields that are not localized are read in `default_locale`, by default the first
   locale. Where a localized field has no value in a locale, that of the locale's fallback is used:
   the variable `contentful__fallback_locales` names it, for example {'de-AT': 'de-DE'}.
   A value that does not have the field's type becomes NULL. #}
{% macro contentful_entries(content_type, space, environment, locale, fields=none, default_locale=none) -%}
{%- set entries = ref('contentful', 'stg_contentful__entries') %}
{%- set locales = [locale] if locale is string else locale %}
{%- set default_locale = default_locale or locales[0] %}
{%- if fields is none %}
  {%- set fields = contentful.contentful_fields(content_type, space, environment) %}
{%- endif %}
{%- set columns = fields | map(attribute=2) | list %}
{%- for locale in locales %}
{%- set localized = contentful.with_fallbacks(locale) %}
select
    entry_id,
    {{ contentful.text_literal(locale) }} as entry_locale,
    status as entry_status,
    {{ contentful.is_live('status') }} as entry_is_live,
    created_at as entry_created_at,
    updated_at as entry_updated_at,
    published_at as entry_published_at
    {#- Models that 1.0.0 wrote may have a field with one of these names. #}
    {%- for name in ['space_id', 'environment_id'] if 'entry_' ~ name not in columns %},
    {{ name }} as entry_{{ name }}
    {%- endfor %}
    {%- for id, type, column, is_localized in fields %},
    {{ contentful.first_typed(type, id, localized if is_localized else [default_locale]) }} as {{ column }}
    {%- endfor %}
from {{ entries }}
where {{ contentful.in_environment(space, environment) }}
    and content_type_id = {{ contentful.text_literal(content_type) }}
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
{%- endmacro %}


{# The condition that a row is in an environment. An alias is resolved at run time. #}
{% macro in_environment(space, environment) -%}
space_id = {{ contentful.text_literal(space) }}
    and environment_id = coalesce((
        select max(aliases.environment_id)
        from {{ ref('contentful', 'stg_contentful__environment_aliases') }} as aliases
        where aliases.space_id = {{ contentful.text_literal(space) }}
            and aliases.environment_alias_id = {{ contentful.text_literal(environment) }}
    ), {{ contentful.text_literal(environment) }})
{%- endmacro %}


{# A locale and its fallbacks, in their order; a circle ends where it begins. #}
{% macro with_fallbacks(locale) -%}
  {%- set fallbacks = var('contentful__fallback_locales', {}) -%}
  {%- set codes = [locale] -%}
  {%- for _ in fallbacks if fallbacks.get(codes[-1]) and fallbacks.get(codes[-1]) not in codes -%}
    {%- do codes.append(fallbacks[codes[-1]]) -%}
  {%- endfor -%}
  {{ return(codes) }}
{%- endmacro %}


{# The value of a field in the first of some locales that has one. #}
{% macro first_typed(type, id, locales) -%}
  {%- set values = [] -%}
  {%- for code in locales -%}
    {%- do values.append(contentful.typed(type, [id, code])) -%}
  {%- endfor -%}
  {{ values[0] if values | length == 1 else 'coalesce(' ~ values | join(', ') ~ ')' }}
{%- endmacro %}


{# The value of a field, in the field's type; `path` is [field id, locale code]. #}
{% macro typed(type, path) -%}
  {%- set kind = contentful.json_kind('fields', path) -%}
  {%- set text = contentful.json_text('fields', path) -%}
  {%- if type in ('Symbol', 'Text') -%}
    case when {{ kind }} = 'string' then {{ text }} end
  {%- elif type == 'Integer' -%}
    case when {{ kind }} = 'number' then {{ contentful.safe_whole(text) }} end
  {%- elif type == 'Number' -%}
    case when {{ kind }} = 'number' then cast({{ text }} as {{ contentful.type_of('number') }}) end
  {%- elif type == 'Boolean' -%}
    case when {{ kind }} = 'boolean' then {{ text }} = 'true' end
  {%- elif type == 'Date' -%}
    case when {{ kind }} = 'string' then {{ contentful.safe_instant(text) }} end
  {%- elif type == 'Link' -%}
    case when {{ kind }} = 'object' then {{ contentful.json_text('fields', path + ['sys', 'id']) }} end
  {%- elif type == 'ResourceLink' -%}
    case when {{ kind }} = 'object' then {{ contentful.json_text('fields', path + ['sys', 'urn']) }} end
  {%- elif type == 'Array of Link' -%}
    case when {{ kind }} = 'array' then {{ contentful.json_list('fields', path, ['sys', 'id']) }} end
  {%- elif type == 'Array of ResourceLink' -%}
    case when {{ kind }} = 'array' then {{ contentful.json_list('fields', path, ['sys', 'urn']) }} end
  {%- elif type.startswith('Array') -%}
    case when {{ kind }} = 'array' then {{ contentful.json_list('fields', path, []) }} end
  {%- else -%}
    case when {{ kind }} in ('object', 'array') then {{ contentful.json_get('fields', path) }} end
  {%- endif -%}
{%- endmacro %}


{# The fields of a content type in the warehouse, as (id, type, column, is localized). #}
{% macro contentful_fields(content_type, space, environment) -%}
  {%- set named = [] -%}
  {%- set taken = ['entry_id', 'entry_locale', 'entry_status', 'entry_is_live',
                   'entry_created_at', 'entry_updated_at', 'entry_published_at',
                   'entry_space_id', 'entry_environment_id'] -%}
  {%- set fields = contentful.found_fields(content_type, space, environment) -%}
  {%- for id, type, is_localized, stem, ending in fields -%}
    {%- set column = contentful.numbered_name(stem, ending, taken) -%}
    {%- do taken.append(column) -%}
    {%- do named.append((id, type, column, is_localized)) -%}
  {%- endfor -%}
  {{ return(named) }}
{%- endmacro %}


{# The fields of a content type in the warehouse, as (id, type, is localized, stem and ending of the
   column name). #}
{% macro found_fields(content_type, space, environment) -%}
  {%- set query -%}
    select content_type_field_id, type, item_type, is_localized
    from {{ ref('contentful', 'stg_contentful__content_type_fields') }}
    where {{ contentful.in_environment(space, environment) }}
        and content_type_id = {{ contentful.text_literal(content_type) }}
    order by position, content_type_field_id
  {%- endset -%}
  {%- set fields = [] -%}
  {%- for row in (run_query(query).rows if execute else []) -%}
    {%- set type = 'Array of ' ~ row[2] if row[1] == 'Array' else row[1] -%}
    {%- set stem, ending = contentful.name_parts(row[0], type) -%}
    {%- do fields.append((row[0], type, row[3], stem, ending)) -%}
  {%- endfor -%}
  {{ return(fields) }}
{%- endmacro %}


{# Stem (snake case) and ending of the name for a field or, without `type`, for a model. #}
{% macro name_parts(id, type='') -%}
  {%- set ending = {'Link': '_id', 'ResourceLink': '_urn', 'Array of Link': '_ids',
                    'Array of ResourceLink': '_urns'}.get(type, '') -%}
  {%- set stem = contentful.snake_case(id) -%}
  {%- if not ending and stem in contentful.reserved_words() -%}
    {%- set ending = '_field' -%}
  {%- endif -%}
  {{ return((stem, ending)) }}
{%- endmacro %}


{# A name of at most 63 bytes that is not taken; write_models.py has the same function. #}
{% macro numbered_name(stem, ending, taken) -%}
  {%- set found = [] -%}
  {%- for number in range(1, 1000) if not found -%}
    {%- set end = ending ~ ('_' ~ number if number > 1 else '') -%}
    {%- set name = stem[:63 - end | length] ~ end -%}
    {%- if name not in taken -%}
      {%- do found.append(name) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(found[0]) }}
{%- endmacro %}


{% macro snake_case(id) -%}
  {%- set words = modules.re.sub('([a-z0-9])([A-Z])', '\\1_\\2', id) -%}
  {%- set name = modules.re.sub('[^a-z0-9]+', '_', words | lower).strip('_') or 'field' -%}
  {{ return(name if not name[0].isdigit() else 'f_' ~ name) }}
{%- endmacro %}


{# Words that at least one warehouse reserves: those that DuckDB and Postgres do not accept as a
   column name, and the lists of Redshift, BigQuery and Snowflake. #}
{% macro reserved_words() -%}
  {{ return('aes128 aes256 all allowoverwrite alter analyse analyze and anti any array as asc asof
     assert_rows_modified asymmetric at authorization az64 backup between binary blanksasnull both
     by bytedict bzip2 case cast check collate collation column columns concurrently connect
     connection constraint contains create credentials cross cube current current_catalog
     current_date current_role current_schema current_time current_timestamp current_user
     current_user_id database default deferrable define deflate defrag delete delta delta32k desc
     describe disable distinct do drop else emptyasnull enable encode encrypt encryption end enum
     escape except exclude exists explain explicit extract false fetch following for foreign freeze
     from full function generated glob globaldict256 globaldict64k grant group grouping groups gzip
     hash having identity if ignore ilike in increment initially inner insert intersect interval
     into is isnull issue join lambda language lateral leading left like limit localtime
     localtimestamp lookup lun luns lzo lzop map merge minus mostly16 mostly32 mostly8 natural new
     no not notnull null nulls of off offline offset oid old on only open or order organization
     outer over overlaps parallel partition percent permissions pivot pivot_longer pivot_wider
     placing positional preceding primary proto qualify range raw readratio recover recursive
     references regexp rejectlog resort respect restore returning revoke right rlike rollup row
     rows sample schema select semi session_user set show similar snapshot some start struct
     summarize symmetric sysdate system table tablesample tag tdes text255 text32k then timestamp
     to top trailing treat trigger true truncatecolumns try_cast unbounded union unique unnest
     unpack unpivot update user using values variadic verbose view wallet when whenever where
     wildcard window with within without'.split()) }}
{%- endmacro %}
