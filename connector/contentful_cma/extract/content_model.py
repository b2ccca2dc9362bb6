"""The identity and the content model of each environment."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, NamedTuple, Optional

from contentful_cma.state.from_version_2 import HASH_BYTES, STEPS_OF_A_REMOVAL, has_lost_a_field
from contentful_cma.state.ledger import fingerprint
from contentful_cma.tables.derived import ContentModel, status
from contentful_cma.tables.places import Place
from contentful_cma.values import Record, record_id, text, whole

_CODED, _CODE = 3, 4
"""Bytes of the hash of a field's id in the state, and the characters that they take."""

VANISHED = [None]
"""The summary of a content type that a whole listing lacks: no display field, and so no title."""


class _ContentTypeSummary(NamedTuple):
    """The display field, and the hashes of the ids of all fields.

    A field is removed in two steps, each with a publication: it is omitted, then deleted.
    *steps* is the number of publications minus the fields that are omitted, so it grows by at
    least two if a field was removed and restored.  A draft that is not published yet (*is_draft*)
    may be the first step, so one step less is remembered.
    """

    display_field: Optional[str]
    fields: bytes
    steps: int
    is_draft: bool


class EnvironmentModel:
    """One environment, with the content types and locales that were listed in this sync."""

    def __init__(self, place: Place, names: set[str], origin: str) -> None:
        """*names* are its id and its aliases; *origin* is its creation time.

        ``requested`` has the listings of its model that this sync requests, with the time;
        ``met_unknown_type`` is true if a record had an unknown content type.
        """
        self.place = place
        self.names = names
        self.origin = origin
        self._types: dict[str, _ContentTypeSummary] = {}
        self._locale: Optional[str] = None
        self._locales: dict[str, str] = {}
        self._listed: dict[str, bool] = {}
        self.requested: dict[str, str] = {}
        self.met_unknown_type = False

    def add_record(self, path: str, record: Record) -> None:
        """Note a locale or a content type that was listed at *path*."""
        code, found = text(record.get("code")), record_id(record)
        if path == "locales" and code is not None:
            if record.get("default") is True:
                self._locale = code
            is_hidden = record.get("contentManagementApi") is False
            # A restored locale has its old code, but another `sys.id`; a dash marks a hidden one.
            self._locales[f"-{code}" if is_hidden else code] = fingerprint({"id": found})
        if path == "content_types" and found is not None:
            self._types[found] = _content_type(record)

    def listing_finished(self, path: str, *, is_whole: bool) -> None:
        """Note that a listing ended; if it was whole, the noted records are complete."""
        self._listed[path] = is_whole

    @property
    def has_listed_locales(self) -> bool:
        """Whether this sync has listed its locales."""
        return "locales" in self._listed

    @property
    def default_locale(self) -> str | None:
        """The code of the default locale, if this sync has read it."""
        return self._locale

    @property
    def lacks_model(self) -> bool:
        """Whether its content types have to be listed, because one was unknown."""
        return self.met_unknown_type and "content_types" not in self.requested

    def model(self, was: Mapping[str, Any]) -> ContentModel:
        """Return the content model for rows of entries and assets.

        Parts that cannot be read are taken from *was* (see `made_of`), if they could be read then.
        """
        locale = self._locale
        fields = {kind: found.display_field for kind, found in self._types.items()}
        if locale is None and not self._listed.get("locales"):
            locale = was.get("locale")
        before = {kind: one[0] for kind, one in was.get("types", {}).items()}
        if self._listed.get("content_types"):
            # A deleted content type has no display field.
            before = dict.fromkeys(before)
        return ContentModel(locale, {**before, **fields})

    def made_of(self, was: Mapping[str, Any], *, with_types: bool) -> dict[str, Any]:
        """Return the content model of new rows as JSON, with unreadable parts from *was*."""
        types = dict(was.get("types", {}))
        if self._listed.get("content_types"):
            # A missing type may return, after a listing that was empty by mistake.
            types = dict.fromkeys(types, VANISHED)
        for kind, found in self._types.items() if with_types else ():
            types[kind] = _summary(found)
        locales = self._locales if self._listed.get("locales") else was.get("locales")
        requested = {**was.get("asked", {}), **self.requested}
        locale = self.model(was).default_locale
        return {"locale": locale, "locales": locales, "types": types, "asked": requested}

    def has_changed_locales(self, was: Mapping[str, Any]) -> bool:
        """Return whether the default locale changed, or a locale was deleted or restored.

        Hiding or showing a locale counts too, because its values leave all records, or return.
        """
        if not was or self._locale is None:
            return False
        known, now = was.get("locales") or {}, self._locales
        # Version 1.0.0 kept a list of the codes that were shown.
        is_list = isinstance(known, list)
        missing = set(known) - now.keys() if is_list else known.items() - now.items()
        return was.get("locale") != self._locale or bool(missing and self._listed.get("locales"))

    def changed_types(self, was: Mapping[str, Any]) -> set[str]:
        """Return the content types that were deleted, or changed in a way that affects entries."""
        known = was.get("types", {})
        is_listed = self._listed.get("content_types")
        missing = listed_types(was) - self._types.keys() if is_listed else set()
        return missing | {
            kind
            for kind, found in self._types.items()
            if kind in known and _is_changed(known[kind], found)
        }


def listed_types(was: Mapping[str, Any]) -> set[str]:
    """Return the content types that existed when rows were made (see `made_of`)."""
    return {kind for kind, one in was.get("types", {}).items() if one != VANISHED}


def _content_type(record: Record) -> _ContentTypeSummary:
    """Return the summary of a content type, a record with an id."""
    listed = record.get("fields")
    fields = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    ids = {str(one.get("id")) for one in fields}
    hashes = sorted(blake2b(one.encode(), digest_size=HASH_BYTES).digest() for one in ids)
    omitted = sum(one.get("omitted") is True for one in fields)
    steps = (whole(record["sys"].get("publishedCounter")) or 0) - omitted
    is_draft = status(record) == "changed"
    return _ContentTypeSummary(text(record.get("displayField")), b"".join(hashes), steps, is_draft)


def _summary(found: _ContentTypeSummary) -> list[Any]:
    """Return a summary as JSON: the display field, the steps, and codes of all fields."""
    return [found.display_field, found.steps - found.is_draft, "".join(_codes(found.fields))]


def _codes(fields: bytes) -> list[str]:
    """Return four characters for each hash, which differ between fields."""
    starts = range(0, len(fields), HASH_BYTES)
    return [urlsafe_b64encode(fields[start : start + _CODED]).decode("ascii") for start in starts]


def _is_changed(was: list[Any], now: _ContentTypeSummary) -> bool:
    """Return whether the display field changed, or a field was deleted or restored."""
    display_field, *rest = was
    if not rest or display_field != now.display_field:
        return True
    if len(rest) == 1:
        return has_lost_a_field(rest[0], now.fields, now.steps)
    steps, codes = rest
    known = {codes[start : start + _CODE] for start in range(0, len(codes), _CODE)}
    return not known.issubset(_codes(now.fields)) or now.steps - steps >= STEPS_OF_A_REMOVAL
