"""What is known of each environment that is read: its identity, and what decides its rows."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from functools import reduce
from hashlib import blake2b
from itertools import combinations
from operator import xor
from typing import Any, NamedTuple, Optional

from contentful_cma.tables.derived import ContentModel
from contentful_cma.tables.places import Place
from contentful_cma.values import Record, record_id, text

MOST_ADDED = 2
"""Fields added to a content type at once that can be told from one that was lost."""

_HASH_BYTES = 6


class _ContentType(NamedTuple):
    """The field that gives entries their title, and hashes of the ids of all fields."""

    display_field: Optional[str]
    fields: bytes


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
        self._locales: set[str] = set()
        self._listed: dict[str, bool] = {}
        self.asked: dict[str, str] = {}
        self.met_unknown = False

    def note(self, path: str, record: Record) -> None:
        """Take over what a record listed at *path* decides."""
        code, found = text(record.get("code")), record_id(record)
        if path == "locales" and code is not None:
            if record.get("default") is True:
                self._locale = code
            if record.get("contentManagementApi") is not False:
                self._locales.add(code)
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
            types[kind] = [found.display_field, _summary(found.fields)]
        locales = sorted(self._locales) if self._listed.get("locales") else was.get("locales")
        asked = {**was.get("asked", {}), **self.asked}
        locale = self.model(was).default_locale
        return {"locale": locale, "locales": locales, "types": types, "asked": asked}

    def has_other_locales(self, was: Mapping[str, Any]) -> bool:
        """Tell whether the default locale is another one now, or a locale is gone."""
        if not was or self._locale is None:
            return False
        gone = set(was.get("locales") or ()) - self._locales
        return was.get("locale") != self._locale or bool(gone and self._listed.get("locales"))

    def other_types(self, was: Mapping[str, Any]) -> set[str]:
        """Return the content types with another display field or without a field, or gone."""
        known = was.get("types", {})
        gone = known.keys() - self._types.keys() if self._listed.get("content_types") else set()
        return gone | {
            kind
            for kind, found in self._types.items()
            if kind in known and _is_other(known[kind], found)
        }


def _content_type(record: Record) -> _ContentType:
    """Return what is remembered of a content type: its display field and its fields."""
    fields = record.get("fields")
    fields = fields if isinstance(fields, list) else []
    ids = {str(one.get("id")) for one in fields if isinstance(one, dict)}
    hashes = [blake2b(one.encode(), digest_size=_HASH_BYTES).digest() for one in sorted(ids)]
    return _ContentType(text(record.get("displayField")), b"".join(hashes))


def _summary(fields: bytes) -> str:
    """Return the number of fields and one hash of all of them."""
    together = reduce(xor, _numbers(fields), 0)
    written = urlsafe_b64encode(together.to_bytes(_HASH_BYTES, "big")).decode("ascii")
    return f"{len(fields) // _HASH_BYTES} {written}"


def _numbers(fields: bytes) -> list[int]:
    """Return the hashes of field ids as numbers."""
    starts = range(0, len(fields), _HASH_BYTES)
    return [int.from_bytes(fields[start : start + _HASH_BYTES], "big") for start in starts]


def _is_other(was: list[Any], now: _ContentType) -> bool:
    """Tell whether a content type shows its entries otherwise; it does not if it only grew.

    Without the fields that were added, the hash of all is the one from before.
    """
    display_field, summary = was
    if display_field != now.display_field:
        return True
    numbers = _numbers(now.fields)
    added = len(numbers) - int(summary.split()[0])
    if not 0 <= added <= MOST_ADDED:
        return True
    together = reduce(xor, numbers, 0)
    for some in combinations(numbers, added):
        rest = reduce(xor, some, together).to_bytes(_HASH_BYTES, "big")
        if summary.endswith(" " + urlsafe_b64encode(rest).decode("ascii")):
            return False
    return True
