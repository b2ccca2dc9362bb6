{# The entries of a content type, with a typed column for each field.

   `locale` is a code, or a list of codes for a row in each of them. `fields` are (id, type, column,
   is localized), as contentful_fields returns them; by default they are queried from the warehouse
   at compile time. Fields that are not localized are read in `default_locale`, by default the first
   locale. A value that does not have the field's type becomes NULL. #}
{% macro contentful_entries(content_type, space, environment, locale, fields=none, default_locale=none) -%}
{%- set entries = ref('contentful', 'stg_contentful__entries') %}
{%- set locales = [locale] if locale is string else locale %}
{%- set default_locale = default_locale or locales[0] %}
{%- if fields is none %}
  {%- set fields = contentful.contentful_fields(content_type, space, environment) %}
{%- endif %}
{%- for locale in locales %}
select
    entry_id,
    {{ contentful.text_literal(locale) }} as entry_locale,
    status as entry_status,
    {{ contentful.is_live('status') }} as entry_is_live,
    created_at as entry_created_at,
    updated_at as entry_updated_at,
    published_at as entry_published_at
    {%- for id, type, column, is_localized in fields %},
    {{ contentful.typed(type, [id, locale if is_localized else default_locale]) }} as {{ column }}
    {%- endfor %}
from {{ entries }}
where space_id = {{ contentful.text_literal(space) }}
    and environment_id = {{ contentful.text_literal(environment) }}
    and content_type_id = {{ contentful.text_literal(content_type) }}
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
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
  {%- set fields = ref('contentful', 'stg_contentful__content_type_fields') -%}
  {%- if not execute -%}
    {{ return([]) }}
  {%- endif -%}
  {%- set found = run_query(
      'select content_type_field_id, type, item_type, is_localized from ' ~ fields
      ~ ' where space_id = ' ~ contentful.text_literal(space)
      ~ ' and environment_id = ' ~ contentful.text_literal(environment)
      ~ ' and content_type_id = ' ~ contentful.text_literal(content_type)
      ~ ' order by position, content_type_field_id') -%}
  {%- set named = [] -%}
  {%- set taken = ['entry_id', 'entry_locale', 'entry_status', 'entry_is_live',
                   'entry_created_at', 'entry_updated_at', 'entry_published_at'] -%}
  {%- for row in found.rows -%}
    {%- set type = 'Array of ' ~ row[2] if row[1] == 'Array' else row[1] -%}
    {%- set column = contentful.column_name(row[0], type, taken) -%}
    {%- do taken.append(column) -%}
    {%- do named.append((row[0], type, column, row[3])) -%}
  {%- endfor -%}
  {{ return(named) }}
{%- endmacro %}


{# The column name for a field: snake case, not reserved, at most 63 bytes, not yet taken. #}
{% macro column_name(id, type, taken) -%}
  {%- set suffix = {'Link': '_id', 'ResourceLink': '_urn', 'Array of Link': '_ids',
                    'Array of ResourceLink': '_urns'}.get(type, '') -%}
  {%- set name = contentful.snake_case(id) -%}
  {%- if not suffix and name in contentful.reserved_words() -%}
    {%- set suffix = '_field' -%}
  {%- endif -%}
  {%- set found = [] -%}
  {%- for number in range(1, 1000) if not found -%}
    {%- set end = suffix ~ ('_' ~ number if number > 1 else '') -%}
    {%- set column = name[:63 - end | length] ~ end -%}
    {%- if column not in taken -%}
      {%- do found.append(column) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(found[0]) }}
{%- endmacro %}


{% macro snake_case(id) -%}
  {%- set words = modules.re.sub('([a-z0-9])([A-Z])', '\\1_\\2', id) -%}
  {%- set name = modules.re.sub('[^a-z0-9]+', '_', words | lower).strip('_') or 'field' -%}
  {{ return(name if not name[0].isdigit() else 'f_' ~ name) }}
{%- endmacro %}


{# Words that at least one warehouse does not accept as a column name. #}
{% macro reserved_words() -%}
  {{ return('all analyse analyze and any array as asc asof assert_rows_modified at authorization
     between binary both by case cast check collate collation column concurrently connection
     constraint contains create cross cube current current_catalog current_date current_role
     current_schema current_time current_timestamp current_user database default deferrable define
     delete desc describe distinct do drop else end enum escape except exclude exists explain
     extract false fetch following for foreign freeze from full function grant group grouping
     groups hash having if ignore ilike in increment initially inner insert intersect interval into
     is isnull issue join lambda language lateral leading left like limit localtime localtimestamp
     lookup merge minus natural new no not notnull null nulls of offset old on only open or order
     organization outer over overlaps partition percent permissions pivot placing preceding primary
     proto qualify range raw recursive references regexp respect returning revoke right rlike
     rollup row rows sample schema select session_user set show similar snapshot some start struct
     summarize symmetric system table tablesample tag then timestamp to top trailing treat trigger
     true try_cast unbounded union unique unnest unpivot update user using values variadic verbose
     view when whenever where wildcard window with within without'.split()) }}
{%- endmacro %}
