"""Virtual records, which are computed from their number and never stored.

A generated environment may have a million entries.
The id, times and texts of record *i* follow from *i*.
They fill a template of bytes that is serialized once for each kind and publication state.
Creation times increase with *i*, and the time from creation to update is fixed for each template.
Therefore time filters are binary searches.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any

from ..answers import to_json
from ..records import Record, link_id
from .clock import parse_ms

FIRST_MS = parse_ms("2023-01-01T00:00:00Z")
LAST_MS = parse_ms("2025-06-30T00:00:00Z")
"""Generated records are created between these times, and last updated at most 180 days later."""

_ODD = 0x9E3779B97F4A7C15
_INVERSE = pow(_ODD, -1, 1 << 64)
_OTHER_ODD = 0xC2B2AE3D27D4EB4F
_MASK = (1 << 64) - 1
_HOLE = re.compile(rb'"\{\{#(\w+)\}\}"|\{\{(\w+)\}\}')

Facts = tuple[bytes, ...]
Template = tuple[bytes, Callable[[Facts], Facts]]
View = Callable[[Record], Record]


@dataclass(frozen=True)
class Variant:
    """One kind and state of records.

    ``skeleton`` is a record with holes: ``"{{name}}"`` for text, ``"{{#name}}"`` for a number.
    ``lag`` is the time between creation and last update, in milliseconds.
    """

    skeleton: Record
    lag: int


@dataclass(frozen=True)
class Ids:
    """The ids of ``count`` records: 22 characters, in an order unlike that of the numbers."""

    count: int
    prefix: bytes

    def mixed(self, i: int) -> int:
        """Return a unique number, in an order unlike that of *i* and of the id."""
        return (i * _OTHER_ODD) & _MASK

    def spelled(self, i: int) -> bytes:
        """Return the id of record *i* as bytes."""
        return b"%b%016x" % (self.prefix, (i * _ODD) & _MASK)

    def identifier(self, i: int) -> str:
        """Return the id of record *i*."""
        return self.spelled(i).decode()

    def index(self, identifier: str) -> int | None:
        """Return the number of the record with an id, or None if there is no such record."""
        try:
            i = (int(identifier[len(self.prefix) :], 16) * _INVERSE) & _MASK
        except ValueError:
            return None
        return i if i < self.count and self.identifier(i) == identifier else None


@dataclass(frozen=True, eq=False)
class Family:
    """The virtual records that the environments of one space share.

    ``facts(family, i)`` returns the values for the holes in ``names``, as JSON bytes.
    The variant of record *i* is *i* modulo the number of variants.
    """

    ids: Ids
    variants: Sequence[Variant]
    names: tuple[str, ...]
    facts: Callable[[Family, int], Facts]
    selections: dict[Any, Sequence[int]] = field(default_factory=dict)
    """Results by query; they stay valid, because these records never change."""
    templates: dict[Any, list[Template]] = field(default_factory=dict)

    def with_new_field_ids(self, content_type: str, new: dict[str, str]) -> Family:
        """Return the same records with new ids of fields of one content type."""
        variants = tuple(
            replace(one, skeleton=with_new_field_ids(one.skeleton, content_type, new))
            for one in self.variants
        )
        return replace(self, variants=variants, selections={}, templates={})

    @property
    def count(self) -> int:
        """The number of records."""
        return self.ids.count

    def created(self, i: int) -> int:
        """Return the creation time of record *i*, in milliseconds since 1970."""
        step = max(1, (LAST_MS - FIRST_MS) // self.ids.count)
        return FIRST_MS + i * step + (i * 2654435761) % step

    def updated(self, i: int) -> int:
        """Return the time of the last update of record *i*, in milliseconds since 1970."""
        return self.created(i) + self.variants[i % len(self.variants)].lag

    def since(self, variant: int, time: Callable[[int], int], bound: int) -> int:
        """Return the number of records of a variant with a time before ``bound``."""
        numbers = range(variant, self.count, len(self.variants))
        return bisect_left(numbers, bound, key=time)


@dataclass(frozen=True, eq=False)
class Virtual:
    """A family of records as one environment has them."""

    family: Family
    constants: tuple[tuple[str, str], ...]
    """The values of the holes that all records of the environment share."""

    def rendered(self, numbers: Iterable[int], view: View) -> list[bytes]:
        """Return records as JSON, each after a view (a hashable function of records)."""
        family, facts = self.family, self.family.facts
        templates = self._templates(view)
        parts = []
        for i in numbers:
            template, pick = templates[i % len(templates)]
            parts.append(template % pick(facts(family, i)))
        return parts

    def record(self, i: int) -> Record:
        """Return record *i* as a new object."""
        parsed: Record = json.loads(self.rendered((i,), whole)[0])
        return parsed

    def skeleton(self, variant: int) -> Record:
        """Return a record of a variant, with holes for the values that differ between records."""
        filled: Record = _filled(self.family.variants[variant].skeleton, dict(self.constants))
        return filled

    def _templates(self, view: View) -> list[Template]:
        family, key = self.family, (self.constants, view)
        if key not in family.templates:
            skeletons = map(self.skeleton, range(len(family.variants)))
            family.templates[key] = [_compiled(family, view(one)) for one in skeletons]
        return family.templates[key]


def with_new_field_ids(record: Record, content_type: str, new: dict[str, str]) -> Record:
    """Return an entry, with its values under new field ids if it has the content type."""
    if link_id(record["sys"].get("contentType")) != content_type:
        return record
    fields = {new.get(old, old): one for old, one in record.get("fields", {}).items()}
    return {**record, "fields": fields}


def whole(record: Record) -> Record:
    """Return the whole record; the view without restrictions."""
    return record


def is_hole(value: object) -> bool:
    """Return whether a value of a skeleton differs between records."""
    return isinstance(value, str) and "{{" in value


def _compiled(family: Family, skeleton: Record) -> Template:
    text = to_json(skeleton).replace(b"%", b"%%")
    names = [(found[1] or found[2]).decode() for found in _HOLE.finditer(text)]
    positions = [family.names.index(name) for name in names]
    template = _HOLE.sub(b"%b", text)
    if len(positions) == 1:
        return template, lambda facts: (facts[positions[0]],)
    return template, itemgetter(*positions) if positions else lambda _facts: ()


def _filled(value: Any, constants: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(inner, constants) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, constants) for inner in value]
    if isinstance(value, str) and "{{" in value:
        for name, text in constants.items():
            value = value.replace("{{" + name + "}}", text)
    return value
