-- The references from entries, with the space, environment and state of each target.
select *
from {{ ref('int_contentful__entry_links') }}
where not is_state
