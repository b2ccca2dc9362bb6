"""What is known of each environment that is read: its identity, and what decides its rows."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from functools import reduce
from hashlib import blake2b
from itertools import combinations
from operator import xor
from typing import Any, NamedTuple, Optional

from contentful_cma.state.ledger import fingerprint
from contentful_cma.tables.derived import ContentModel, status
from contentful_cma.tables.places import Place
from contentful_cma.values import Record, record_id, text, whole

MOST_ADDED = 2
"""Fields added to a content type at once that can be told from one that was lost."""

_HASH_BYTES = 6

_STEPS_OF_A_REMOVAL = 2


class _ContentType(NamedTuple):
    """The field that gives entries their title, and hashes of the ids of all fields.

    A field is removed in two steps, each of which is published: it is omitted, then deleted.
    *steps* are the publications so far less the fields that have only the second step before
    them, so it grows by two at least where a field was removed and put back.  A draft that waits
    to be published (*is_draft*) may be the first of them, so one step less is remembered.
    """

    display_field: Optional[str]
    fields: bytes
    steps: int
    is_draft: bool


class Environment:
    """One environment.

    Its content types and locales are noted when they are listed, for their own tables or because
    content needs them.
    """

    def __init__(self, place: Place, names: set[str], origin: str) -> None:
        """*names* are its id and its aliases; *origin* tells it from an earlier one of that id.

        ``asked`` says which listings of its model this sync asks for, and since when;
        ``met_unknown`` whether it has met a record of a content type that nothing is known of.
        """
        self.place = place
        self.names = names
        self.origin = origin
        self._types: dict[str, _ContentType] = {}
        self._locale: Optional[str] = None
        self._locales: dict[str, str] = {}
        self._listed: dict[str, bool] = {}
        self.asked: dict[str, str] = {}
        self.met_unknown = False

    def note(self, path: str, record: Record) -> None:
        """Take over what a record listed at *path* decides."""
        code, found = text(record.get("code")), record_id(record)
        if path == "locales" and code is not None:
            if record.get("default") is True:
                self._locale = code
            is_hidden = record.get("contentManagementApi") is False
            # One that is put back under its code has another `sys.id`; a dash marks a hidden one.
            self._locales[f"-{code}" if is_hidden else code] = fingerprint({"id": found})
        if path == "content_types" and found is not None:
            self._types[found] = _content_type(record)

    def noted(self, path: str, *, is_whole: bool) -> None:
        """Take what was noted for all that there is, if the listing was whole."""
        self._listed[path] = is_whole

    @property
    def has_listed_locales(self) -> bool:
        """Whether this sync has listed its locales."""
        return "locales" in self._listed

    @property
    def default_locale(self) -> str | None:
        """The code of the default locale, as far as this sync has read it."""
        return self._locale

    @property
    def lacks_model(self) -> bool:
        """Whether its content types have to be listed, because one that came is unknown."""
        return self.met_unknown and "content_types" not in self.asked

    def model(self, was: Mapping[str, Any]) -> ContentModel:
        """Return what decides the rows of entries and assets.

        What may not or cannot be read is as it *was* (see `made_of`), if it could be read then.
        """
        locale = self._locale
        fields = {kind: found.display_field for kind, found in self._types.items()}
        if locale is None and not self._listed.get("locales"):
            locale = was.get("locale")
        before = {kind: one[0] for kind, one in was.get("types", {}).items()}
        if self._listed.get("content_types"):
            # What has vanished has no display field any more.
            before = dict.fromkeys(before)
        return ContentModel(locale, {**before, **fields})

    def made_of(self, was: Mapping[str, Any], *, with_types: bool) -> dict[str, Any]:
        """Return as JSON what rows are made of now, or *was* where that cannot be read."""
        types = {} if self._listed.get("content_types") else dict(was.get("types", {}))
        for kind, found in self._types.items() if with_types else ():
            types[kind] = [found.display_field, _summary(found)]
        locales = self._locales if self._listed.get("locales") else was.get("locales")
        asked = {**was.get("asked", {}), **self.asked}
        locale = self.model(was).default_locale
        return {"locale": locale, "locales": locales, "types": types, "asked": asked}

    def has_other_locales(self, was: Mapping[str, Any]) -> bool:
        """Tell whether the default locale is another one now, or a locale is gone or put back.

        A locale that is hidden or shown counts as gone: its values leave all records, or return.
        """
        if not was or self._locale is None:
            return False
        known, now = was.get("locales") or {}, self._locales
        # Version 1.0.0 kept a list of the codes that were shown.
        is_list = isinstance(known, list)
        gone = set(known) - now.keys() if is_list else known.items() - now.items()
        return was.get("locale") != self._locale or bool(gone and self._listed.get("locales"))

    def other_types(self, was: Mapping[str, Any]) -> set[str]:
        """Return the content types that show their entries otherwise, or are gone."""
        known = was.get("types", {})
        gone = known.keys() - self._types.keys() if self._listed.get("content_types") else set()
        return gone | {
            kind
            for kind, found in self._types.items()
            if kind in known and _is_other(known[kind], found)
        }


def _content_type(record: Record) -> _ContentType:
    """Return what is remembered of a content type, a record with an id."""
    listed = record.get("fields")
    fields = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    ids = {str(one.get("id")) for one in fields}
    hashes = [blake2b(one.encode(), digest_size=_HASH_BYTES).digest() for one in ids]
    omitted = sum(one.get("omitted") is True for one in fields)
    steps = (whole(record["sys"].get("publishedCounter")) or 0) - omitted
    is_draft = status(record) == "changed"
    return _ContentType(text(record.get("displayField")), b"".join(hashes), steps, is_draft)


def _summary(found: _ContentType) -> str:
    """Return the number of fields, the steps, and one hash of all fields."""
    numbers = _numbers(found.fields)
    return f"{len(numbers)} {found.steps - found.is_draft} {_written(reduce(xor, numbers, 0))}"


def _numbers(fields: bytes) -> list[int]:
    """Return the hashes of field ids as numbers."""
    starts = range(0, len(fields), _HASH_BYTES)
    return [int.from_bytes(fields[start : start + _HASH_BYTES], "big") for start in starts]


def _written(hashed: int) -> str:
    """Return a hash as text."""
    return urlsafe_b64encode(hashed.to_bytes(_HASH_BYTES, "big")).decode("ascii")


def _is_other(was: list[Any], now: _ContentType) -> bool:
    """Tell whether a content type has another display field, or a field is gone or put back."""
    display_field, summary = was
    # Version 1.0.0 kept no steps.
    count, *steps, together = summary.split()
    may_be_back = any(now.steps - int(one) >= _STEPS_OF_A_REMOVAL for one in steps)
    is_other = may_be_back or display_field != now.display_field
    return is_other or _has_lost(int(count), together, _numbers(now.fields))


def _has_lost(count: int, together: str, fields: list[int]) -> bool:
    """Tell whether one of *count* fields, which had one hash *together*, is not there any more.

    Without the fields that were added, the hash of all is the one from before.
    """
    added = len(fields) - count
    if not 0 <= added <= MOST_ADDED:
        return True
    rest = reduce(xor, fields, 0)
    return not any(
        _written(reduce(xor, some, rest)) == together for some in combinations(fields, added)
    )
